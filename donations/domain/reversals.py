"""Money that did not stay: what was given back, and what a payer's bank took back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from djmoney.money import Money

from donations.domain.payments import flag
from donations.models import Dispute, DisputeStatus, Payment, RefundStatus, ReviewReason
from donations.payments.interface import DisputeState, PaymentDisputed
from donations.signals import payment_disputed

_STATUSES = {
    DisputeState.OPEN: DisputeStatus.OPEN,
    DisputeState.WON: DisputeStatus.WON,
    DisputeState.LOST: DisputeStatus.LOST,
}
LOOK_BACK = timedelta(days=3)
# Told in one second, how it ended counts more than that it began.
_RANKS = {DisputeStatus.OPEN: 0, DisputeStatus.WON: 1, DisputeStatus.LOST: 1}


@dataclass(frozen=True)
class Reversal:
    """When the last of a payment's money was gone, and whether a bank took it rather than we gave it."""

    at: datetime
    is_disputed: bool


def reversal_of(payment: Payment) -> Reversal | None:
    """Return when `payment` had gone back whole, or None while any of it is ours. What is on its way is still ours."""
    gone = Money(0, payment.amount.currency)
    for at, amount, is_disputed in sorted(_steps(payment), key=lambda step: step[0]):
        gone += amount
        if gone >= payment.amount:
            return Reversal(at, is_disputed)
    return None


def moved_of_late(at: datetime) -> QuerySet[Payment]:
    """Return the payments of which money went back or came back shortly before the moment `at`.

    For the clock, which makes good what should have followed and a crash swallowed.
    """
    since = at - LOOK_BACK
    refunds = Q(refunds__requested_at__gte=since) | Q(refunds__settled_at__gte=since)
    told = Q(events__applied_at__gte=since, refunds__isnull=False)
    return Payment.objects.filter(refunds | told | Q(disputes__changed_at__gte=since)).distinct()


def gone_back(payment: Payment) -> Money:
    """Return how much of `payment` has gone back for good."""
    return sum((amount for _at, amount, _is_disputed in _steps(payment)), Money(0, payment.amount.currency))


def _steps(payment: Payment) -> list[tuple[datetime, Money, bool]]:
    refunds = [
        (refund.settled_at or refund.requested_at, refund.amount, False)
        for refund in payment.refunds.all()
        if refund.status == RefundStatus.SETTLED
    ]
    lost = [
        (dispute.status_at, dispute.amount, True)
        for dispute in payment.disputes.all()
        if dispute.status == DisputeStatus.LOST
    ]
    return refunds + lost


def apply_dispute(payment: Payment, fact: PaymentDisputed) -> None:
    """Note how a dispute of `payment`, locked by the caller, stands. Any order, any number of times: the latest counts."""
    status = _STATUSES[fact.state]
    known = payment.disputes.filter(gateway_reference=fact.dispute_reference).first()
    if known and (fact.at, _RANKS[status]) <= (known.status_at, _RANKS[DisputeStatus(known.status)]):
        return
    is_news = known is None or known.status != status
    dispute = known or Dispute(payment=payment, gateway_reference=fact.dispute_reference)
    dispute.amount, dispute.status, dispute.status_at = fact.amount, status, fact.at
    dispute.save()
    if status == DisputeStatus.OPEN:
        flag(payment, ReviewReason.DISPUTED)
    if is_news:
        transaction.on_commit(lambda: payment_disputed.send_robust(Dispute, dispute=dispute))
