"""Another tier in the middle of a term."""

import itertools
from datetime import date, timedelta

import pytest
from djmoney.money import Money
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.credit import credit_of, grant_credit
from members.domain.decisions import Decision, decide
from members.domain.tier_changes import change_tier, quote_change
from members.exceptions import CannotChangeTierError, CreditSpentError
from members.models import (
    FOR_LIFE,
    CreditEntry,
    CreditReason,
    CutReason,
    DecisionKind,
    LeavingReason,
    MembershipStatus,
    TermKind,
    TierPrice,
)
from tests.factories.members import BranchFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
FIRST, LAST, DAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 2)


def jod(amount):
    return Money(amount, "JOD")


@pytest.fixture
def term():
    return TermFactory(starts_on=FIRST, ends_on=LAST, fee=jod(365), tier__price=jod(365))


def fresh(membership):
    return type(membership).objects.get(pk=membership.pk)


def test_what_is_unused_is_taken_off_the_fee_of_the_new_tier(term):
    quote = quote_change(term.membership, TierFactory(price=jod(730)), on=DAY)
    assert (quote.fee, quote.credit_used, quote.due) == (jod(730), jod(183), jod(547))


def test_the_old_term_ends_the_day_before_and_nothing_is_lost(term):
    tier = TierFactory(price=jod(730))
    new = change_tier(term.membership, tier=tier, on=DAY, paid=jod(547))
    term.refresh_from_db()
    assert (term.ends_on, term.paid_until, term.cut_reason) == (DAY - timedelta(days=1), LAST, CutReason.CHANGED)
    assert (new.tier, new.starts_on, new.ends_on, new.fee) == (tier, DAY, date(2027, 7, 1), jod(730))
    assert credit_of(term.membership) == []


def test_a_coming_term_that_is_paid_for_is_credited_whole(term):
    coming = TermFactory(
        membership=term.membership, tier=term.tier, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), fee=jod(365)
    )
    tier = TierFactory(price=jod(730))
    assert quote_change(term.membership, tier, on=DAY).credit == jod(548)
    change_tier(term.membership, tier=tier, on=DAY, paid=jod(182))
    coming.refresh_from_db()
    assert coming.is_void


def test_a_cheaper_tier_costs_nothing_now_and_the_rest_stays_to_the_members_credit(term):
    tier = TierFactory(price=jod(100))
    quote = quote_change(term.membership, tier, on=DAY)
    assert (quote.due, quote.credit_left) == (jod(0), jod(83))
    change_tier(term.membership, tier=tier, on=DAY, paid=jod(0))
    assert credit_of(term.membership) == [jod(83)]


def test_paying_less_than_the_rest_of_the_fee_changes_nothing(term):
    with pytest.raises(CreditSpentError):
        change_tier(term.membership, tier=TierFactory(price=jod(730)), on=DAY, paid=jod(500))
    term.refresh_from_db()
    assert (term.ends_on, CreditEntry.objects.count()) == (LAST, 0)


def test_it_is_paid_in_the_currency_of_the_running_term_where_the_new_tier_has_a_price_in_it():
    term = TermFactory(starts_on=FIRST, ends_on=LAST, fee=Money(73, "USD"))
    tier = TierFactory(price=jod(100))
    TierPrice.objects.create(tier=tier, price=Money(146, "USD"))
    quote = quote_change(term.membership, tier, on=DAY)
    assert quote.due == Money("109.4", "USD")


def test_what_was_paid_in_another_currency_is_not_converted_but_kept():
    term = TermFactory(starts_on=FIRST, ends_on=LAST, fee=Money(73, "USD"))
    tier = TierFactory(price=jod(100))
    assert quote_change(term.membership, tier, on=DAY).due == jod(100)
    change_tier(term.membership, tier=tier, on=DAY, paid=jod(100))
    assert credit_of(term.membership) == [Money("36.6", "USD")]


def test_by_the_calendar_the_new_term_ends_with_the_period_and_costs_its_part(term):
    tier = TierFactory(price=jod(730), term_kind=TermKind.CALENDAR, is_pro_rata=True)
    quote = quote_change(term.membership, tier, on=DAY)
    assert (quote.fee, quote.due) == (jod(366), jod(183))


def test_who_has_nothing_running_renews_instead(term):
    for day in (LAST + timedelta(days=5), FIRST - timedelta(days=5)):
        with pytest.raises(CannotChangeTierError):
            quote_change(term.membership, TierFactory(), on=day)


def test_nobody_moves_to_where_they_are_or_to_another_branch_or_while_suspended(term):
    for tier in (term.tier, TierFactory(branch=BranchFactory())):
        with pytest.raises(CannotChangeTierError):
            quote_change(term.membership, tier, on=DAY)
    decide(term.membership, Decision(DecisionKind.SUSPENDED, DAY, LeavingReason.CONDUCT), by=None)
    with pytest.raises(CannotChangeTierError):
        quote_change(fresh(term.membership), TierFactory(), on=DAY)


def test_a_membership_for_life_is_not_left_for_another_tier():
    with pytest.raises(CannotChangeTierError):
        quote_change(TermFactory(ends_on=FOR_LIFE).membership, TierFactory(), on=DAY)


prices = st.integers(0, 900).map(jod)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(fee=prices, credit=prices, moves=st.lists(st.tuples(prices, st.integers(0, 200)), min_size=1, max_size=4))
def test_however_often_one_moves_no_money_is_made_or_lost_and_terms_never_overlap(fee, credit, moves):
    term = TermFactory(starts_on=FIRST, ends_on=LAST, fee=fee)
    membership = term.membership
    grant_credit(membership, credit, reason=CreditReason.OVERPAID)
    paid, day = fee + credit, FIRST
    for price, wait in moves:
        day += timedelta(days=wait)
        tier = TierFactory(price=price)
        quote = quote_change(fresh(membership), tier, on=day)
        change_tier(membership, tier=tier, on=day, paid=quote.due)
        paid += quote.due
    terms = sorted((one for one in membership.terms.all() if not one.is_void), key=lambda one: one.starts_on)
    assert all(later.starts_on - earlier.ends_on == timedelta(days=1) for earlier, later in itertools.pairwise(terms))
    used = [one.fee for one in membership.terms.all() if one.fee] + credit_of(membership)
    returned = [entry.amount for entry in membership.credit_entries.filter(reason=CreditReason.CHANGED)]
    assert sum(used, jod(0)) - sum(returned, jod(0)) == paid
    assert fresh(membership).status_on(day) == MembershipStatus.CURRENT
