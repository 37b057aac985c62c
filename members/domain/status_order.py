"""The first of the memberships that a filter finds, in the order of an index that leads to them.

Who is in grace, suspended or dead are few among many. Looked for in the order of names, everybody else would be looked
at on the way; all of them found first and then put in order, a page of thirty would cost what they all do. So rows that
lead to them are read from an index, some at a time, and asked whether they are what was wanted, until there are enough.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from members.domain.status_filter import Wanted, ends_within, is_in_force, later_end, tiers_by_grace
from members.models import DecisionKind, Membership, MembershipDecision, MembershipStatus, Term

FIRST_LOOK, LATER_LOOK = 120, 2_000  # three pages and some more; most that are led to are wanted
MOST_LOOKED_AT = 2_000

_DECIDED = {
    MembershipStatus.SUSPENDED: DecisionKind.SUSPENDED,
    MembershipStatus.CANCELLED: DecisionKind.CANCELLED,
}


def first_keys(found: QuerySet, wanted: Wanted, on: date, *, by: str, of: str, most: int) -> list[int] | None:
    """Return the keys of the first `most` of `found`, which is filtered by `wanted` on the day `on` and perhaps by more.

    `by` is the column of `found` by which rows are led to, and `of` what it holds: "membership" or "contact". Those whose
    term ends or begins first come first; of decisions and deaths the latest. None where no index leads to them: then
    any order is as good, since half of all have that status, or so few of those looked at are wanted that it had no end.
    """
    leads = _leads(wanted, on)
    if leads is None:
        return None
    keys: dict[int, None] = {}
    for looked_at, some in _batches(leads.values_list(_path(leads, of), flat=True)):
        those = dict(found.order_by().filter(**{f"{by}__in": some}).values_list(by, "pk"))
        keys |= dict.fromkeys(those[one] for one in some if one in those)
        if len(keys) >= most:
            break
        if looked_at >= MOST_LOOKED_AT:
            return None
    return list(keys)[:most]


def _leads(wanted: Wanted, on: date) -> QuerySet | None:
    # Ordered by the columns of an index and no more: with a key behind them all terms of one day would be sorted first,
    # which is everybody where terms end with the year.
    if wanted.paid_from or wanted.paid_to:
        ends = Term.objects.filter(ends_within(wanted.paid_from, wanted.paid_to), ~Exists(later_end()))
        return ends.order_by(*_BY_END)
    match wanted.status:
        case MembershipStatus.GRACE:
            longest = timedelta(days=max(tiers_by_grace(), default=0))
            late = Term.objects.filter(ends_within(on - longest, on - timedelta(days=1)), *_of_tiers(wanted))
            running = Term.objects.filter(is_in_force(on), membership=OuterRef("membership"))
            return late.filter(~Exists(running)).order_by(*_BY_END)
        case MembershipStatus.UPCOMING:
            coming = Term.objects.filter(*_of_tiers(wanted), starts_on__gt=on, ends_on__gte=F("starts_on"))
            return coming.order_by("starts_on")
        case MembershipStatus.SUSPENDED | MembershipStatus.CANCELLED:
            decided = MembershipDecision.objects.in_force_on(on).filter(kind=_DECIDED[wanted.status])
            return decided.order_by("-starts_on")
        case MembershipStatus.DECEASED:
            return Membership.objects.filter(contact__died_on__lt=on).order_by("-contact__died_on")
    return None


_BY_END = ["ends_on", "starts_on", "tier_id"]


def _of_tiers(wanted: Wanted) -> list[Q]:
    """The term that tells the status is the one that tells the tier."""
    return [Q(tier__in=wanted.tiers)] if wanted.tiers else []


def _path(leads: QuerySet, of: str) -> str:
    if leads.model is Membership:
        return {"membership": "pk", "contact": "contact_id"}[of]
    return {"membership": "membership_id", "contact": "membership__contact_id"}[of]


def _batches(keys: QuerySet) -> Iterator[tuple[int, list[int]]]:
    """The keys some at a time, each of them once a time, and how many rows have been read by then."""
    start, size = 0, FIRST_LOOK
    while some := list(keys[start : start + size]):
        start += len(some)
        yield start, list(dict.fromkeys(some))
        if len(some) < size:
            return
        size = LATER_LOOK
