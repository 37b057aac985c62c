"""How many stand where on a day, tier by tier, counted by the database."""

from collections import defaultdict
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from members.domain.status_filter import is_in_force, is_in_grace, is_not_over
from members.models import DecisionKind, Membership, MembershipDecision, MembershipStatus, Term

Standings = dict[int, dict[MembershipStatus, int]]

_PAID = {False: MembershipStatus.CURRENT, True: MembershipStatus.SUSPENDED}
_LATE = {False: MembershipStatus.GRACE, True: MembershipStatus.SUSPENDED}


def standings_on(day: date) -> Standings:
    """Return, by the key of the tier, how many memberships are current, in grace, suspended or upcoming on `day`.

    The same as `Membership.status_on` says of each; who has lapsed, cancelled or died is left out. A million take less
    than a second: paid terms are counted from an index alone, and it is looked up of each whether somebody stopped it.
    """
    found: Standings = defaultdict(lambda: dict.fromkeys(MembershipStatus, 0))
    running = Term.objects.in_force_on(day)
    same = Term.objects.filter(membership=OuterRef("membership"))
    later = same.filter(is_in_grace(day), starts_on__gt=OuterRef("starts_on"))
    late = Term.objects.filter(is_in_grace(day)).filter(~Exists(same.filter(is_in_force(day))), ~Exists(later))
    _count(found, running, _PAID, day)
    _count(found, late, _LATE, day)
    _count_upcoming(found, day)
    return {tier: standing for tier, standing in found.items() if any(standing.values())}


def _count(found: Standings, terms: QuerySet[Term], names: dict[bool, MembershipStatus], day: date) -> None:
    gone, rests = _gone(day), Q(membership__in=_stopped_by(DecisionKind.SUSPENDED, day))
    # Of what the index holds, and not of the key, for which each row would be fetched.
    counts = (
        terms.order_by()
        .values_list("tier")
        .annotate(all=Count("tier"), gone=Count("tier", filter=gone), resting=Count("tier", filter=rests & ~gone))
    )
    for tier, number, left, resting in counts:
        found[tier][names[False]] += number - left - resting
        found[tier][names[True]] += resting


def _count_upcoming(found: Standings, day: date) -> None:
    """The first coming term of those who are in no other."""
    own = Term.objects.filter(membership=OuterRef("membership"), ends_on__gte=F("starts_on"))
    earlier = own.filter(starts_on__gt=day, starts_on__lt=OuterRef("starts_on"))
    started = own.filter(is_not_over(day), starts_on__lte=day)
    coming = Term.objects.filter(~Exists(earlier), ~Exists(started), starts_on__gt=day, ends_on__gte=F("starts_on"))
    for tier, number in coming.exclude(_gone(day)).order_by().values_list("tier").annotate(number=Count("tier")):
        found[tier][MembershipStatus.UPCOMING] += number


def _gone(day: date) -> Q:
    """That the membership of a term was cancelled, or its member is dead."""
    return Q(membership__in=_stopped_by(DecisionKind.CANCELLED, day)) | Q(membership__in=_dead(day))


def _stopped_by(kind: DecisionKind, day: date) -> QuerySet:
    return MembershipDecision.objects.in_force_on(day).filter(kind=kind).values("membership")


def _dead(day: date) -> QuerySet:
    return Membership.objects.filter(contact__died_on__lt=day).values("pk")
