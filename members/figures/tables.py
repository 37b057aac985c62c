"""The figures as tables: each the same on the page, on paper, and as a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from djmoney.money import Money

from members.domain.exporting import safe_cell
from members.domain.figures.cohorts import QUARTER, SMALL, YEAR, Cohort
from members.domain.figures.forecast import MonthAhead
from members.domain.figures.histories import first_day
from members.domain.figures.reading import Fee, Line, Reason
from members.models import CutReason, FigureKind, LeavingReason
from members.money import format_money, quantize

NOTHING = "–"
COUNTED = (
    FigureKind.JOINED,
    FigureKind.REJOINED,
    FigureKind.RENEWED,
    FigureKind.MOVED_TO,
    FigureKind.MOVED_FROM,
    FigureKind.LAPSED,
    FigureKind.CANCELLED,
    FigureKind.DIED,
)


class Cell(NamedTuple):
    """What a file holds, and how a reader sees it."""

    value: Any
    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """`code` names it in addresses and files. `lead` says what it counts, `empty` what to say without rows."""

    code: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    lead: str = ""
    empty: str = ""

    def lines(self) -> Iterable[list[Any]]:
        """The headings and the rows as a file takes them."""
        yield [safe_cell(heading) for heading in self.headings]
        for row in self.rows:
            yield [cell.value if cell.is_number and cell.value != "" else safe_cell(cell.value) for cell in row]


def word(text: Any) -> Cell:
    return Cell(str(text), str(text), is_number=False)


def number(count: int) -> Cell:
    return Cell(count, f"{count:,}")


def share(part: float | None, *, is_settled: bool = True) -> Cell:
    """A percentage; with a star as long as more may come."""
    if part is None:
        return Cell("", NOTHING)
    return Cell(round(part, 4), f"{part:.0%}" + ("" if is_settled else " *"))


def whole_amounts(paid: Iterable[Money]) -> Cell:
    """One amount, or one of each currency, without the small change that nobody can foresee."""
    said = " + ".join(format_money(Money(round(money.amount), money.currency)) for money in paid)
    return Cell(said, said or NOTHING)


# --- Which tables there are ---------------------------------------------------------------


def summary(line: Line) -> list[tuple[str, Cell]]:
    """The few figures that one looks for first."""
    return [
        (_("Members at the end"), number(line.members)),
        (_("Joined or rejoined"), number(line.joined + line.rejoined)),
        (str(FigureKind.RENEWED.label), number(line.renewed)),
        (pgettext("figure", "Left"), number(line.left)),
        (_("Renewed, of those that ended"), share(line.renewal_rate, is_settled=line.is_settled)),
    ]


def over_time(lines: Sequence[Line], *, months: int) -> Table:
    heading = _("Month") if months == 1 else _("Year")
    rows = [[word(_period(line.key, months)), *_counts(line)] for line in lines]
    return Table("time", _("Month by month") if months == 1 else _("Year by year"), [heading, *_headings()], rows)


def by_tier(lines: Sequence[Line], tiers: Mapping[int, Any]) -> Table:
    rows = [[word(tiers[line.key]), *_counts(line)] for line in _in_order(lines, tiers)]
    return Table("tiers", _("By tier"), [_("Tier"), *_headings()], rows)


def by_branch(lines: Sequence[Line], branches: Mapping[int, Any]) -> Table:
    named = {0: _("The whole"), **branches}
    rows = [[word(named[line.key]), *_counts(line)] for line in _in_order(lines, named)]
    return Table("branches", _("By branch"), [_("Branch"), *_headings()], rows)


def _in_order(lines: Sequence[Line], named: Mapping[int, Any]) -> list[Line]:
    places = {key: place for place, key in enumerate(named)}
    return sorted((line for line in lines if line.key in places), key=lambda line: places[line.key])


def _headings() -> list[str]:
    return [_("Members at the end"), *(str(kind.label) for kind in COUNTED), _("Renewed, of those that ended")]


def _counts(line: Line) -> list[Cell]:
    return [
        number(line.members),
        *(number(line.counts[kind]) for kind in COUNTED),
        share(line.renewal_rate, is_settled=line.is_settled),
    ]


def _period(month: int, months: int) -> str:
    if months == YEAR:
        return str(month // YEAR)
    if months == QUARTER:
        return _("%(year)s, quarter %(quarter)s") % {"year": month // YEAR, "quarter": month % YEAR // QUARTER + 1}
    return date_format(first_day(month), "F Y")


def retention(cohorts: Sequence[Cohort], *, months: int) -> Table:
    longest = max((len(cohort.stayed) for cohort in cohorts), default=0)
    rows = []
    for cohort in cohorts:
        cells = [share(part) for part in cohort.shares]
        name = word(cohort_name(cohort, months=months))
        rows.append([name, number(cohort.size), *cells, *[Cell("", "")] * (longest - len(cells))])
    heading = _("Joined in")
    return Table(
        "retention",
        _("Who stays"),
        [heading, _("Joined"), *(years_later(years) for years in range(1, longest + 1))],
        rows if longest else [],
        empty=_("Nobody has been a member for long enough yet."),
    )


def years_later(years: int) -> str:
    """The heading of a year of the cohorts: one year is +1."""
    return _("+%(years)s y.") % {"years": years}


def cohort_name(cohort: Cohort, *, months: int) -> str:
    """When it joined, with a mark if hardly anybody did."""
    name = _period(cohort.month, months)
    return _("%(cohort)s (fewer than %(small)s)") % {"cohort": name, "small": SMALL} if cohort.is_small else name


def reasons(found: Sequence[Reason]) -> Table:
    said = {**dict(LeavingReason.choices), **dict(CutReason.choices), "": _("Not given")}
    kinds = dict(FigureKind.choices)
    total = sum(reason.number for reason in found)
    rows = [
        [word(said[reason.reason]), word(kinds[reason.kind]), number(reason.number), share(reason.number / total)]
        for reason in found
        if reason.number
    ]
    headings = [_("Reason"), pgettext("figure", "How they left"), _("How many"), _("Share")]
    return Table("reasons", _("Why they left"), headings, rows, empty=_("Nobody left in this time."))


def fees(found: Sequence[Fee], tiers: Mapping[int, Any]) -> Table:
    rows = [
        [
            word(tiers[fee.tier]),
            word(str(fee.paid.currency)),
            number(fee.terms),
            _amount(fee.average),
            _amount(fee.paid),
        ]
        for fee in found
        if fee.tier in tiers and fee.terms
    ]
    headings = [_("Tier"), _("Currency"), _("Terms with a fee on record"), _("Average fee"), _("In all")]
    return Table("fees", _("What was paid"), headings, rows, empty=_("No fee is on record for this time."))


def _amount(money: Money) -> Cell:
    return Cell(quantize(money).amount, format_money(money, exact=True))


def ahead(months: Sequence[MonthAhead]) -> Table:
    rows = [
        [
            word(_period(month.month, 1)),
            number(month.ending),
            number(month.secured),
            _expected(month.renewals),
            whole_amounts(month.fees),
        ]
        for month in months
    ]
    known = [month.renewals for month in months if month.renewals is not None]
    totals: dict[str, Decimal] = {}
    for fee in (fee for month in months for fee in month.fees):
        totals[str(fee.currency)] = totals.get(str(fee.currency), Decimal(0)) + fee.amount
    rows.append(
        [
            word(_("In all")),
            number(sum(month.ending for month in months)),
            number(sum(month.secured for month in months)),
            _expected(sum(known, Decimal(0)) if known else None),
            whole_amounts(Money(amount, currency) for currency, amount in sorted(totals.items())),
        ]
    )
    headings = [
        _("Month"),
        _("Terms that end"),
        _("Renewed already"),
        _("Renewals expected"),
        _("Fees still expected"),
    ]
    return Table("forecast", _("The next twelve months"), headings, rows)


def _expected(renewals: Decimal | None) -> Cell:
    return number(round(renewals)) if renewals is not None else Cell("", NOTHING)
