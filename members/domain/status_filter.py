"""The memberships that have a status on a day, asked in one query: the same as `Membership.status_on` says of each.

Status is worked out from terms, decisions and a death, never stored; here the database works it out. What makes up a
status is written once, and counted tier by tier in `members/domain/standings.py`.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from members.models import DecisionKind, Membership, MembershipDecision, MembershipStatus, Term, Tier


@dataclass(frozen=True)
class Wanted:
    """What is asked of a membership, all of it of one and the same. What is empty is not asked."""

    status: MembershipStatus | None = None
    tiers: Collection[int] = ()  # keys
    branch: int | None = None  # key
    paid_from: date | None = None  # paid until this day or a later one
    paid_to: date | None = None  # paid until this day or an earlier one

    def __bool__(self) -> bool:
        return self != Wanted()


def matching(memberships: QuerySet[Membership], wanted: Wanted, on: date) -> QuerySet[Membership]:
    """Return those of `memberships` that are as `wanted` on the day `on`."""
    found = with_status(memberships, wanted.status, on) if wanted.status else memberships
    found = with_tier(found, wanted.tiers, on) if wanted.tiers else found
    found = found.filter(branch=wanted.branch) if wanted.branch else found
    if wanted.paid_from or wanted.paid_to:
        found = paid_until(found, first=wanted.paid_from, last=wanted.paid_to)
    return found


def with_status(memberships: QuerySet[Membership], status: MembershipStatus, on: date) -> QuerySet[Membership]:
    """Return those of `memberships` of which `status_on(on)` says `status`."""
    dead = Q(contact__died_on__lt=on)
    if status == MembershipStatus.DECEASED:
        return memberships.filter(dead)
    # Not `~dead`, which asks once more whether there is a contact.
    alive = memberships.filter(Q(contact__died_on=None) | Q(contact__died_on__gte=on))
    if status == MembershipStatus.CANCELLED:
        return alive.filter(_decided(on, DecisionKind.CANCELLED))
    if status == MembershipStatus.SUSPENDED:
        suspended = alive.filter(_decided(on, DecisionKind.SUSPENDED), _has(_started_and_not_over(on)))
        return suspended.filter(~_decided(on, DecisionKind.CANCELLED))
    if status in {MembershipStatus.CURRENT, MembershipStatus.GRACE}:
        return alive.filter(*_BY_TERMS[status](on), ~_decided(on))
    return alive.filter(*_BY_TERMS[status](on), ~_decided(on, DecisionKind.CANCELLED))


def with_tier(memberships: QuerySet[Membership], tiers: Collection[int], on: date) -> QuerySet[Membership]:
    """Return those of `memberships` whose tier on the day is one of `tiers` (keys).

    It is that of the term by which a membership stands where it does: the one in force, else the one in grace, else the
    next to come, else the last. A membership of which nothing is left has none.
    """
    # That it ever had such a tier follows; it lets the database begin with those, where few have.
    had = Exists(_own_terms(Q(tier__in=tiers)))
    return memberships.filter(had).alias(tier_on_day=_tier_on(on)).filter(tier_on_day__in=tiers)


def paid_until(
    memberships: QuerySet[Membership], *, first: date | None = None, last: date | None = None
) -> QuerySet[Membership]:
    """Return those of `memberships` that are paid until a day from `first` to `last`, both included; None: no bound."""
    return memberships.filter(Exists(_own_terms(ends_within(first, last), Q(~Exists(later_end())))))


# --- What makes up a status, of terms ------------------------------------------------------


def is_in_force(on: date) -> Q:
    """That a term was paid for the day, whatever was decided about it."""
    return Q(starts_on__lte=on, ends_on__gte=on)


def is_in_grace(on: date) -> Q:
    """That the day lies in the grace of a term."""
    tiers_of = tiers_by_grace()
    # That no grace is longer than the longest follows; from it the database knows where in the index to begin.
    earliest = on - timedelta(days=max(tiers_of, default=0))
    return Q(_ends_after_grace(on, tiers_of), ends_on__lt=on, ends_on__gte=F("starts_on")) & Q(ends_on__gte=earliest)


def is_not_over(on: date) -> Q:
    """That a term is in force or in grace on the day or comes later, as far as its end says. Asks for the tiers' grace."""
    return _ends_after_grace(on, tiers_by_grace())


def _ends_after_grace(on: date, tiers_of: dict[int, list[int]]) -> Q:
    condition = Q(ends_on__gte=on)
    for days, tiers in tiers_of.items():
        condition |= Q(cut_reason="", tier__in=tiers, ends_on__gte=on - timedelta(days=days))
    return condition


def tiers_by_grace() -> dict[int, list[int]]:
    """The keys of the tiers by their days of grace."""
    tiers_of: dict[int, list[int]] = defaultdict(list)
    for pk, days in Tier.objects.order_by().values_list("pk", "grace_days"):
        tiers_of[days].append(pk)
    return tiers_of


def _started_and_not_over(on: date) -> Q:
    return Q(is_not_over(on), starts_on__lte=on, ends_on__gte=F("starts_on"))


def _is_to_come(on: date) -> Q:
    return Q(starts_on__gt=on, ends_on__gte=F("starts_on"))


def ends_within(first: date | None, last: date | None) -> Q:
    """That the last day of a term is one from `first` to `last`, both included; None: no bound."""
    condition = Q(ends_on__gte=F("starts_on"))
    condition &= Q(ends_on__gte=first) if first else Q()
    return condition & Q(ends_on__lte=last) if last else condition


# Current, else in grace, else upcoming, else lapsed: as `standing_on` has it.
_BY_TERMS = {
    MembershipStatus.CURRENT: lambda on: (_has(is_in_force(on)),),
    MembershipStatus.GRACE: lambda on: (_has(is_in_grace(on)), ~_has(is_in_force(on))),
    MembershipStatus.UPCOMING: lambda on: (_has(_is_to_come(on)), ~_has(_started_and_not_over(on))),
    MembershipStatus.LAPSED: lambda on: (~_has(Q(is_not_over(on), ends_on__gte=F("starts_on"))),),
}


def later_end() -> QuerySet[Term]:
    """Of each term, those of the same membership that end later."""
    same = Term.objects.filter(membership=OuterRef("membership"), ends_on__gte=F("starts_on"))
    return same.filter(ends_on__gt=OuterRef("ends_on")).order_by()


def _own_terms(*conditions: Q | Combinable) -> QuerySet[Term]:
    return Term.objects.filter(*conditions, membership=OuterRef("pk")).order_by()


def _has(condition: Q) -> Exists:
    """That a membership has such a term."""
    return Exists(_own_terms(condition))


def _decided(on: date, kind: DecisionKind | None = None) -> Exists:
    """That something, or that, was decided about a membership for the day."""
    decisions = MembershipDecision.objects.in_force_on(on).filter(membership=OuterRef("pk")).order_by()
    return Exists(decisions.filter(kind=kind) if kind else decisions)


def _tier_on(on: date) -> Subquery:
    place = Case(When(is_in_force(on), then=0), When(is_in_grace(on), then=1), When(_is_to_come(on), then=2), default=3)
    # Of terms yet to come the next one tells, of those that began the last.
    next_first = Case(When(starts_on__gt=on, then=F("starts_on")), default=Value(on))
    terms = _own_terms(Q(ends_on__gte=F("starts_on")))
    return Subquery(terms.order_by(place, next_first, "-starts_on").values("tier")[:1])
