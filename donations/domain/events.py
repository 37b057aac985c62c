"""What gateways tell us: stored first, applied afterwards, each at most once in effect and at least once in fact."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.domain import cards, payments, recurring, reversals
from donations.exceptions import EventTooEarlyError, ForeignEventError, GatewayUnavailableError
from donations.models import Payment, PaymentEvent
from donations.payments.interface import (
    CardGiven,
    Fact,
    Message,
    PaymentDisputed,
    PaymentRefunded,
    RecurringCharged,
    RecurringChargeFailed,
    RecurringStopped,
)
from donations.payments.registry import get_gateway

logger = logging.getLogger(__name__)

# A message about a payment that nobody told us of in this time is about somebody else's (one account, two systems).
PATIENCE = timedelta(days=3)


def receive_event(gateway: str, *, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
    """Store what `gateway` sent, in a transaction of its own, and return it; the same message twice is one row.

    Raises UnknownGatewayError, and WrongSignatureError when the message does not prove where it comes from.
    """
    return store_message(gateway, get_gateway(gateway).receive(body, headers))


def store_message(gateway: str, message: Message) -> PaymentEvent:
    """Store `message` of `gateway` and return its row; the row that there is, when it was stored before."""
    try:
        with transaction.atomic():
            return PaymentEvent.objects.create(
                gateway=gateway,
                event_id=message.event_id[:255],
                kind=message.kind[:100],
                payload=message.payload,
                happened_at=message.happened_at,
            )
    except IntegrityError:
        return PaymentEvent.objects.get(gateway=gateway, event_id=message.event_id[:255])


def apply_event(event: PaymentEvent) -> bool:
    """Do what a stored message says, and return whether that is done now (or was before).

    Any number of workers may apply the same message at once, in any order with others: the effects of a fact are the
    same however often it is applied, and rows are locked while they change. What cannot be applied yet is left for
    `apply_pending_events`, with the reason noted.
    """
    try:
        fact = get_gateway(event.gateway).read(event.payload)
        with transaction.atomic():
            row = PaymentEvent.objects.select_for_update().get(pk=event.pk)
            if row.applied_at:
                return True
            row.payment = _apply(fact, gateway=row.gateway)
            row.applied_at, row.error = timezone.now(), ""
            if not _is_about_somebody(row.payment):
                row.payload = ""
            row.save(update_fields=["payment", "payload", "applied_at", "error"])
            return True
    except ForeignEventError as error:
        # Noted, and no word of it kept: it is about people whom we do not know.
        PaymentEvent.objects.filter(pk=event.pk, applied_at=None).update(
            applied_at=timezone.now(), error=str(error), payload=""
        )
        return True
    except EventTooEarlyError as error:
        if event.received_at < timezone.now() - PATIENCE:
            PaymentEvent.objects.filter(pk=event.pk).update(applied_at=timezone.now(), error=str(error))
            return True
        _note(event, error)
    except GatewayUnavailableError as error:
        _note(event, error)
    except Exception as error:
        # One message that we cannot digest must not stop the others; it stays in the list for a person to see.
        logger.exception("A gateway's message could not be applied.", extra={"facts": {"event": event.pk}})
        _note(event, error)
    return False


def apply_pending_events(*, limit: int = 500) -> int:
    """Apply what is stored and not yet applied, least tried first, and return how many were.

    A crash between storing and applying, or a message that came before the one it needs, ends here.
    """
    applied = 0
    for event in PaymentEvent.objects.waiting().order_by("attempts", "pk")[:limit]:
        applied += apply_event(event)
    return applied


def _note(event: PaymentEvent, error: Exception) -> None:
    PaymentEvent.objects.filter(pk=event.pk, applied_at=None).update(
        attempts=event.attempts + 1, error=f"{type(error).__name__}: {error}"[:2000]
    )


def _is_about_somebody(payment: Payment | None) -> bool:
    """Whether there is a reason to keep the gateway's words, which name the payer: not when the message is about no
    payment of ours, or when the payer has been erased meanwhile.
    """
    return payment is not None and not (payment.payer and payment.payer.erased_at)


def _apply(fact: Fact | None, *, gateway: str) -> Payment | None:
    """Return the payment that `fact` was about, or the last one of the recurring gift it was about, if it is ours."""
    payment: Payment | None
    match fact:
        case None:
            return None
        case CardGiven():
            cards.apply_card(fact, gateway=gateway)
            return None
        case RecurringCharged():
            return recurring.record_charge(fact, gateway=gateway)
        case RecurringChargeFailed():
            recurring.note_failed_charge(fact, gateway=gateway)
            return _last_payment(fact.recurring, gateway)
        case RecurringStopped():
            recurring.note_stopped(fact, gateway=gateway)
            return _last_payment(fact.recurring, gateway)
        case PaymentDisputed():
            payment = _payment_of_charge(fact.charge, gateway)
            reversals.apply_dispute(payment, fact)
            return payment
        case PaymentRefunded():
            payment = _payment_of_refund(fact, gateway)
        case _:
            payment = payments.locked_payment(fact.reference, gateway=gateway)
    if payment:
        payments.apply_to_payment(payment, fact)
    return payment


def _last_payment(reference: str, gateway: str) -> Payment | None:
    return Payment.objects.filter(recurring_gift__reference=reference, gateway=gateway).order_by("-pk").first()


def _payment_of_refund(fact: PaymentRefunded, gateway: str) -> Payment:
    """The payment whose money goes back, locked. Raises EventTooEarlyError when its own message is not here yet."""
    ours = Payment.objects.select_for_update().filter(gateway=gateway)
    payment = ours.filter(refunds__key=fact.key).first() if fact.key else None
    return payment or _payment_of_charge(fact.charge, gateway)


def _payment_of_charge(charge: str, gateway: str) -> Payment:
    """The payment that came in as `charge`, locked. Raises EventTooEarlyError when its own message is not here yet."""
    ours = Payment.objects.select_for_update().filter(gateway=gateway, gateway_charge=charge)
    payment = ours.first() if charge else None
    if payment is None:
        raise EventTooEarlyError
    return payment
