"""Awaited bank transfers: found by their reference, entered part by part, settled once all of it is there."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from djmoney.money import Money

from donations.domain.payments import call_off, check_amount, settle
from donations.exceptions import AmountError, DuplicateEntryError, PaymentClosedError
from donations.models import Payment, PaymentStatus, TransferReceived
from donations.payments.interface import PaymentSettled
from donations.payments.transfer import TransferGateway
from members.bank import compact, creditor_reference
from members.models import User
from members.names import western_digits

AWAITED = (PaymentStatus.OPEN, PaymentStatus.PENDING)


def transfer_reference(payment: Payment) -> str:
    """What the payer writes on the transfer: the payment's own reference as a creditor reference (ISO 11649)."""
    return creditor_reference(payment.reference)


def plain_reference(text: str) -> str:
    """Return a payment's own reference from what a statement shows or a person types, in groups or with its "RF"."""
    plain = compact(western_digits(text))
    return plain[4:] if plain.startswith("RF") and len(plain) == 16 else text


def received_so_far(payment: Payment) -> Money:
    """Return how much of `payment` has come in by transfer."""
    return sum(
        (row.amount for row in TransferReceived.objects.filter(payment=payment)), Money(0, payment.amount.currency)
    )


def left_to_come(payment: Payment) -> Money:
    """Return how much of `payment` is still missing; never below zero."""
    return max(payment.amount - received_so_far(payment), Money(0, payment.amount.currency))


def paid_too_much(payment: Payment) -> Money:
    """Return what came in beyond the amount of `payment`."""
    return max(received_so_far(payment) - payment.amount, Money(0, payment.amount.currency))


@transaction.atomic
def call_off_transfer(payment: Payment, *, at: datetime) -> bool:
    """Do not wait for `payment` any more, unless something of it has come in. Returns whether it was called off."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    is_begun = TransferReceived.objects.filter(payment=payment).exists()
    if payment.gateway != TransferGateway.code or payment.status not in AWAITED or is_begun:
        return False
    return call_off(payment, at=at)


@transaction.atomic
def record_transfer(
    payment: Payment, *, amount: Money, received_on: date, bank_reference: str = "", entered_by: User | None
) -> Payment:
    """Write down that `amount` of an awaited `payment` came in on the day `received_on`; settle it once all is there.

    What is missing is awaited further; what is too much stays on record (see `paid_too_much`). Raises AmountError for
    another currency, DuplicateEntryError for a line that was entered before, PaymentClosedError when nothing is awaited.
    """
    # Two who read the same statement take turns here.
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.gateway != TransferGateway.code or payment.status not in AWAITED:
        raise PaymentClosedError
    check_amount(amount)
    if amount.currency != payment.amount.currency:
        raise AmountError
    try:
        with transaction.atomic():
            TransferReceived.objects.create(
                payment=payment,
                amount=amount,
                received_on=received_on,
                bank_reference=bank_reference,
                entered_by=entered_by,
            )
    except IntegrityError as error:
        raise DuplicateEntryError from error
    if not left_to_come(payment):
        # The middle of the day is the same day in every time zone that the nonprofit may be in.
        at = timezone.make_aware(datetime.combine(received_on, time(12)))
        settle(payment, PaymentSettled(payment.reference, at, payment.amount, charge=f"transfer-{payment.reference}"))
    return payment
