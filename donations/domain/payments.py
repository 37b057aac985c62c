"""Asking for money and giving it back.

A payment's status is only ever moved by a fact that a gateway told (`domain.events`) or that staff entered
(`domain.offline`), by the functions `pend`, `fail` and `settle` below. Each may be called any number of times and in
any order with the same result: paid beats everything, and of the others the later one, by the gateway's clock, counts.
"""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from djmoney.money import Money

from donations.domain import recurring as recurring_gifts
from donations.domain.kept_cards import keep_card
from donations.domain.schedules import first_charge, schedule_of
from donations.exceptions import (
    AmountError,
    GatewayRefusedError,
    GatewayUnavailableError,
    NotSettledError,
    PaymentClosedError,
    RefundTooLargeError,
)
from donations.models import (
    OFFLINE_GATEWAYS,
    Interval,
    Payment,
    PaymentStatus,
    RecurringGift,
    RecurringStatus,
    Refund,
    RefundStatus,
    ReviewReason,
)
from donations.payments.interface import (
    CheckoutOrder,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSettled,
    RefundOrder,
    RefundState,
)
from donations.payments.registry import get_gateway
from donations.signals import payment_failed, payment_refunded, payment_settled, refund_failed
from members.models import Contact, User
from members.money import HIGHEST_AMOUNT, quantize

CALLED_OFF = "called_off"
_RANKS = {PaymentStatus.OPEN: 0, PaymentStatus.PENDING: 1, PaymentStatus.FAILED: 2}
# A refund may fail days after the gateway called it done, when the payer's bank returns it.
_REFUND_RANKS = {
    RefundStatus.REQUESTED: 0,
    RefundStatus.PENDING: 1,
    RefundStatus.SETTLED: 2,
    RefundStatus.FAILED: 3,
}
_REFUND_STATUSES = {
    RefundState.PENDING: RefundStatus.PENDING,
    RefundState.SETTLED: RefundStatus.SETTLED,
    RefundState.FAILED: RefundStatus.FAILED,
}


def check_amount(amount: Money) -> None:
    """Raise AmountError unless `amount` is above zero, within what we keep, and exact in its currency's decimals."""
    if not (0 < amount.amount <= HIGHEST_AMOUNT) or quantize(amount) != amount:
        raise AmountError


def open_payment(
    *,
    amount: Money,
    gateway: str,
    payer_name: str,
    payer_email: str,
    language: str,
    description: str,
    payer: Contact | None = None,
    recurring: RecurringGift | None = None,
    keeps_card: bool = False,
) -> Payment:
    """Write down that `amount` is to be paid through `gateway`, and return the open payment.

    With `recurring`, it is the first payment of that recurring gift, which becomes active once it has settled. With
    `keeps_card`, the payer agreed that the gateway keeps the card, which it does if it can.
    Raises UnknownGatewayError, or AmountError with a sentence for the payer.
    """
    check_amount(amount)
    get_gateway(gateway).check_amount(amount)
    return Payment.objects.create(
        amount=amount,
        gateway=gateway,
        payer_name=payer_name,
        payer_email=payer_email,
        language=language,
        description=description[:250],
        payer=payer,
        recurring_gift=recurring,
        keeps_card=keeps_card and not recurring and get_gateway(gateway).can_keep_cards,
    )


def checkout_url(payment: Payment, *, return_url: str) -> str:
    """Return the address of the gateway's page for `payment`; the payer comes back to the absolute `return_url`.

    Called again (a second click, a retry after a timeout or a refusal) it leads to the same page, or to a new one when
    that has expired. Call it outside a transaction: it asks the gateway. Raises PaymentClosedError when nothing is left
    to pay, GatewayUnavailableError, GatewayRefusedError.
    """
    payment.refresh_from_db()
    if payment.is_settled or payment.saved_card_id:
        # A kept card is charged without a page; to open one besides would be to ask twice.
        raise PaymentClosedError
    gateway = get_gateway(payment.gateway)
    if payment.gateway_reference:
        if page := gateway.find_checkout(payment.gateway_reference):
            return page.url
        # Of two clicks on an expired page only one opens a new attempt; both then ask for the same.
        Payment.objects.filter(pk=payment.pk, gateway_reference=payment.gateway_reference).update(
            checkout_attempt=F("checkout_attempt") + 1, gateway_reference="", return_url=""
        )
    _begin_attempt(payment, return_url)
    payment.refresh_from_db()
    page = gateway.open_checkout(_order(payment))
    Payment.objects.filter(pk=payment.pk).update(gateway_reference=page.reference)
    payment.gateway_reference = page.reference
    return page.url


@transaction.atomic
def _begin_attempt(payment: Payment, return_url: str) -> None:
    """Write down what this attempt asks for, which must never differ, or the gateway would refuse its idempotency key."""
    is_new = Payment.objects.filter(pk=payment.pk, return_url="").update(return_url=return_url)
    if is_new and (gift := payment.recurring_gift):
        first = first_charge(Interval(gift.interval), on=timezone.localdate())
        RecurringGift.objects.filter(pk=gift.pk, status=RecurringStatus.STARTING).update(counted_from=first)


def _order(payment: Payment) -> CheckoutOrder:
    gift = payment.recurring_gift
    return CheckoutOrder(
        reference=payment.reference,
        attempt=payment.checkout_attempt,
        amount=payment.amount,
        description=payment.description,
        payer_email=payment.payer_email,
        language=payment.language,
        return_url=payment.return_url,
        schedule=schedule_of(gift) if gift else None,
        keep_card=payment.keeps_card,
    )


def locked_payment(reference: str, *, gateway: str) -> Payment | None:
    """Return the payment `reference` of `gateway`, held until the transaction ends; None when it is not ours.

    One gateway's message never moves another one's payment, so a test gateway cannot settle a real one.
    """
    return Payment.objects.select_for_update().filter(reference=reference, gateway=gateway).first()


def pend(payment: Payment, fact: PaymentPending) -> None:
    """The payer has done their part. `payment` is locked by the caller, as for `fail` and `settle`."""
    _move(payment, PaymentStatus.PENDING, fact.at)


def fail(payment: Payment, fact: PaymentFailed) -> None:
    """It did not work. A later attempt may still settle the same payment."""
    if _move(payment, PaymentStatus.FAILED, fact.at, failure=fact.reason[:60]):
        transaction.on_commit(lambda: payment_failed.send_robust(Payment, payment=payment))


def call_off(payment: Payment, *, at: datetime) -> bool:
    """We do not wait for it any more, and nobody is told. Returns whether it was still awaited. `payment` is locked."""
    return _move(payment, PaymentStatus.FAILED, at, failure=CALLED_OFF)


def settle(payment: Payment, fact: PaymentSettled) -> None:
    """The money is there, unless it is not what was asked for: then a person has to look, and nothing is granted."""
    if fact.card and payment.keeps_card and payment.payer:
        # Also when the payment is known to be settled: of two messages only the second may tell of the card.
        keep_card(payment.payer, fact.card, gateway=payment.gateway, at=fact.at, payment=payment)
    if payment.is_settled:
        if fact.charge and fact.charge != payment.gateway_charge:
            flag(payment, ReviewReason.PAID_TWICE)
        return
    if fact.amount != payment.amount:
        flag(payment, ReviewReason.AMOUNT)
        return
    payment.status, payment.status_at, payment.settled_at = PaymentStatus.SETTLED, fact.at, fact.at
    payment.gateway_charge, payment.failure = fact.charge, ""
    payment.save(update_fields=["status", "status_at", "settled_at", "gateway_charge", "failure"])
    if payment.recurring_gift_id and not recurring_gifts.activate(
        payment.recurring_gift_id, subscription=fact.subscription, at=fact.at
    ):
        flag(payment, ReviewReason.AFTER_STOP)
    transaction.on_commit(lambda: payment_settled.send_robust(Payment, payment=payment))


def flag(payment: Payment, reason: ReviewReason) -> None:
    """Put `payment` before a person's eyes. The first reason stays: it is the one to begin with."""
    if not payment.review:
        payment.review = reason
        payment.save(update_fields=["review"])


def mark_reviewed(payment: Payment) -> None:
    """A person has looked and done what was needed."""
    Payment.objects.filter(pk=payment.pk).update(review="")


def _move(payment: Payment, status: PaymentStatus, at: datetime, *, failure: str = "") -> bool:
    """Whether `status` at the moment `at` is news; if so, it is saved."""
    if payment.is_settled:
        return False
    current = PaymentStatus(payment.status)
    if payment.status_at and (at, _RANKS[status]) <= (payment.status_at, _RANKS[current]):
        return False
    payment.status, payment.status_at, payment.failure = status, at, failure
    payment.save(update_fields=["status", "status_at", "failure"])
    return status != current


# --- Giving back ------------------------------------------------------------------------------


def refund(payment: Payment, *, amount: Money, reason: str, actor: User | None) -> Refund:
    """Give `amount` of `payment` back and return the refund, as far as it got.

    The wish is written down first and then told to the gateway under a key of its own, so that it is never done twice.
    When the gateway does not answer, the refund stays "asked for" and `send_waiting_refunds` asks again. What staff
    took in by hand they give back by hand, so such a refund is done at once. Call it outside a transaction.

    Raises NotSettledError, AmountError, RefundTooLargeError, GatewayRefusedError (the refund then stands as failed).
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if not payment.is_settled:
            raise NotSettledError
        check_amount(amount)
        if amount.currency != payment.amount.currency:
            raise AmountError
        if amount > payment.refundable:
            raise RefundTooLargeError
        wish = Refund.objects.create(payment=payment, amount=amount, reason=reason[:250], requested_by=actor)
    # Without an answer it stands as asked for, and the pump goes on asking.
    with suppress(GatewayUnavailableError):
        send_refund(wish)
    wish.refresh_from_db()
    return wish


def send_refund(wish: Refund) -> None:
    """Ask the gateway for a refund that was written down. Asking again gives back once. Raises as `refund` does."""
    payment = wish.payment
    if payment.gateway in OFFLINE_GATEWAYS:
        answer = PaymentRefunded(
            charge=payment.gateway_charge,
            at=timezone.now(),
            amount=wish.amount,
            refund_reference=f"refund-{wish.key}",
            state=RefundState.SETTLED,
            key=str(wish.key),
        )
    else:
        order = RefundOrder(
            key=str(wish.key),
            payment_reference=payment.reference,
            charge=payment.gateway_charge,
            gateway_reference=payment.gateway_reference,
            amount=wish.amount,
        )
        try:
            answer = get_gateway(payment.gateway).refund(order)
        except GatewayRefusedError:
            Refund.objects.filter(pk=wish.pk, status=RefundStatus.REQUESTED).update(status=RefundStatus.FAILED)
            raise
    with transaction.atomic():
        apply_refund(Payment.objects.select_for_update().get(pk=payment.pk), answer)


def send_waiting_refunds(*, limit: int = 100) -> int:
    """Ask again for refunds that no gateway has answered, and return how many went through."""
    sent = 0
    for wish in Refund.objects.filter(status=RefundStatus.REQUESTED).select_related("payment").order_by("pk")[:limit]:
        try:
            send_refund(wish)
            sent += 1
        except (GatewayUnavailableError, GatewayRefusedError):
            continue
    return sent


def apply_refund(payment: Payment, fact: PaymentRefunded) -> None:
    """Note how far a refund of `payment`, locked by the caller, has come; also one that staff began at the gateway."""
    wish = payment.refunds.filter(key=fact.key).first() if fact.key else None
    wish = wish or payment.refunds.filter(gateway_reference=fact.refund_reference).first()
    wish = wish or Refund(payment=payment, amount=fact.amount)
    status = _REFUND_STATUSES[fact.state]
    if wish.pk and wish.gateway_reference and _REFUND_RANKS[status] <= _REFUND_RANKS[RefundStatus(wish.status)]:
        return
    is_news = status == RefundStatus.SETTLED and wish.status != RefundStatus.SETTLED
    is_back = status == RefundStatus.FAILED and wish.status == RefundStatus.SETTLED
    wish.status, wish.gateway_reference = status, fact.refund_reference
    wish.settled_at = fact.at if status == RefundStatus.SETTLED else wish.settled_at
    wish.save()
    if payment.refunded > payment.amount:
        flag(payment, ReviewReason.REFUND)
    if is_news:
        transaction.on_commit(lambda: payment_refunded.send_robust(Refund, refund=wish))
    if is_back:
        transaction.on_commit(lambda: refund_failed.send_robust(Refund, refund=wish))


def refresh_payment(payment: Payment) -> Payment:
    """Ask the gateway how `payment` stands, for a payer who is back before its message, and return it up to date.

    Nothing is lost when it does not answer: the message will come.
    """
    payment.refresh_from_db()
    if payment.is_settled or not payment.gateway_reference or payment.gateway not in settings.PAYMENT_GATEWAYS:
        return payment
    try:
        fact = get_gateway(payment.gateway).look_up(payment.gateway_reference)
    except (GatewayUnavailableError, GatewayRefusedError):
        return payment
    if isinstance(fact, PaymentPending | PaymentFailed | PaymentSettled | PaymentRefunded):
        with transaction.atomic():
            if locked := locked_payment(payment.reference, gateway=payment.gateway):
                apply_to_payment(locked, fact)
        payment.refresh_from_db()
    return payment


def apply_to_payment(payment: Payment, fact: PaymentPending | PaymentFailed | PaymentSettled | PaymentRefunded) -> None:
    """Let `fact` do to `payment`, locked by the caller, what it says."""
    match fact:
        case PaymentPending():
            pend(payment, fact)
        case PaymentFailed():
            fail(payment, fact)
        case PaymentSettled():
            settle(payment, fact)
        case PaymentRefunded():
            apply_refund(payment, fact)
