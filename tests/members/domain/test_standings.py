"""How many stand where, tier by tier: the same as is said of each."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.standings import standings_on
from members.models import DecisionKind, Membership, MembershipDecision, MembershipStatus
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 2)
COUNTED = {
    MembershipStatus.CURRENT,
    MembershipStatus.GRACE,
    MembershipStatus.SUSPENDED,
    MembershipStatus.UPCOMING,
}

# When the first term starts, seen from the day; how long it and the next last; the gap between; on which tiers; cut?
lives = st.tuples(
    st.integers(-400, 40),
    st.integers(1, 200),
    st.integers(0, 60),
    st.sampled_from(["one", "same", "other"]),
    st.booleans(),
    st.sampled_from([None, "suspended", "cancelled"]),
    st.sampled_from([None, -5, 5]),
)


def live(life, tiers):
    start, length, gap, second, is_cut, decided, died = life
    died_on = DAY + timedelta(days=died) if died is not None else None
    membership = MembershipFactory(contact=ContactFactory(died_on=died_on))
    starts_on = DAY + timedelta(days=start)
    ends_on = starts_on + timedelta(days=length - 1)
    cut = {"cut_reason": "refunded", "paid_until": ends_on} if is_cut else {}
    TermFactory(membership=membership, tier=tiers[0], starts_on=starts_on, ends_on=ends_on, **cut)
    if second != "one":
        again = ends_on + timedelta(days=gap + 1)
        TermFactory(
            membership=membership,
            tier=tiers[second == "other"],
            starts_on=again,
            ends_on=again + timedelta(days=length),
        )
    if decided:
        MembershipDecision.objects.create(
            membership=membership, kind=DecisionKind(decided), starts_on=DAY - timedelta(days=3), reason="other"
        )


def telling_tier(membership):
    """The tier of the term that says where a membership stands."""
    order = [MembershipStatus.CURRENT, MembershipStatus.GRACE, MembershipStatus.UPCOMING]
    ranked = [(order.index(term.status_on(DAY)), term.starts_on, term.tier_id)
              for term in membership.terms.all() if term.status_on(DAY) in order]  # fmt: skip
    return min(ranked)[2]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(lives, min_size=1, max_size=5))
def test_the_count_is_what_is_said_of_each(people):
    with transaction.atomic():
        tiers = [TierFactory(grace_days=30), TierFactory(grace_days=10)]
        for life in people:
            live(life, tiers)
        expected = Counter(
            (telling_tier(membership), membership.status_on(DAY))
            for membership in Membership.objects.all()
            if membership.status_on(DAY) in COUNTED
        )
        counted = {
            (tier, status): number
            for tier, standing in standings_on(DAY).items()
            for status, number in standing.items()
            if number
        }
        assert counted == expected
        transaction.set_rollback(True)


def test_a_membership_with_two_terms_in_grace_is_counted_once():
    tier = TierFactory(grace_days=30)
    first = TermFactory(tier=tier, starts_on=DAY - timedelta(days=20), ends_on=DAY - timedelta(days=11))
    TermFactory(
        membership=first.membership, tier=tier, starts_on=DAY - timedelta(days=10), ends_on=DAY - timedelta(days=1)
    )
    assert standings_on(DAY)[tier.pk][MembershipStatus.GRACE] == 1
