"""Reading the kept figures: by month, by year, by tier and by branch, with what was paid and why people left."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Min, Sum
from djmoney.money import Money

from members.domain.figures.histories import first_day, month_of
from members.models import FeeFigure, Figure, FigureBlock, FigureKind

_LEFT = (FigureKind.LAPSED, FigureKind.CANCELLED, FigureKind.DIED)


@dataclass(frozen=True)
class Choice:
    """What is looked at: months by their numbers, first and last included, and perhaps one tier or branch.

    `branch` is 0 for those who belong to no branch, but to the whole; None for all.
    """

    first: int
    last: int
    tier: int | None = None
    branch: int | None = None

    def filters(self) -> dict:
        """The same as conditions on the tables of figures."""
        found: dict = {"month__gte": first_day(self.first), "month__lte": first_day(self.last)}
        return {**found, **self.place()}

    def place(self) -> dict:
        """The tier and the branch as conditions on the tables of figures."""
        found: dict = {} if self.tier is None else {"tier": self.tier}
        return {**found, **({} if self.branch is None else {"branch": self.branch or None})}


class Entry(NamedTuple):
    """How many of a kind in a month, on a tier, in a branch (0: the whole)."""

    month: int
    tier: int
    branch: int
    kind: str
    number: int


@dataclass
class Line:
    """The figures of a month, a year, a tier or a branch. `members` is their number at its end."""

    key: int
    counts: Counter[str] = field(default_factory=Counter)
    members: int = 0

    def __getattr__(self, kind: str) -> int:
        """A kind by its name, so that a template can say `line.joined`."""
        if kind not in FigureKind.values:
            raise AttributeError(kind)
        return self.counts[kind]

    @property
    def is_settled(self) -> bool:
        """Whether no term that ended or ends in this time may still be renewed."""
        return not self.counts[FigureKind.DUE] and not self.counts[FigureKind.SECURED]

    @property
    def left(self) -> int:
        """All who went, whatever way."""
        return sum(self.counts[kind] for kind in _LEFT)

    @property
    def renewal_rate(self) -> float | None:
        """Of the terms that ended, the share that was renewed, 0.0 to 1.0; None when none ended, or none is decided."""
        ended = self.counts[FigureKind.KEPT] + self.left
        return self.counts[FigureKind.KEPT] / ended if ended else None


class Sheet:
    """All figures that are kept, read once: some thousands of sums, however many memberships there are."""

    def __init__(self, entries: Iterable[Entry]):
        self.entries = list(entries)

    @property
    def first_month(self) -> int | None:
        """The month in which the first of all terms started."""
        return min((entry.month for entry in self.entries), default=None)

    def chosen(self, choice: Choice) -> Iterator[Entry]:
        """What happened up to the end of `choice`, on its tier and in its branch."""
        for entry in self.entries:
            if (
                entry.month <= choice.last
                and choice.tier in (None, entry.tier)
                and choice.branch in (None, entry.branch)
            ):
                yield entry

    def total(self, choice: Choice) -> Line:
        """All of it in one line."""
        lines = self._lines(choice, lambda entry: 0)
        return lines[0] if lines else Line(0)

    def by_tier(self, choice: Choice) -> list[Line]:
        """A line for each tier that anything is known of; its key is the tier's."""
        return self._lines(choice, lambda entry: entry.tier)

    def by_branch(self, choice: Choice) -> list[Line]:
        """A line for each branch, and for 0, the whole."""
        return self._lines(choice, lambda entry: entry.branch)

    def by_period(self, choice: Choice, *, months: int) -> list[Line]:
        """A line for each period of so many months, 1 or 12, without a gap; its key is the number of its first month."""
        start = choice.first // months * months
        lines = {key: Line(key) for key in range(start, choice.last + 1, months)}
        change: Counter[int] = Counter()
        for entry in self.chosen(choice):
            if entry.kind == FigureKind.CHANGE:
                change[max(entry.month // months * months, start)] += entry.number
            elif entry.month >= choice.first:
                lines[entry.month // months * months].counts[entry.kind] += entry.number
        members = 0
        for key, line in lines.items():
            members += change[key]
            line.members = members
        return list(lines.values())

    def _lines(self, choice: Choice, key_of: Callable[[Entry], int]) -> list[Line]:
        lines: dict[int, Line] = {}
        for entry in self.chosen(choice):
            key = key_of(entry)
            line = lines.get(key)
            if line is None:
                line = lines[key] = Line(key)
            if entry.kind == FigureKind.CHANGE:
                line.members += entry.number
            elif entry.month >= choice.first:
                line.counts[entry.kind] += entry.number
        return list(lines.values())


def read_sheet() -> Sheet:
    """Return all figures, summed up over the blocks in which they are kept."""
    rows = Figure.objects.order_by().values_list("month", "tier_id", "branch_id", "kind").annotate(total=Sum("count"))
    return Sheet(Entry(month_of(month), tier, branch or 0, kind, total) for month, tier, branch, kind, total in rows)


def figures_as_of() -> date | None:
    """The day of which all figures are at least; None as long as some are not worked out."""
    blocks = FigureBlock.objects
    return None if blocks.filter(as_of=None).exists() else blocks.aggregate(day=Min("as_of"))["day"]


class Reason(NamedTuple):
    """Why so many left: a LeavingReason, a CutReason or empty, and whether by a decision or by not renewing."""

    kind: str
    reason: str
    number: int


def reasons_for_leaving(choice: Choice) -> list[Reason]:
    """Why people left, the commonest reason first. The dead are not asked."""
    rows = (
        Figure.objects.filter(kind__in=[FigureKind.CANCELLED, FigureKind.LAPSED], **choice.filters())
        .order_by()
        .values_list("kind", "reason")
        .annotate(total=Sum("count"))
    )
    return sorted((Reason(*row) for row in rows), key=lambda reason: (-reason.number, reason))


class Fee(NamedTuple):
    """What was paid for terms of a tier, in one currency."""

    tier: int
    paid: Money
    terms: int

    @property
    def average(self) -> Money:
        """Of the terms for which a fee is on record, a fee of nothing included."""
        return Money(self.paid.amount / Decimal(self.terms), self.paid.currency)


def fees_by_tier(choice: Choice) -> list[Fee]:
    """What was paid for the terms that started, for each tier and currency; currencies are never added up."""
    rows = (
        FeeFigure.objects.filter(**choice.filters())
        .order_by("tier", "currency")
        .values_list("tier", "currency")
        .annotate(paid=Sum("amount"), terms=Sum("count"))
    )
    return [Fee(tier, Money(paid, currency), terms) for tier, currency, paid, terms in rows]
