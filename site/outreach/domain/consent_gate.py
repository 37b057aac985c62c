"""The one place that decides, at the moment of sending, whether a message may go out."""

from django.utils.translation import gettext as _

from members.domain.consent import has_consent
from members.models import Channel
from outreach.domain import automatic_messages, giving_messages, present_messages
from outreach.domain.reminders import no_longer_due
from outreach.models import Delivery, Suppression


def refusal(delivery: Delivery) -> str:
    """Return why `delivery` must not be sent, or an empty string when it may be.

    A message without a purpose is owed (a receipt, a code) and needs no consent. One with a purpose needs the contact's
    yes to it, now, whatever was true when it was queued.
    """
    if Suppression.objects.filter(address__iexact=delivery.address).exists():
        return _("This address is suppressed.")
    checks = (
        no_longer_due,
        automatic_messages.no_longer_due,
        present_messages.no_longer_due,
        giving_messages.no_longer_due,
    )
    if reason := next((reason for check in checks if (reason := check(delivery))), ""):
        return reason
    if not delivery.purpose:
        return ""
    if delivery.contact is None:
        return _("The contact is gone.")
    if delivery.contact.died_on or delivery.contact.erased_at:
        return _("This person has died or was erased.")
    if not has_consent(delivery.contact, channel=Channel.EMAIL, purpose=delivery.purpose):
        return _("There is no consent to this purpose.")
    return ""
