"""Which days a term covers."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.domain.terms import add_months, calendar_period, cut_term, end_of_term, restore_term
from members.models import FOR_LIFE, CutReason, Term, TermKind, Tier
from tests.factories.members import TermFactory

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def calendar_tier(**fields):
    return Tier(term_kind=TermKind.CALENDAR, **fields)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2026, 11, 22), 12, date(2027, 11, 21)),
    ],
)
def test_a_rolling_term_ends_the_day_before_the_same_day(start, months, end):
    assert end_of_term(start, tier=Tier(term_months=months)) == end


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 120))
def test_adding_months_lands_in_the_month_that_many_later(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def test_a_term_for_life_has_no_end_that_comes():
    assert end_of_term(date(2026, 1, 1), tier=Tier(term_kind=TermKind.LIFETIME)) == FOR_LIFE


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(date(2026, 4, 1), date(2027, 3, 31), id="first day of the year"),
        pytest.param(date(2027, 3, 1), date(2027, 3, 31), id="the day before the last days begin"),
        pytest.param(date(2027, 3, 2), date(2028, 3, 31), id="in the last thirty days, the next year counts too"),
        pytest.param(date(2027, 3, 31), date(2028, 3, 31), id="on the last day"),
        pytest.param(date(2028, 2, 29), date(2028, 3, 31), id="on a leap day"),
    ],
)
def test_by_the_calendar_all_terms_end_on_one_day(start, end):
    tier = calendar_tier(year_starts_month=4, year_starts_day=1, rollover_days=30)
    assert end_of_term(start, tier=tier) == end


@given(DAYS, st.sampled_from([1, 2, 3, 4, 6, 12]), st.integers(1, 12), st.integers(1, 28))
def test_every_day_lies_in_one_period_of_the_calendar_and_they_follow_each_other(day, months, month, first_day):
    tier = calendar_tier(term_months=months, year_starts_month=month, year_starts_day=first_day)
    first, last = calendar_period(tier, day)
    assert first <= day <= last
    assert {calendar_period(tier, first), calendar_period(tier, last)} == {(first, last)}
    assert calendar_period(tier, last + timedelta(days=1))[0] == last + timedelta(days=1)
    year = date(day.year, month, first_day)
    assert calendar_period(tier, year)[0] == year


@given(DAYS, st.sampled_from([1, 3, 12]), st.integers(0, 90))
def test_a_term_by_the_calendar_ends_with_a_period_and_never_with_less_than_the_last_days(day, months, rollover):
    tier = calendar_tier(term_months=months, rollover_days=min(rollover, 28 * months))
    ends_on = end_of_term(day, tier=tier)
    assert calendar_period(tier, ends_on)[1] == ends_on
    assert (ends_on - day).days >= tier.rollover_days


@pytest.mark.django_db
class TestCutting:
    def test_a_term_ends_early_and_says_until_when_it_was_paid(self):
        term = TermFactory(ends_on=date(2026, 12, 31))
        cut_term(term, ends_on=date(2026, 6, 30), reason=CutReason.REFUNDED)
        kept = Term.objects.get()
        assert (kept.ends_on, kept.paid_until, kept.cut_reason) == (date(2026, 6, 30), date(2026, 12, 31), "refunded")

    def test_a_term_that_has_not_begun_is_undone_and_counts_for_no_day(self):
        term = TermFactory(starts_on=date(2026, 1, 1))
        cut_term(term, ends_on=date(2025, 3, 1), reason=CutReason.DISPUTED)
        assert (term.is_void, term.ends_on, list(Term.objects.in_force_on(date(2026, 1, 1)))) == (
            True,
            date(2025, 12, 31),
            [],
        )

    def test_cutting_twice_keeps_the_first_promise(self):
        term = TermFactory(ends_on=date(2026, 12, 31))
        for day in (date(2026, 9, 30), date(2026, 6, 30), date(2026, 11, 30)):
            cut_term(term, ends_on=day, reason=CutReason.CHANGED)
        assert (term.ends_on, term.paid_until) == (date(2026, 6, 30), date(2026, 12, 31))

    def test_it_runs_again_unless_another_term_stands_there(self):
        term = TermFactory(ends_on=date(2026, 12, 31))
        before = Term.objects.values().get()
        cut_term(term, ends_on=date(2026, 6, 30), reason=CutReason.CANCELLED)
        other = TermFactory(membership=term.membership, starts_on=date(2026, 8, 1), ends_on=date(2027, 7, 31))
        restore_term(term)
        assert Term.objects.get(pk=term.pk).ends_on == date(2026, 6, 30)
        other.delete()
        restore_term(term)
        assert Term.objects.values().get() == before


def test_periods_of_a_year_are_as_many_as_fit():
    tier = calendar_tier(term_months=4, year_starts_month=3, year_starts_day=21)
    starts = [calendar_period(tier, date(2026, 3, 21) + timedelta(days=day))[0] for day in range(365)]
    assert [day for day, _same in itertools.groupby(starts)] == [
        date(2026, 3, 21),
        date(2026, 7, 21),
        date(2026, 11, 21),
    ]
