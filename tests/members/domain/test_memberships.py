import itertools
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.memberships import join, renew
from members.exceptions import AlreadyMemberError, MembersError, RenewalTooEarlyError
from members.models import Membership, MembershipStatus, Term
from tests.factories.members import ContactFactory, MembershipFactory, TermFactory, TierFactory


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param(date(2025, 12, 31), MembershipStatus.UPCOMING, id="the day before"),
        pytest.param(date(2026, 1, 1), MembershipStatus.CURRENT, id="first day"),
        pytest.param(date(2026, 12, 31), MembershipStatus.CURRENT, id="last day"),
        pytest.param(date(2027, 1, 1), MembershipStatus.GRACE, id="first day of grace"),
        pytest.param(date(2027, 1, 30), MembershipStatus.GRACE, id="last day of grace"),
        pytest.param(date(2027, 1, 31), MembershipStatus.LAPSED, id="grace is over"),
    ],
)
@pytest.mark.django_db
def test_status_is_worked_out_from_the_day(day, status):
    term = TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), tier__grace_days=30)
    assert (term.status_on(day), term.membership.status_on(day)) == (status, status)


@pytest.mark.parametrize(
    ("renewed_on", "expected_start"),
    [
        pytest.param(date(2026, 12, 1), date(2027, 1, 1), id="before the term ends"),
        pytest.param(date(2027, 1, 30), date(2027, 1, 1), id="last day of grace"),
        pytest.param(date(2027, 1, 31), date(2027, 1, 31), id="lapsed"),
    ],
)
@pytest.mark.django_db
def test_renewal_leaves_no_gap_until_grace_is_over(renewed_on, expected_start):
    old = TermFactory(ends_on=date(2026, 12, 31), tier__grace_days=30)

    new = renew(old.membership, tier=old.tier, on=renewed_on)

    assert new.starts_on == expected_start
    assert set(old.membership.terms.all()) == {old, new}


@pytest.mark.django_db
def test_renewal_before_its_window_is_refused_with_the_day_it_opens():
    old = TermFactory(ends_on=date(2026, 12, 31), tier__renewal_window_days=60)
    opens_on = date(2026, 11, 1)
    with pytest.raises(RenewalTooEarlyError) as refused:
        renew(old.membership, tier=old.tier, on=opens_on - timedelta(days=1))
    assert refused.value.opens_on == opens_on
    renew(old.membership, tier=old.tier, on=opens_on)


@pytest.mark.django_db
def test_joining_makes_one_membership_one_term_and_one_card():
    term = join(ContactFactory(), tier=TierFactory(), on=date(2026, 11, 22))
    membership = Membership.objects.get()
    assert (membership.number, membership.joined_on) == ("2026-0001", date(2026, 11, 22))
    assert (term.starts_on, term.ends_on) == (date(2026, 11, 22), date(2027, 11, 21))
    assert membership.card.issued_on == date(2026, 11, 22)


@pytest.mark.django_db
def test_a_member_cannot_join_twice_and_a_lapsed_one_keeps_the_number():
    contact, tier = ContactFactory(), TierFactory(grace_days=0)
    first = join(contact, tier=tier, on=date(2024, 1, 1))
    with pytest.raises(AlreadyMemberError):
        join(contact, tier=tier, on=date(2024, 12, 31))
    second = join(contact, tier=tier, on=date(2026, 1, 1))
    assert second.membership == first.membership


@pytest.mark.django_db
def test_the_database_refuses_a_term_that_ends_before_it_starts():
    with pytest.raises(IntegrityError):
        TermFactory(starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(waits=st.lists(st.integers(0, 500), min_size=1, max_size=6), months=st.sampled_from([1, 3, 12]))
@pytest.mark.django_db
def test_terms_never_overlap_and_leave_no_gap_inside_grace(waits, months):
    tier = TierFactory(term_months=months, grace_days=30)
    membership, day = MembershipFactory(), date(2024, 1, 31)
    for wait in waits:
        day += timedelta(days=wait)
        try:
            renew(membership, tier=tier, on=day)
        except MembersError:
            continue
    terms = list(membership.terms.order_by("starts_on"))
    for earlier, later in itertools.pairwise(terms):
        gap = (later.starts_on - earlier.ends_on).days
        assert gap == 1 or gap > tier.grace_days


@pytest.mark.django_db(transaction=True)
def test_two_staff_who_renew_at_once_add_one_term():
    old = TermFactory(ends_on=date(2026, 12, 31))
    outcomes = []

    def renew_in_a_thread():
        try:
            outcomes.append(renew(Membership.objects.get(pk=old.membership_id), tier=old.tier, on=date(2026, 12, 1)))
        except MembersError as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=renew_in_a_thread) for _staff in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Term.objects.count() == 2
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RenewalTooEarlyError", "Term"]
