"""Cards that a gateway keeps: taken note of, charged while their holder is not there, and forgotten.

What is here about a card, a gateway has said. A charge is written down as asked for before the gateway is asked; as long as
nobody knows what became of it, it is looked for there before it could be asked for again.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donations.domain import recurring_cards
from donations.domain.kept_cards import keep_card
from donations.domain.payments import apply_to_payment, check_amount
from donations.exceptions import GatewayError, GatewayRefusedError, GatewayUnavailableError, PaymentClosedError
from donations.models import CardRemoval, CardSetup, Payment, PaymentStatus, SavedCard
from donations.payments.interface import (
    CardGiven,
    CardOrder,
    Fact,
    PaymentFailed,
    PaymentPending,
    PaymentSettled,
    SavedCharge,
)
from donations.payments.registry import get_gateway
from members.models import Contact

logger = logging.getLogger(__name__)

# Why a charge that was written down came to nothing without the gateway having declined it.
NOT_WANTED, REFUSED = "not_wanted", "refused"


# --- A card without a payment -----------------------------------------------------------------


def open_setup(contact: Contact, *, gateway: str, language: str) -> CardSetup:
    """Write down that `contact` wants to give a card without paying. Raises GatewayRefusedError where none is kept."""
    if not get_gateway(gateway).can_keep_cards:
        raise GatewayRefusedError
    return CardSetup.objects.create(contact=contact, gateway=gateway, language=language)


def setup_url(setup: CardSetup, *, return_url: str) -> str:
    """Return the address of the gateway's page for a card; its holder comes back to the absolute `return_url`.

    Call it outside a transaction: it asks the gateway. Raises PaymentClosedError when a card has been given already,
    GatewayUnavailableError, GatewayRefusedError.
    """
    if setup.card_id or setup.given_at:
        raise PaymentClosedError
    CardSetup.objects.filter(pk=setup.pk, return_url="").update(return_url=return_url)
    setup.refresh_from_db()
    order = CardOrder(
        reference=setup.reference,
        payer_email=setup.contact.email,
        language=setup.language,
        return_url=setup.return_url,
        subscription=setup.recurring_gift.gateway_reference if setup.recurring_gift else "",
    )
    page = get_gateway(setup.gateway).open_card_page(order)
    CardSetup.objects.filter(pk=setup.pk).update(gateway_reference=page.reference)
    setup.gateway_reference = page.reference
    return page.url


def refresh_setup(setup: CardSetup) -> CardSetup:
    """Ask the gateway whether a card was given, for a holder who is back before its message, and return it up to date."""
    setup.refresh_from_db()
    if setup.card_id or setup.given_at or not setup.gateway_reference:
        return setup
    with suppress(GatewayError):
        if fact := get_gateway(setup.gateway).look_up_card(setup.gateway_reference):
            apply_card(fact, gateway=setup.gateway)
    setup.refresh_from_db()
    return setup


@transaction.atomic
def apply_card(fact: CardGiven, *, gateway: str) -> SavedCard | None:
    """Take note of the card that was given for a setup of ours, once; None when the setup is not ours."""
    setup = CardSetup.objects.select_for_update().filter(reference=fact.reference, gateway=gateway).first()
    if setup is None:
        return None
    if setup.recurring_gift:
        recurring_cards.note_card(setup, fact)
        return None
    if setup.card is None:
        setup.card = keep_card(setup.contact, fact.card, gateway=gateway, at=fact.at)
        setup.save(update_fields=["card"])
    return setup.card


# --- Charging it ------------------------------------------------------------------------------


@transaction.atomic
def open_charge(card: SavedCard, payment: Payment) -> Payment:
    """Let the open `payment` be paid with `card`, by `charge_card`, instead of on a page. Its amount is what was agreed."""
    check_amount(payment.amount)
    Payment.objects.filter(pk=payment.pk, status=PaymentStatus.OPEN, asked_at=None).update(saved_card=card)
    payment.refresh_from_db()
    return payment


def charge_card(payment: Payment, *, is_wanted: Callable[[], bool]) -> Payment:
    """Charge the kept card of `payment`, or find out what became of that, and return the payment as it stands.

    Called again, whoever calls and however often, it charges once: what was asked for before is looked for at the
    gateway first. `is_wanted` is asked right before the gateway would be; a no lets the payment fail as not wanted.
    Call it outside a transaction. Without an answer from the gateway the payment stays as it is.
    """
    payment.refresh_from_db()
    card = payment.saved_card
    if card is None or payment.status not in (PaymentStatus.OPEN, PaymentStatus.PENDING):
        return payment
    order = SavedCharge(
        reference=payment.reference,
        customer=card.gateway_customer,
        method=card.gateway_method,
        amount=payment.amount,
        description=payment.description,
    )
    is_first = bool(Payment.objects.filter(pk=payment.pk, asked_at=None).update(asked_at=timezone.now()))
    with suppress(GatewayUnavailableError):
        fact: Fact | None = None if is_first else get_gateway(payment.gateway).find_saved_charge(order)
        # What the gateway called pending it will tell about: it is never asked for anew.
        if fact is None and payment.status == PaymentStatus.OPEN:
            fact = _ask(order, payment, card, is_wanted)
        if fact is not None:
            _apply(payment, fact)
    payment.refresh_from_db()
    return payment


def _ask(order: SavedCharge, payment: Payment, card: SavedCard, is_wanted: Callable[[], bool]) -> Fact:
    if not (SavedCard.objects.standing().filter(pk=card.pk).exists() and is_wanted()):
        return PaymentFailed(reference=order.reference, at=timezone.now(), reason=NOT_WANTED)
    try:
        return get_gateway(payment.gateway).charge_saved(order)
    except GatewayRefusedError:
        return PaymentFailed(reference=order.reference, at=timezone.now(), reason=REFUSED)


@transaction.atomic
def _apply(payment: Payment, fact: Fact) -> None:
    if isinstance(fact, PaymentSettled | PaymentPending | PaymentFailed):
        apply_to_payment(Payment.objects.select_for_update().get(pk=payment.pk), fact)


# --- Letting it go ----------------------------------------------------------------------------


def remove_card(card: SavedCard, *, reason: CardRemoval, at: datetime) -> bool:
    """Charge `card` no more, from this moment on; the gateway is told by `forget_removed_cards`. True if it stood."""
    removed = SavedCard.objects.standing().filter(pk=card.pk).update(removed_at=at, removal_reason=reason)
    card.refresh_from_db()
    return bool(removed)


def forget_removed_cards(*, limit: int = 200) -> int:
    """Let the gateways forget the cards that were removed here, and return how many did. Then no digit of them stays."""
    forgotten = 0
    # A charge that is on its way is looked for by the names of its card.
    waiting = SavedCard.objects.to_be_forgotten().exclude(
        charges__status__in=[PaymentStatus.OPEN, PaymentStatus.PENDING]
    )
    for card in waiting.order_by("pk")[:limit]:
        try:
            get_gateway(card.gateway).forget_card(card.gateway_customer, card.gateway_method)
        except GatewayError:
            logger.warning("A removed card could not be forgotten yet.", extra={"facts": {"card": card.pk}})
            continue
        SavedCard.objects.filter(pk=card.pk).update(
            forgotten_at=timezone.now(), gateway_customer="", gateway_method="", brand="", last4="", expires_on=None
        )
        forgotten += 1
    return forgotten
