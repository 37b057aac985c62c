"""What the database says of where memberships stand is what is said of each, whatever happened to it."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.standings import standings_on
from members.domain.status_filter import Wanted, matching, paid_until, with_status, with_tier
from members.models import FOR_LIFE, DecisionKind, Membership, MembershipDecision, MembershipStatus
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
DAYS = 60
DAY = timedelta(days=1)
quiet = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

# Gap before it, length, which tier, and what happened: cut short, undone before it began, for life.
terms = st.tuples(
    st.integers(0, 15),
    st.integers(1, 25),
    st.integers(0, 2),
    st.sampled_from(["", "", "", "cut", "undone", "for life"]),
)
# Which kind, from when, for how long; -1 is one that was taken back before it began, None one without an end.
decisions = st.tuples(st.sampled_from(list(DecisionKind)), st.integers(-5, DAYS), st.sampled_from([None, -1, 0, 7]))
lives = st.fixed_dictionaries(
    {
        "begins": st.integers(-40, DAYS),
        "terms": st.lists(terms, max_size=4),
        "decisions": st.lists(decisions, max_size=2),
        "dies": st.one_of(st.none(), st.none(), st.integers(-5, DAYS)),
    }
)


def day(number):
    return FIRST + number * DAY


def live(life, tiers):
    died_on = None if life["dies"] is None else day(life["dies"])
    membership = MembershipFactory(contact=ContactFactory(died_on=died_on))
    starts_on = day(life["begins"])
    for gap, length, tier, fate in life["terms"]:
        starts_on += gap * DAY
        ends_on = starts_on + (length - 1) * DAY
        facts = {"starts_on": starts_on, "ends_on": ends_on, "tier": tiers[tier]}
        if fate == "for life":
            TermFactory(membership=membership, **facts | {"ends_on": FOR_LIFE})
            break
        if fate:
            last = starts_on + (length // 2 - 1) * DAY if fate == "cut" else starts_on - DAY
            facts |= {"ends_on": last, "paid_until": ends_on, "cut_reason": "refunded"}
        TermFactory(membership=membership, **facts)
        starts_on = max(facts["ends_on"], starts_on) + DAY
    for kind, begins, lasts in life["decisions"]:
        ends_on = None if lasts is None else day(begins + lasts)
        MembershipDecision.objects.create(
            membership=membership, kind=kind, starts_on=day(begins), ends_on=ends_on, reason="other"
        )
    return membership


def tier_on(membership, on):
    """The tier of the term that tells where a membership stands, as one would look for it by hand."""
    rows = [term for term in membership.terms.all() if not term.is_void]
    for status in (MembershipStatus.CURRENT, MembershipStatus.GRACE):
        if told := [term for term in rows if term.status_on(on) == status]:
            return max(told, key=lambda term: term.starts_on).tier_id
    if coming := [term for term in rows if term.starts_on > on]:
        return min(coming, key=lambda term: term.starts_on).tier_id
    return max(rows, key=lambda term: term.starts_on).tier_id if rows else None


@quiet
@given(st.lists(lives, min_size=1, max_size=5), st.lists(st.integers(-3, DAYS + 10), min_size=4, max_size=4))
def test_the_database_says_what_is_said_of_each(people, days):
    with transaction.atomic():
        tiers = [TierFactory(grace_days=days) for days in (0, 7, 30)]
        for life in people:
            live(life, tiers)
        everybody = list(Membership.objects.select_related("contact").prefetch_related("terms__tier", "decisions"))
        for on in map(day, days):
            said = {status: {one.pk for one in everybody if one.status_on(on) == status} for status in MembershipStatus}
            found = {status: keys(with_status(Membership.objects.all(), status, on)) for status in MembershipStatus}
            assert found == said, on
            of_tier = {tier.pk: keys(with_tier(Membership.objects.all(), [tier.pk], on)) for tier in tiers}
            assert of_tier == {tier.pk: {one.pk for one in everybody if tier_on(one, on) == tier.pk} for tier in tiers}
            until = keys(paid_until(Membership.objects.all(), first=on, last=on + 10 * DAY))
            assert until == {one.pk for one in everybody if one.paid_until and on <= one.paid_until <= on + 10 * DAY}
            assert counted(standings_on(on)) == counted_one_by_one(tiers, on)
        transaction.set_rollback(True)


def keys(memberships):
    found = list(memberships.values_list("pk", flat=True))
    assert len(found) == len(set(found)), "each of them once"
    return set(found)


COUNTED = [status for status in MembershipStatus if status not in {"lapsed", "cancelled", "deceased"}]


def counted(standings):
    return {(tier, status): number for tier, row in standings.items() for status, number in row.items() if number}


def counted_one_by_one(tiers, on):
    """What the list of tiers shows is what one finds by filtering for it."""
    found = {}
    for tier in tiers:
        for status in COUNTED:
            wanted = Wanted(status=status, tiers=[tier.pk])
            if number := matching(Membership.objects.all(), wanted, on).count():
                found[tier.pk, status] = number
    return found
