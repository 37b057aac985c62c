"""What the page says of the kept figures: by month, tier and branch, who stays, what is to be expected."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from members.domain.figures.cohorts import QUARTER, cohorts
from members.domain.figures.forecast import MonthAhead, forecast, renewal_rates
from members.domain.figures.histories import month_of
from members.domain.figures.keeping import bring_up_to_date
from members.domain.figures.reading import Choice, Entry, Sheet, fees_by_tier, read_sheet, reasons_for_leaving
from tests.factories.members import MembershipFactory, TermFactory, TierFactory

TODAY = date(2026, 11, 23)
THIS_MONTH = month_of(TODAY)
ALL = Choice(month_of(date(2020, 1, 1)), THIS_MONTH)


def members(number, *terms, tier, fee=None):
    """So many memberships with terms of these days each."""
    for _member in range(number):
        membership = MembershipFactory()
        for start, end in terms:
            days = {"starts_on": date.fromisoformat(start), "ends_on": date.fromisoformat(end)}
            TermFactory(membership=membership, tier=tier, fee=fee, **days)


def sheet():
    bring_up_to_date(TODAY)
    return read_sheet()


def test_members_at_the_end_carry_over_from_before_the_time_that_is_looked_at():
    before, since = month_of(date(2025, 3, 1)), month_of(date(2026, 2, 1))
    found = Sheet([Entry(before, 1, 0, "change", 7), Entry(since, 1, 0, "change", -2), Entry(since, 1, 0, "lapsed", 2)])
    lines = found.by_period(Choice(since - 1, since + 1), months=1)
    assert [(line.members, line.lapsed) for line in lines] == [(7, 0), (5, 2), (5, 0)]
    assert found.total(Choice(since - 1, since + 1)).members == 5


def test_the_lines_of_the_years_add_up_to_those_of_the_months():
    entries = [Entry(month_of(date(2024, 1, 1)) + place, 1, 0, "joined", place) for place in range(30)]
    choice = Choice(month_of(date(2024, 1, 1)), month_of(date(2026, 6, 1)))
    joined = [[line.joined for line in Sheet(entries).by_period(choice, months=months)] for months in (1, 12)]
    assert joined[1] == [sum(joined[0][:12]), sum(joined[0][12:24]), sum(joined[0][24:])]


def test_nobody_who_may_still_renew_counts_against_the_rate():
    counts = [Entry(1, 1, 0, kind, number) for kind, number in (("kept", 6), ("lapsed", 1), ("cancelled", 1))]
    assert Sheet(counts).total(Choice(0, 2)).renewal_rate == 0.75
    open_too = Sheet([*counts, Entry(1, 1, 0, "due", 5)]).total(Choice(0, 2))
    assert (open_too.renewal_rate, open_too.is_settled) == (0.75, False)


@pytest.mark.django_db
def test_currencies_are_never_added_up_and_what_nobody_wrote_down_is_no_fee():
    tier = TierFactory()
    members(2, ("2026-01-01", "2026-12-31"), tier=tier, fee=Money("12.345", "JOD"))
    members(1, ("2026-01-01", "2026-12-31"), tier=tier, fee=Money(9, "EUR"))
    members(4, ("2026-01-01", "2026-12-31"), tier=tier)
    bring_up_to_date(TODAY)
    found = [(fee.paid, fee.terms, fee.average) for fee in fees_by_tier(ALL)]
    assert found == [
        (Money(9, "EUR"), 1, Money(9, "EUR")),
        (Money("24.69", "JOD"), 2, Money("12.345", "JOD")),
    ]


@pytest.mark.django_db
def test_whoever_just_does_not_renew_gives_no_reason():
    members(2, ("2025-01-01", "2025-12-31"), tier=TierFactory())
    bring_up_to_date(TODAY)
    assert [tuple(reason) for reason in reasons_for_leaving(ALL)] == [("lapsed", "", 2)]


@pytest.mark.django_db
def test_of_a_cohort_is_told_who_was_still_there_on_each_anniversary_that_is_over_for_all():
    tier = TierFactory(grace_days=30)
    members(2, ("2022-01-10", "2023-01-09"), ("2023-01-10", "2024-01-09"), ("2024-01-10", "2027-01-09"), tier=tier)
    members(1, ("2022-06-01", "2023-05-31"), tier=tier)
    members(3, ("2025-11-01", "2026-10-31"), tier=tier)
    found = cohorts(sheet(), ALL, as_of=TODAY)
    assert [(cohort.month // 12, cohort.size, cohort.stayed, cohort.is_small) for cohort in found] == [
        (2022, 3, (2, 2, 2), True),
        (2025, 3, (), True),
    ]
    quarters = cohorts(read_sheet(), ALL, as_of=TODAY, months=QUARTER)
    assert [cohort.stayed for cohort in quarters] == [(2, 2, 2, 2), (0, 0, 0, 0), ()]


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        pytest.param(date(2026, 1, 30), (), id="the last of them may still renew"),
        pytest.param(date(2026, 1, 31), (2,), id="nobody may any more"),
    ],
)
@pytest.mark.django_db
def test_a_year_is_told_once_the_longest_grace_after_it_is_over(as_of, told):
    members(2, ("2024-12-31", "2025-12-30"), ("2025-12-31", "2026-12-30"), tier=TierFactory(grace_days=30))
    [cohort] = cohorts(sheet(), ALL, as_of=as_of)
    assert cohort.stayed == told


@pytest.mark.django_db
def test_a_forecast_takes_the_sure_as_they_are_and_the_others_at_the_rate_of_their_tier():
    tier = TierFactory(grace_days=0, price=Money(10, "JOD"))
    members(3, ("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-12-31"), tier=tier)
    members(1, ("2025-01-01", "2025-12-31"), tier=tier)
    members(2, ("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31"), tier=tier)
    ahead = forecast(sheet(), ALL, as_of=TODAY)
    assert [month.month for month in ahead] == list(range(THIS_MONTH, THIS_MONTH + 12))
    # Three of four were renewed; two are renewed already, and three more end.
    expected = MonthAhead(THIS_MONTH + 1, 5, 2, Decimal("4.25"), (Money("22.5", "JOD"),))
    assert ahead[1] == expected
    assert {month.ending for month in ahead} == {0, 5}


@pytest.mark.django_db
def test_few_terms_of_a_tier_are_drawn_towards_the_rate_of_all():
    small, large = TierFactory(grace_days=0), TierFactory(grace_days=0)
    ended = THIS_MONTH - 3
    found = Sheet(
        [
            Entry(ended, small.pk, 0, "kept", 2),
            Entry(ended, large.pk, 0, "kept", 48),
            Entry(ended, large.pk, 0, "lapsed", 50),
        ]
    )
    overall = Decimal(50) / 100
    rates = renewal_rates(found, [small, large], as_of=TODAY)
    assert rates == {small.pk: (2 + 20 * overall) / 22, large.pk: (48 + 20 * overall) / 118}


@pytest.mark.django_db
def test_months_in_which_somebody_may_still_renew_are_no_experience_and_neither_is_what_is_long_ago():
    tier = TierFactory(grace_days=30)
    entries = [Entry(month, tier.pk, 0, "kept", 1) for month in (THIS_MONTH - 26, THIS_MONTH - 1, THIS_MONTH)]
    assert renewal_rates(Sheet(entries), [tier], as_of=TODAY) == {}


@pytest.mark.django_db
def test_without_experience_a_forecast_says_only_what_ends():
    members(2, ("2026-05-01", "2027-04-30"), tier=TierFactory())
    [april] = [month for month in forecast(sheet(), ALL, as_of=TODAY) if month.ending]
    assert april == MonthAhead(month_of(date(2027, 4, 1)), 2, 0, None, ())


@pytest.mark.django_db
def test_what_is_in_grace_counts_in_the_first_month():
    members(1, ("2025-11-01", "2026-10-31"), tier=TierFactory(grace_days=60))
    assert forecast(sheet(), ALL, as_of=TODAY)[0].ending == 1
