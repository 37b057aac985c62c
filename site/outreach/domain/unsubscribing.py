"""Saying no from a message, without logging in."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from members.domain.consent import has_consent, record_consent
from members.models import Channel, Contact
from outreach.models import Delivery


def delivery_with_token(token: UUID) -> Delivery | None:
    """Return the delivery whose secret address carries `token`, if its message can be unsubscribed from."""
    return Delivery.objects.select_related("contact", "campaign").filter(token=token).exclude(purpose="").first()


@transaction.atomic
def unsubscribe(delivery: Delivery) -> None:
    """Take back the consent under which `delivery` was sent. Doing it twice is the same as once.

    Everybody who shares the address loses it with the recipient, since a message to them would reach the same inbox.
    """
    sharing = Contact.objects.filter(Q(pk=delivery.contact_id) | Q(emails__address__iexact=delivery.address))
    for contact in sharing.distinct():
        if has_consent(contact, channel=Channel.EMAIL, purpose=delivery.purpose):
            record_consent(
                contact, channel=Channel.EMAIL, purpose=delivery.purpose, granted=False, source="unsubscribe link"
            )
