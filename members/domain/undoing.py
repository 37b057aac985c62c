"""Terms whose payment did not stay: they end by rule, and run again if the money is won back.

Days that were are not taken back: the term ends on the day before the money went. Later terms move up behind it and move
back behind it, so that no two cover one day and no hole is left in what is still paid for.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from djmoney.money import Money
from wagtail.log_actions import log

from members.domain.credit import credit_of
from members.domain.fees import share_before
from members.domain.terms import cut_term, end_of_term, restore_term
from members.models import FOR_LIFE, CreditEntry, CreditReason, CutReason, Membership, Term, TermKind, User
from members.signals import term_reinstated, term_undone

UNDONE = (CutReason.REFUNDED, CutReason.DISPUTED)
_DAY = timedelta(days=1)


@transaction.atomic
def undo_term(term: Term, *, on: date, reason: CutReason) -> bool:
    """End `term` on the day before `on`, the day on which all that was paid for it went back. Returns whether it did.

    Before its first day it is undone as if it had never been. Credit that was spent on it comes back. What is paid for
    after it moves up, unless its days are the calendar's. `reason` is one of UNDONE. Once more does nothing.
    """
    membership, term = _locked(term)
    if term.cut_reason == CutReason.CHANGED:
        _balance(term, is_gone=True)
    if term.cut_reason in UNDONE or term.is_void or term.ends_on < on:
        return False
    follows_on = term.ends_on + _DAY if term.ends_on != FOR_LIFE else None
    cut_term(term, ends_on=on - _DAY, reason=reason)
    if follows_on:
        _move_up(membership, after=term, follows_on=follows_on)
    _balance(term, is_gone=True)
    _tell(term, "sanduq.term_undone", term_undone)
    return True


@transaction.atomic
def reinstate_term(term: Term) -> bool:
    """Let `term`, whose payment is ours again, run as long as it was paid for. Returns whether it does.

    Later terms move behind it. Where one cannot, since its days are the calendar's or it was cut itself, the term stays
    as it is and what it was worth becomes credit. Once more does nothing.
    """
    membership, term = _locked(term)
    if term.cut_reason == CutReason.CHANGED:
        _balance(term, is_gone=False)
    if term.cut_reason not in UNDONE:
        return False
    later = _that_overlap(membership, term)
    if later is None:
        _balance(term, is_gone=False)
        _credit_what_is_unused(term)
        return False
    for one, starts_on in reversed(later):
        _place(one, starts_on)
    restore_term(Term.objects.get(pk=term.pk))
    term.refresh_from_db()
    _balance(term, is_gone=False)
    _tell(term, "sanduq.term_reinstated", term_reinstated)
    return True


@transaction.atomic
def withdraw_term(term: Term, *, by: User | None) -> bool:
    """Let `term`, the last of its membership, be as if it had never been: staff granted it by mistake and nobody paid.

    Credit that was spent on it comes back. Nobody is written to. Returns whether it did; not for a term that was cut
    already, or after which another one stands.
    """
    membership, term = _locked(term)
    if term.cut_reason or term != membership.last_term:
        return False
    cut_term(term, ends_on=term.starts_on - _DAY, reason=CutReason.CORRECTED)
    _balance(term, is_gone=True)
    log(membership.contact, "sanduq.term_withdrawn", user=by, data={"membership": membership.number})
    return True


def _locked(term: Term) -> tuple[Membership, Term]:
    membership = Membership.objects.select_for_update().get(pk=term.membership_id)
    return membership, membership.terms.select_related("tier", "membership__contact").get(pk=term.pk)


def _tell(term: Term, action: str, signal) -> None:
    log(term.membership.contact, action, data={"membership": term.membership.number, "ends_on": str(term.ends_on)})
    transaction.on_commit(lambda: signal.send_robust(Term, term=term))


# --- What comes after ------------------------------------------------------------------------


def _can_move(term: Term) -> bool:
    return not term.cut_reason and term.tier.term_kind != TermKind.CALENDAR


def _move_up(membership: Membership, *, after: Term, follows_on: date) -> None:
    """Let the terms that follow `after` without a gap, from the day `follows_on`, start as soon as it ends by now."""
    starts_on = after.ends_on + _DAY
    for later in membership.terms.select_related("tier").order_by("starts_on"):
        if later.is_void or later.starts_on < follows_on or later.pk == after.pk:
            continue
        if later.starts_on > follows_on or not _can_move(later) or later.is_for_life:
            return
        follows_on = later.ends_on + _DAY
        _place(later, starts_on)
        starts_on = later.ends_on + _DAY


def _that_overlap(membership: Membership, term: Term) -> list[tuple[Term, date]] | None:
    """The terms that have to move so that `term` has all its days, each with its new first day; None if one cannot."""
    free_from = term.paid_until or term.ends_on
    found: list[tuple[Term, date]] = []
    for later in membership.terms.select_related("tier").order_by("starts_on", "pk"):
        if later.is_void or later.pk == term.pk or later.ends_on < term.starts_on or later.starts_on > free_from:
            continue
        if not _can_move(later) or free_from == FOR_LIFE or later.starts_on < term.starts_on:
            return None
        found.append((later, free_from + _DAY))
        free_from = _end_from(later, free_from + _DAY)
    return found


def _place(term: Term, starts_on: date) -> None:
    term.starts_on, term.ends_on = starts_on, _end_from(term, starts_on)
    term.save(update_fields=["starts_on", "ends_on"])


def _end_from(term: Term, starts_on: date) -> date:
    """The last day of `term` if it started on `starts_on`: by its tier's rule, or as many days as it has."""
    if term.ends_on in (FOR_LIFE, end_of_term(term.starts_on, tier=term.tier)):
        return end_of_term(starts_on, tier=term.tier)
    return starts_on + (term.ends_on - term.starts_on)


# --- What was paid with credit ---------------------------------------------------------------


def _balance(term: Term, *, is_gone: bool) -> None:
    """While the payment of `term` is gone, credit that it took is there again, and credit that came of it is not."""
    for currency in (
        CreditEntry.objects.filter(term=term).order_by().values_list("amount_currency", flat=True).distinct()
    ):
        moved = _sum(term, currency, reasons=(CreditReason.SPENT, CreditReason.CHANGED))
        _adjust(term, -moved if is_gone else Money(0, currency))


def _credit_what_is_unused(term: Term) -> None:
    """The money is ours and the days are taken: what they were worth stays to the member's credit."""
    if term.fee and term.paid_until and term.paid_until != FOR_LIFE:
        _adjust(term, term.fee - share_before(term.fee, term.starts_on, term.paid_until, term.ends_on + _DAY))


def _adjust(term: Term, wanted: Money) -> None:
    """Let the entries of this kind about `term` add up to `wanted`, but never take more than there is."""
    currency = str(wanted.currency)
    missing = wanted - _sum(term, currency, reasons=(CreditReason.UNDONE,))
    if missing.amount < 0:
        has = next((one for one in credit_of(term.membership) if one.currency == missing.currency), Money(0, currency))
        missing = max(missing, -has)
    if missing.amount:
        CreditEntry.objects.create(
            membership_id=term.membership_id, amount=missing, reason=CreditReason.UNDONE, term=term
        )


def _sum(term: Term, currency: str, *, reasons: tuple[CreditReason, ...]) -> Money:
    entries = CreditEntry.objects.filter(term=term, amount_currency=currency, reason__in=reasons)
    return Money(entries.aggregate(Sum("amount"))["amount__sum"] or 0, currency)
