"""Who stays: of those who joined in one year or quarter, how many were members one, two, three years later."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Sum

from members.domain.figures.histories import first_day, month_of
from members.domain.figures.reading import Choice, Sheet
from members.domain.terms import add_months
from members.models import CohortFigure, FigureKind, Tier

# Of so few each one weighs too much for a percentage to mean anything.
SMALL = 5
YEAR, QUARTER = 12, 3


@dataclass(frozen=True)
class Cohort:
    """Those who joined in the months from `month` on. `stayed` has the number of members after 1, 2, ... years."""

    month: int
    size: int
    stayed: tuple[int, ...]

    @property
    def is_small(self) -> bool:
        """Whether it is too small to say something about others."""
        return self.size < SMALL

    @property
    def shares(self) -> list[float]:
        """What part of them stayed, 0.0 to 1.0, year by year."""
        return [number / self.size for number in self.stayed]


def cohorts(sheet: Sheet, choice: Choice, *, as_of: date, months: int = YEAR) -> list[Cohort]:
    """Return the cohorts of `months` (YEAR or QUARTER), oldest first, on the tier and in the branch of `choice`.

    Somebody counts for a year if they were a member, to the day, so many years after joining. A year is told once the
    day has come for the last of the cohort and the longest grace after it is over, so that nobody is missing who only
    pays late. Its definition follows the usual one of retention by cohort, as of a survival table by calendar time.
    """
    sizes: Counter[int] = Counter()
    for entry in sheet.chosen(choice):
        if entry.kind == FigureKind.JOINED:
            sizes[entry.month // months * months] += entry.number
    changes: Counter[tuple[int, int]] = Counter()
    rows = CohortFigure.objects.filter(**choice.place()).order_by().values_list("month", "years")
    for month, years, total in rows.annotate(total=Sum("count")):
        changes[month_of(month) // months * months, years] += total
    grace = Tier.objects.aggregate(most=Max("grace_days"))["most"] or 0
    return [
        Cohort(month, size, _stayed(month, changes, _years_told(month + months, as_of=as_of, grace_days=grace)))
        for month, size in sorted(sizes.items())
        if size
    ]


def _stayed(month: int, changes: Counter[tuple[int, int]], told: int) -> tuple[int, ...]:
    number, stayed = 0, []
    for years in range(1, told + 1):
        number += changes[month, years]
        stayed.append(number)
    return tuple(stayed)


def _years_told(month_after: int, *, as_of: date, grace_days: int) -> int:
    """How many anniversaries of the last day before the month `month_after` are over, grace included."""
    last_day = first_day(month_after) - timedelta(days=1)
    years = 0
    while add_months(last_day, 12 * (years + 1)) + timedelta(days=grace_days) < as_of:
        years += 1
    return years
