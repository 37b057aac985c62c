"""Terms follow the money that paid for them: cut when it went back, restored when it is ours again.

Always worked out from how the payments stand now, so that it does not matter which message came first, or how often.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from checkout.models import Basket, BasketLine, LineKind, Present
from donations.domain.reversals import Reversal, moved_of_late, reversal_of
from donations.models import Payment
from members.domain.credit import grant_credit, withdraw_credit
from members.domain.eligibility import give_up_place, promise_place
from members.domain.undoing import UNDONE, reinstate_term, undo_term
from members.models import CreditReason, CutReason, Membership, Term

logger = logging.getLogger(__name__)


@transaction.atomic
def follow_the_money(basket: Basket) -> int:
    """Cut or restore the terms that `basket` paid for, as its payments stand now; return how many changed.

    Part of the money going back cuts nothing: staff see it beside the membership. Of two payments for one basket, one
    that stays is enough.
    """
    # In the same order as fulfilling: the basket first, then the membership.
    basket = Basket.objects.select_for_update().get(pk=basket.pk)
    payments = settled_payments(basket)
    if basket.fulfilled_at is None or not payments:
        return 0
    gone = gone_with(payments)
    lines = basket.lines.exclude(term=None).select_related("term__membership")
    _follow_credit(basket, is_gone=gone is not None)
    _follow_present(basket, is_gone=gone is not None)
    terms = [line.term for line in lines if line.term]
    return sum(_undo(term, gone) if gone else _reinstate(term) for term in terms)


def _follow_credit(basket: Basket, *, is_gone: bool) -> None:
    """What was paid twice and became credit goes with its money, and comes back with it."""
    for line in basket.lines.select_related("credited_to"):
        if line.credited_to is None:
            continue
        membership = Membership.objects.select_for_update().get(pk=line.credited_to.pk)
        if is_gone and not line.is_credit_withdrawn:
            withdraw_credit(membership, line.amount)
        elif not is_gone and line.is_credit_withdrawn:
            grant_credit(membership, line.amount, reason=CreditReason.UNDONE)
        else:
            continue
        line.is_credit_withdrawn = is_gone
        line.save(update_fields=["is_credit_withdrawn"])


def _follow_present(basket: Basket, *, is_gone: bool) -> None:
    """A present that nobody has accepted holds its place as long as its money is ours.

    One whose money had gone before it was noted as paid is laid before the clock again, once that is won back.
    """
    present = Present.objects.select_related("tier").filter(basket=basket, accepted_at=None).first()
    if present is None:
        return
    if is_gone:
        give_up_place(basket.form_key)
    elif present.last_on is None:
        basket.lines.filter(term=None).update(problem="")
        Basket.objects.filter(pk=basket.pk).update(fulfilled_at=None)
    else:
        promise_place(present.tier, key=basket.form_key, until=present.promised_until)


def settled_payments(basket: Basket) -> list[Payment]:
    """Return the payments of `basket` that have come in, whatever became of them afterwards."""
    return list(
        Payment.objects.settled().filter(attempt__basket=basket).prefetch_related("refunds", "disputes").order_by("pk")
    )


def gone_with(payments: list[Payment]) -> Reversal | None:
    """Return how the last of `payments` went back, or None as long as one of them is ours."""
    reversals = [reversal_of(payment) for payment in payments]
    found = [reversal for reversal in reversals if reversal]
    return max(found, key=lambda reversal: reversal.at) if len(found) == len(payments) else None


def _undo(term: Term, gone: Reversal) -> int:
    reason = CutReason.DISPUTED if gone.is_disputed else CutReason.REFUNDED
    on = timezone.localdate(gone.at)
    undone = 0
    # From the last to the first, so that what comes back to one is there to be taken for the one before.
    for one in reversed([term, *_paid_with_it(term)]):
        undone += undo_term(one, on=on, reason=reason)
    return undone


def _reinstate(term: Term) -> int:
    return sum(reinstate_term(one) for one in [term, *_paid_with_it(term)])


def _paid_with_it(term: Term) -> list[Term]:
    """The terms to which a member moved from `term` without paying more: what `term` was worth paid for them."""
    found: list[Term] = []
    while term.cut_reason == CutReason.CHANGED or (term.cut_reason in UNDONE and found):
        day = term.ends_on + timedelta(days=1)
        free = BasketLine.objects.filter(kind=LineKind.CHANGE, amount=0, priced_on=day, membership=term.membership_id)
        line = free.exclude(term=None).exclude(term__in=found).select_related("term__membership").first()
        if line is None or line.term is None:
            break
        term = line.term
        found.append(term)
    return found


def follow_what_changed(at: datetime) -> int:
    """Look again at the baskets whose payments went back, or came back, of late. Returns how many terms changed."""
    changed = 0
    for basket in Basket.objects.filter(attempts__payment__in=moved_of_late(at).values("pk")).distinct():
        try:
            changed += follow_the_money(basket)
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next tick.
            logger.exception("Terms could not follow their payment.", extra={"facts": {"basket": str(basket.pk)}})
    return changed
