"""Messages to one person: made once, whoever asks how often."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Contact
from outreach.models import Delivery
from outreach.signals import messages_queued

# What staff call a message as long as its subject has not been filled in for its reader.
_TITLES = {
    "welcome": _("Welcome"),
    "card": _("Membership card"),
    "receipt": _("Receipt"),
    "renewal-paid": _("Receipt for a renewal paid by somebody else"),
    "renewal-reminder": _("Reminder of renewing"),
    "renewal-ended": _("Reminder after the end of a term"),
    "automatic-started": _("Automatic renewal agreed"),
    "automatic-notice": _("Notice of an automatic renewal"),
    "automatic-failed": _("Automatic renewal that failed"),
    "automatic-stopped": _("Automatic renewal stopped"),
    "automatic-card": _("Card that runs out"),
    "present-paid": _("Receipt for a present"),
    "present": _("Membership as a present"),
    "present-address": _("Link to a present"),
    "present-reminder": _("Reminder of a present"),
    "present-waiting": _("Present that was not accepted yet"),
    "present-accepted": _("Present accepted"),
    "term-undone": _("Membership ended with its payment"),
    "term-reinstated": _("Membership runs again"),
    "receipt-again": _("Receipt in place of another"),
    "recurring-stopped": _("Regular donation stopped"),
    "recurring-failed": _("Regular donation: a charge failed"),
    "recurring-card": _("Regular donation: the card runs out"),
    "tribute-card": _("Card for a gift in honour or memory"),
    "shift-confirmed": _("Place on a shift"),
    "shift-waiting": _("Waiting list"),
    "application-link": _("Link to an application"),
    "application-received": _("Application received"),
    "application-asked": _("Question about an application"),
    "application-approved": _("Application approved"),
    "application-declined": _("Application declined"),
    "transfer-awaited": _("Invoice for a bank transfer"),
    "seat-invitation": _("Invitation to a membership"),
    "case-answered": _("Answer to what they told us"),
    "login-code": _("Code to log in with"),
    "account-link": _("Link to confirm"),
    "account-unknown": _("No account with this address"),
    "account-exists": _("An account exists already"),
    "account-changed": _("Change of the log-in"),
}


def title_of(delivery: Delivery) -> str:
    """Return the subject of `delivery`, or what it is about while that is not written yet."""
    return delivery.subject or str(_TITLES.get(delivery.template, delivery))


@transaction.atomic
def queue_message(
    template: str,
    *,
    key: str,
    language: str,
    contact: Contact | None = None,
    to: str = "",
    context: dict[str, Any] | None = None,
    attachments: Sequence[tuple[str, int]] = (),
    at: datetime | None = None,
) -> Delivery | None:
    """Queue the message `template` to `to`, or to the contact's own address, and return its delivery.

    `key` says what the message is about; a second call with it returns the first delivery. `attachments` are pairs of a
    kind (see outreach.domain.attachments) and the id of what it is made from. None when there is no address to write to.
    """
    address = (to or (contact.email if contact else "")).strip()
    if not address:
        return None
    known = dict(settings.LANGUAGES)
    delivery, is_new = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "contact": contact,
            "address": address,
            "language": language if language in known else settings.LANGUAGE_CODE,
            "template": template,
            "context": context or {},
            "attachments": [list(attachment) for attachment in attachments],
            "due_at": at or timezone.now(),
        },
    )
    if is_new:
        transaction.on_commit(nudge_worker)
    return delivery


def nudge_worker() -> None:
    """Say that messages wait. The clock looks too, so a lost nudge costs a minute and no message."""
    messages_queued.send_robust(Delivery)
