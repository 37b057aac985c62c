"""Money that staff take in by hand: a bank transfer read off the statement, cash in an envelope."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from djmoney.money import Money

from donations.domain.gifts import record_gift
from donations.domain.payments import check_amount
from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.exceptions import DuplicateEntryError, UnknownGatewayError
from donations.models import OFFLINE_GATEWAYS, Appeal, Fund, Gift, Payment, PaymentStatus
from donations.signals import payment_settled
from members.models import Contact, User


def record_offline_payment(
    *,
    gateway: str,
    amount: Money,
    received_on: date,
    payer: Contact,
    description: str,
    actor: User | None,
    bank_reference: str = "",
    language: str = "",
) -> Payment:
    """Write down money that came in by "transfer" or "cash" on the day `received_on`, and return its payment, settled.

    `bank_reference` is the line of the bank statement or the number of the envelope: one can be entered only once.
    Raises UnknownGatewayError, AmountError, DuplicateEntryError.
    """
    if gateway not in OFFLINE_GATEWAYS:
        raise UnknownGatewayError
    check_amount(amount)
    # The middle of the day is the same day in every time zone that the nonprofit may be in.
    at = timezone.make_aware(datetime.combine(received_on, time(12)))
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                gateway=gateway,
                amount=amount,
                status=PaymentStatus.SETTLED,
                status_at=at,
                settled_at=at,
                payer=payer,
                payer_name=payer.name,
                payer_email=payer.email,
                language=language or payer.preferred_language,
                description=description[:250],
                gateway_reference=bank_reference,
                entered_by=actor,
            )
    except IntegrityError as error:
        raise DuplicateEntryError from error
    transaction.on_commit(lambda: payment_settled.send_robust(Payment, payment=payment))
    return payment


@transaction.atomic
def record_offline_gift(
    *,
    gateway: str,
    donor: Contact,
    fund: Fund,
    amount: Money,
    received_on: date,
    issued_on: date,
    actor: User | None,
    appeal: Appeal | None = None,
    bank_reference: str = "",
    is_anonymous: bool = False,
) -> Gift:
    """Write down a gift that came in by hand, with its payment and its receipt of the day `issued_on`; return the gift.

    Raises as `record_offline_payment` does; then nothing is written.
    """
    with translation.override(donor.preferred_language):
        description = _("Gift: %(fund)s") % {"fund": fund}
    payment = record_offline_payment(
        gateway=gateway,
        amount=amount,
        received_on=received_on,
        payer=donor,
        description=description,
        actor=actor,
        bank_reference=bank_reference,
    )
    gift = record_gift(
        donor=donor,
        payment=payment,
        allocations=[(fund, amount)],
        on=received_on,
        appeal=appeal,
        is_anonymous=is_anonymous,
    )
    issue_receipt(payment, lines=[ReceiptLine(payment.description, amount)], on=issued_on)
    return gift
