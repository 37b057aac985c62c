"""Writing down the card that a gateway says it keeps. Payments call it as well as setups, so it knows neither."""

from datetime import datetime

from django.db import transaction

from donations.models import CardRemoval, Payment, SavedCard
from donations.payments.interface import KeptCard
from donations.signals import card_saved
from members.models import Contact


def keep_card(
    contact: Contact, card: KeptCard, *, gateway: str, at: datetime, payment: Payment | None = None
) -> SavedCard:
    """Return the row of `card`, which `gateway` keeps for `contact`: made the first time that the gateway tells of it.

    One of somebody who was erased meanwhile is removed in the same breath, so that the gateway is told to forget it.
    """
    is_erased = contact.erased_at is not None
    saved, is_new = SavedCard.objects.get_or_create(
        gateway=gateway,
        gateway_method=card.method,
        defaults={
            "contact": contact,
            "gateway_customer": card.customer,
            "brand": "" if is_erased else card.brand[:30],
            "last4": "" if is_erased else card.last4[:4],
            "expires_on": None if is_erased else card.expires_on,
            "payment": payment,
            "saved_at": at,
            "removed_at": at if is_erased else None,
            "removal_reason": CardRemoval.ERASED if is_erased else "",
        },
    )
    if is_new and not is_erased:
        transaction.on_commit(lambda: card_saved.send_robust(SavedCard, card=saved))
    return saved
