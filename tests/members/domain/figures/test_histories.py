"""Each figure by its definition: one membership, and what it adds to which month."""

from datetime import date

import pytest

from members.domain.figures.histories import CohortFact, History, Spell, Stop, facts_of, month_of
from members.models import FOR_LIFE

GRACES = {1: 30, 2: 0}
TODAY = date(2026, 11, 23)
# Whoever joined on 1 January 2024 and paid for a year.
YEAR_2024 = Spell(date(2024, 1, 1), date(2024, 12, 31), 1, "")


def told(*terms, stops=(), died_on=None, as_of=TODAY):
    """What is told of a membership as "month kind", without the changes; on tier 2 with a mark, with the reason."""
    facts, _cohort = facts_of(History(list(terms), stops, died_on), graces=GRACES, as_of=as_of)
    return sorted(
        f"{fact.month // 12}-{fact.month % 12 + 1:02} {fact.kind}{' on 2' * (fact.tier == 2)} {fact.reason}".strip()
        for fact in facts
        if fact.kind != "change"
    )


def members(*terms, stops=(), died_on=None, as_of=TODAY):
    """The months in which a membership becomes one, and in which it is none any more."""
    facts, _cohort = facts_of(History(list(terms), stops, died_on), graces=GRACES, as_of=as_of)
    return [(fact.month // 12, fact.month % 12 + 1, fact.number) for fact in facts if fact.kind == "change"]


def term(start, end, tier=1, cut=""):
    return Spell(date.fromisoformat(start), date.fromisoformat(end), tier, cut)


def cancelled(start, end=None, reason="cost"):
    return Stop("cancelled", date.fromisoformat(start), end and date.fromisoformat(end), reason)


def suspended(start, end=None):
    return Stop("suspended", date.fromisoformat(start), end and date.fromisoformat(end), "time")


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param("2025-01-01", ["2024-12 kept", "2025-01 renewed"], id="the day after"),
        pytest.param("2025-01-30", ["2024-12 kept", "2025-01 renewed"], id="last day of grace"),
        pytest.param("2025-01-31", ["2024-12 lapsed", "2025-01 rejoined"], id="first day after grace"),
        pytest.param("2025-09-05", ["2024-12 lapsed", "2025-09 rejoined"], id="long after"),
    ],
)
def test_what_starts_within_grace_renews_and_later_rejoins(starts, expected):
    next_term = term(starts, "2026-12-31")
    assert told(YEAR_2024, next_term) == sorted(["2024-01 joined", *expected, "2026-12 due"])


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param("2023-12-31", ["2024-12 due"], id="before it starts"),
        pytest.param("2024-01-01", ["2024-01 joined", "2024-12 due"], id="first day"),
        pytest.param("2025-01-30", ["2024-01 joined", "2024-12 due"], id="last day of grace"),
        pytest.param("2025-01-31", ["2024-01 joined", "2024-12 lapsed"], id="after grace"),
    ],
)
def test_a_term_is_lapsed_once_its_grace_is_over_in_the_month_in_which_it_ended(as_of, expected):
    assert told(YEAR_2024, as_of=date.fromisoformat(as_of)) == expected


def test_a_renewal_counts_from_its_first_day_and_is_sure_before():
    paid_ahead = term("2025-01-01", "2025-12-31")
    before = told(YEAR_2024, paid_ahead, as_of=date(2024, 12, 1))
    assert before == ["2024-01 joined", "2024-12 secured", "2025-12 due"]
    assert "2025-01 renewed" in told(YEAR_2024, paid_ahead, as_of=date(2025, 1, 1))


def test_a_change_of_tier_is_neither_lapse_nor_renewal():
    old = term("2024-01-01", "2024-05-09", cut="changed")
    new = term("2024-05-10", "2027-05-09", tier=2)
    assert told(old, new) == ["2024-01 joined", "2024-05 moved_from", "2024-05 moved_to on 2", "2027-05 due on 2"]


def test_a_renewal_on_another_tier_is_a_renewal():
    new = term("2025-01-01", "2027-12-31", tier=2)
    assert told(YEAR_2024, new) == ["2024-01 joined", "2024-12 kept", "2025-01 renewed on 2", "2027-12 due on 2"]


def test_whoever_cancels_is_counted_with_the_reason_in_the_month_of_the_last_paid_day():
    cut = term("2024-01-01", "2024-06-30", cut="cancelled")
    assert told(cut, stops=[cancelled("2024-07-01")]) == ["2024-01 joined", "2024-06 cancelled cost"]


def test_whoever_cancels_in_grace_has_cancelled_and_not_lapsed():
    found = told(YEAR_2024, stops=[cancelled("2025-01-15", reason="moved")])
    assert found == ["2024-01 joined", "2024-12 cancelled moved"]
    still_open = told(YEAR_2024, stops=[cancelled("2025-01-15")], as_of=date(2025, 1, 14))
    assert still_open == ["2024-01 joined"]


def test_whoever_cancels_after_grace_has_lapsed():
    assert told(YEAR_2024, stops=[cancelled("2025-03-01")]) == ["2024-01 joined", "2024-12 lapsed"]


def test_a_cancellation_whose_note_was_erased_is_still_one():
    assert told(term("2024-01-01", "2024-06-30", cut="cancelled")) == ["2024-01 joined", "2024-06 cancelled"]


def test_a_cancellation_ends_what_was_not_cut():
    assert told(YEAR_2024, stops=[cancelled("2024-07-01")]) == ["2024-01 joined", "2024-06 cancelled cost"]


def test_whoever_comes_back_after_cancelling_rejoins_however_soon():
    cut = term("2024-01-01", "2024-06-30", cut="cancelled")
    back = term("2024-07-10", "2027-07-09")
    found = told(cut, back, stops=[cancelled("2024-07-01", "2024-07-09")])
    assert found == ["2024-01 joined", "2024-06 cancelled cost", "2024-07 rejoined", "2027-07 due"]


@pytest.mark.parametrize("died_on", ["2024-08-15", "2024-12-31"])
def test_the_dead_are_counted_in_the_month_of_their_death(died_on):
    found = told(YEAR_2024, term("2025-01-01", "2025-12-31"), died_on=date.fromisoformat(died_on))
    assert found == ["2024-01 joined", f"{died_on[:7]} died"]


def test_whoever_dies_in_grace_has_not_lapsed_but_long_after_has():
    assert told(YEAR_2024, died_on=date(2025, 1, 30)) == ["2024-01 joined", "2025-01 died"]
    assert told(YEAR_2024, died_on=date(2025, 1, 31)) == ["2024-01 joined", "2024-12 lapsed"]


def test_a_refund_is_a_reason():
    refunded = term("2024-01-01", "2024-02-10", cut="refunded")
    assert told(refunded) == ["2024-01 joined", "2024-02 lapsed refunded"]


def test_a_term_for_life_is_never_due():
    assert told(Spell(date(2024, 1, 1), FOR_LIFE, 1, "")) == ["2024-01 joined"]


def test_members_at_the_end_of_a_month_are_those_who_are_current_on_its_last_day():
    assert members(YEAR_2024) == [(2024, 1, 1), (2025, 1, -1)]
    assert members(term("2024-01-10", "2024-03-30")) == [(2024, 1, 1), (2024, 3, -1)]


def test_a_suspension_is_a_pause():
    found = members(YEAR_2024, stops=[suspended("2024-03-10", "2024-05-20")])
    assert found == [(2024, 1, 1), (2024, 3, -1), (2024, 5, 1), (2025, 1, -1)]


def test_without_a_gap_nobody_comes_and_goes_in_between():
    assert members(YEAR_2024, term("2025-01-01", "2027-12-31")) == [(2024, 1, 1)]


def test_of_terms_that_overlap_each_day_counts_once():
    assert members(YEAR_2024, term("2024-06-01", "2027-05-31", tier=2)) == [(2024, 1, 1), (2025, 1, -1), (2025, 1, 1)]
    assert members(YEAR_2024, term("2024-03-01", "2024-05-31")) == [(2024, 1, 1), (2025, 1, -1)]


@pytest.mark.parametrize(
    ("terms", "stays_through"),
    [
        pytest.param([("2024-02-10", "2025-02-09")], [], id="one year is over on the anniversary"),
        pytest.param([("2024-02-10", "2025-02-10")], [1], id="to the day"),
        pytest.param([("2024-02-10", "2026-12-31")], [1, 2], id="two anniversaries"),
        pytest.param([("2024-02-10", "2024-12-31"), ("2026-01-01", "2027-12-31")], [2, 3], id="away on the first"),
        pytest.param([("2024-02-29", "2025-02-28")], [1], id="29 February"),
        pytest.param([("2024-02-29", "2025-02-27")], [], id="the day before"),
    ],
)
def test_a_cohort_is_asked_on_each_anniversary_of_joining(terms, stays_through):
    history = History([term(*days) for days in terms])
    _facts, cohort = facts_of(history, graces=GRACES, as_of=TODAY)
    assert {(fact.quarter, fact.tier) for fact in cohort} <= {(month_of(date(2024, 1, 1)), 1)}
    stayed = [years for years in range(1, 6) if sum(fact.number for fact in cohort if fact.years <= years)]
    assert stayed == stays_through


def test_a_member_for_life_stays_in_every_year():
    _facts, cohort = facts_of(History([Spell(date(2024, 5, 5), FOR_LIFE, 1, "")]), graces=GRACES, as_of=TODAY)
    assert cohort == [CohortFact(month_of(date(2024, 4, 1)), 1, 1, 1)]


def test_a_membership_without_terms_adds_nothing():
    assert facts_of(History([]), graces=GRACES, as_of=TODAY) == ([], [])
