"""Suspending, cancelling, and taking it back."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.decisions import Decision, decide, take_back
from members.domain.memberships import join, renew
from members.domain.relationships import effects_of
from members.exceptions import AlreadyStoppedError, MembersError, MembershipStoppedError, NotDecidableError
from members.models import (
    DecisionKind,
    LeavingReason,
    Membership,
    MembershipDecision,
    MembershipStatus,
    Relationship,
    RelationshipType,
    Term,
)
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def membership():
    return TermFactory(starts_on=FIRST, ends_on=LAST).membership


def suspend(membership, starts_on, ends_on=None):
    reason = LeavingReason.CONDUCT
    return decide(membership, Decision(DecisionKind.SUSPENDED, starts_on, reason, ends_on), by=None)


def cancel(membership, starts_on):
    return decide(membership, Decision(DecisionKind.CANCELLED, starts_on, LeavingReason.MOVED), by=None)


def statuses(membership, *days):
    fresh = Membership.objects.get(pk=membership.pk)
    return [str(fresh.status_on(day)) for day in days]


class TestSuspending:
    def test_it_rests_for_the_days_named_and_then_goes_on(self, membership):
        suspend(membership, date(2026, 3, 1), date(2026, 3, 31))
        days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 1))
        assert statuses(membership, *days) == ["current", "suspended", "suspended", "current", "lapsed"]

    def test_without_a_last_day_it_rests_until_it_is_taken_back(self, membership):
        decision = suspend(membership, date(2026, 3, 1))
        assert statuses(membership, date(2026, 11, 1), date(2027, 1, 5)) == ["suspended", "suspended"]
        take_back(decision, before=date(2026, 6, 1), by=None)
        assert statuses(membership, date(2026, 5, 31), date(2026, 6, 1)) == ["suspended", "current"]

    def test_taken_back_before_it_began_it_never_was(self, membership):
        take_back(suspend(membership, date(2026, 3, 1)), before=date(2026, 2, 1), by=None)
        assert statuses(membership, date(2026, 3, 1)) == ["current"]

    def test_nobody_suspended_renews(self, membership):
        suspend(membership, date(2026, 11, 1))
        with pytest.raises(MembershipStoppedError):
            renew(membership, tier=TierFactory(), on=date(2026, 12, 1))
        with pytest.raises(MembershipStoppedError):
            join(membership.contact, tier=TierFactory(), on=date(2026, 12, 1))


class TestCancelling:
    def test_what_was_paid_beyond_its_day_is_cut_short_and_a_coming_term_undone(self, membership):
        later = TermFactory(membership=membership, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        cancel(membership, date(2026, 7, 1))
        days = (date(2026, 6, 30), date(2026, 7, 1), date(2027, 2, 1), date(2028, 1, 1))
        assert statuses(membership, *days) == ["current", "cancelled", "cancelled", "cancelled"]
        later.refresh_from_db()
        assert later.is_void

    def test_leaving_when_the_paid_time_is_over_takes_no_grace(self, membership):
        cancel(membership, date(2027, 1, 1))
        assert statuses(membership, date(2026, 12, 31), date(2027, 1, 1)) == ["current", "cancelled"]

    def test_taking_it_back_restores_every_term_as_it_was(self, membership):
        TermFactory(membership=membership, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        before = list(Term.objects.values())
        take_back(cancel(membership, date(2026, 7, 1)), before=date(2026, 7, 1), by=None)
        assert list(Term.objects.values()) == before
        assert statuses(membership, date(2026, 7, 1), date(2027, 5, 1)) == ["current", "current"]

    def test_whoever_joins_again_keeps_the_number_and_is_current_from_that_day(self, membership):
        cancel(membership, date(2026, 7, 1))
        term = join(membership.contact, tier=TierFactory(), on=date(2026, 9, 1))
        assert term.membership == membership
        days = (date(2026, 8, 31), date(2026, 9, 1), date(2027, 8, 31))
        assert statuses(membership, *days) == ["cancelled", "current", "current"]

    def test_taking_an_old_one_back_does_not_bring_an_older_term_back(self, membership):
        decision = cancel(membership, date(2026, 7, 1))
        join(membership.contact, tier=TierFactory(), on=date(2026, 9, 1))
        take_back(decision, before=date(2026, 8, 1), by=None)
        assert statuses(membership, date(2026, 8, 15), date(2026, 9, 1)) == ["upcoming", "current"]

    def test_a_member_cancelled_cannot_renew_but_only_join(self, membership):
        cancel(membership, date(2026, 7, 1))
        with pytest.raises(MembershipStoppedError):
            renew(membership, tier=TierFactory(), on=date(2026, 12, 1))


class TestRefusals:
    def test_days_about_which_something_was_decided_are_refused(self, membership):
        suspend(membership, date(2026, 3, 1), date(2026, 3, 31))
        with pytest.raises(AlreadyStoppedError):
            suspend(membership, date(2026, 3, 31), date(2026, 4, 30))
        suspend(membership, date(2026, 4, 1), date(2026, 4, 30))

    def test_what_has_lapsed_cannot_be_suspended(self, membership):
        with pytest.raises(NotDecidableError):
            suspend(membership, date(2027, 6, 1))

    def test_days_the_wrong_way_round_are_refused(self, membership):
        with pytest.raises(NotDecidableError):
            suspend(membership, date(2026, 3, 2), date(2026, 3, 1))

    def test_a_cancellation_has_no_last_day(self, membership):
        with pytest.raises(NotDecidableError):
            decide(membership, Decision(DecisionKind.CANCELLED, FIRST, LeavingReason.COST, LAST), by=None)


class TestDeath:
    def test_it_counts_from_the_day_after(self):
        membership = TermFactory(membership__contact__died_on=date(2026, 5, 1)).membership
        assert statuses(membership, date(2026, 5, 1), date(2026, 5, 2)) == ["current", "deceased"]

    def test_nobody_who_has_died_joins(self):
        with pytest.raises(MembershipStoppedError):
            join(ContactFactory(died_on=FIRST), tier=TierFactory(), on=LAST)


@pytest.fixture
def household():
    kind = RelationshipType.objects.get(code="household-member")
    term = TermFactory(membership__contact=ContactFactory(kind="household", organisation_name="Haddad"))
    term.tier.confers_to.add(kind)
    return term.membership, Relationship(type=kind, from_contact=ContactFactory(), to_contact=term.membership.contact)


def test_what_is_suspended_confers_nothing(household):
    membership, relationship = household
    suspend(membership, date(2026, 3, 1), date(2026, 3, 31))
    gained = {
        day: [change.contact for change in effects_of(before=[], after=[relationship], on=day)]
        for day in (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))
    }
    person = relationship.from_contact
    assert gained == {date(2026, 2, 1): [person], date(2026, 3, 1): [], date(2026, 4, 1): [person]}


days = st.integers(-40, 500).map(lambda count: FIRST + timedelta(days=count))
STEPS = st.lists(
    st.tuples(st.sampled_from(["join", "renew", "suspend", "cancel", "take back"]), days, st.integers(0, 120)),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(steps=STEPS, asked=st.lists(days, min_size=5, max_size=5), died_on=st.none() | days)
def test_what_the_database_counts_is_what_each_membership_says_of_itself(steps, asked, died_on):
    membership, tier = MembershipFactory(), TierFactory(term_months=3)
    for what, day, length in steps:
        _step(membership, tier, what, day, length)
    membership.contact.died_on = died_on
    membership.contact.save()
    fresh = Membership.objects.get(pk=membership.pk)
    terms = [term for term in fresh.terms.order_by("starts_on") if not term.is_void]
    assert all(earlier.ends_on < later.starts_on for earlier, later in itertools.pairwise(terms))
    for day in asked:
        is_current = fresh.status_on(day) == MembershipStatus.CURRENT
        assert Membership.objects.current_on(day).filter(pk=fresh.pk).count() == is_current


def _step(membership, tier, what, day, length):
    try:
        if what == "join":
            join(membership.contact, tier=tier, on=day)
        elif what == "renew":
            renew(membership, tier=tier, on=day)
        elif what == "suspend":
            suspend(membership, day, day + timedelta(days=length))
        elif what == "cancel":
            cancel(membership, day)
        elif decision := MembershipDecision.objects.first():
            take_back(decision, before=day, by=None)
    except MembersError:
        pass
