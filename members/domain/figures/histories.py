"""What one membership adds to the figures, month by month: pure calculation, without the database.

Days are dates; a month is a number, `year * 12 + month - 1`, which is quick to compare and to count with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from members.domain.terms import add_months
from members.models import FOR_LIFE, CutReason, DecisionKind, FigureKind

_DAY = timedelta(days=1)
_YEAR = 12


class Spell(NamedTuple):
    """A term as it counts: first and last day, tier, why it was cut short, or empty, and why its member meant not to renew."""

    start: date
    end: date
    tier: int
    cut: str
    said: str = ""


class Stop(NamedTuple):
    """A decision that was not taken back before its first day: kind, first day, last day or None, reason."""

    kind: str
    start: date
    end: date | None
    reason: str


class Fact(NamedTuple):
    """One of a kind, in a month, on a tier."""

    month: int
    tier: int
    kind: str
    reason: str
    number: int


class CohortFact(NamedTuple):
    """One more member, or one less, after so many years of a cohort, which is named by the first month of its quarter."""

    quarter: int
    tier: int
    years: int
    number: int


@dataclass(frozen=True, slots=True)
class History:
    """All that figures need to know of one membership. `terms` are in the order of their first days, none of them void."""

    terms: Sequence[Spell]
    stops: Sequence[Stop] = ()
    died_on: date | None = None


def month_of(day: date) -> int:
    """The number of the month of `day`."""
    return day.year * _YEAR + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month by its number."""
    return date(month // _YEAR, month % _YEAR + 1, 1)


def facts_of(history: History, *, graces: Mapping[int, int], as_of: date) -> tuple[list[Fact], list[CohortFact]]:
    """Return what a membership adds to the figures as they are known at the end of the day `as_of`.

    `graces` gives the days of grace by tier. What starts, ends or is decided later is not counted yet, except for terms
    that will end (DUE, SECURED), from which forecasts are made.
    """
    spells = _spells(history)
    if not spells:
        return [], []
    covered = _covered(spells, history)
    facts = _comings_and_goings(spells, history, graces, as_of)
    facts += _changes(covered, as_of)
    return facts, _cohort(spells[0], covered)


def _spells(history: History) -> list[Spell]:
    """The terms, none overlapping another, as far as neither a cancellation nor a death came before their first day.

    Of two terms that cover the same days the earlier one has them, so that a day counts once.
    """
    terms = history.terms
    if history.died_on is None and not history.stops and all(map(_is_before, terms, terms[1:])):
        return list(terms)
    spells: list[Spell] = []
    for term in terms:
        if history.died_on and term.start > history.died_on:
            break
        start = term.start
        if spells and start <= spells[-1].end:
            if spells[-1].end == FOR_LIFE:
                break
            start = spells[-1].end + _DAY
        end, cut = term.end, term.cut
        for stop in history.stops:
            if stop.kind == DecisionKind.CANCELLED and stop.start <= end and (stop.end is None or stop.end >= end):
                end, cut = stop.start - _DAY, CutReason.CANCELLED
        if start <= end:
            spells.append(Spell(start, end, term.tier, cut, term.said))
    return spells


def _is_before(one: Spell, other: Spell) -> bool:
    return one.end < other.start


# --- Who came, who went -------------------------------------------------------------------


def _comings_and_goings(spells: list[Spell], history: History, graces: Mapping[int, int], as_of: date) -> list[Fact]:
    found: list[Fact] = []
    coming: str = FigureKind.JOINED
    last = len(spells) - 1
    for place, spell in enumerate(spells):
        start, end, tier = spell[:3]
        is_begun = start <= as_of
        if is_begun:
            found.append(Fact(month_of(start), tier, coming, "", 1))
        following = spells[place + 1] if place < last else None
        coming = _following_as(spell, following, history, graces) if following else ""
        if coming == FigureKind.RENEWED:
            kind = FigureKind.KEPT if following.start <= as_of else FigureKind.SECURED  # type: ignore[union-attr]
            found.append(Fact(month_of(end), tier, kind, "", 1))
        elif coming == FigureKind.MOVED_TO:
            if following.start <= as_of:  # type: ignore[union-attr]
                found.append(Fact(month_of(following.start), tier, FigureKind.MOVED_FROM, "", 1))  # type: ignore[union-attr]
        elif fact := _going(spell, following, history, graces, as_of):
            found.append(fact)
    return found


def _following_as(spell: Spell, following: Spell, history: History, graces: Mapping[int, int]) -> str:
    """As what `following` comes after `spell`."""
    if spell.end + _DAY == following.start:
        return FigureKind.MOVED_TO if spell.cut == CutReason.CHANGED else FigureKind.RENEWED
    cancelled = _cancellation(spell, history, graces)
    if following.start <= _grace_until(spell, graces) and not (cancelled and cancelled.start < following.start):
        return FigureKind.RENEWED
    return FigureKind.REJOINED


def _going(
    spell: Spell, following: Spell | None, history: History, graces: Mapping[int, int], as_of: date
) -> Fact | None:
    """How a spell that nothing continues ends, or that it will."""
    until, died_on = _grace_until(spell, graces), history.died_on
    cancelled = _cancellation(spell, history, graces)
    if died_on and not following and died_on <= until and not (cancelled and cancelled.start <= died_on):
        return Fact(month_of(died_on), spell.tier, FigureKind.DIED, "", 1) if died_on <= as_of else None
    if cancelled:
        is_known = cancelled.start <= as_of
        return Fact(month_of(spell.end), spell.tier, FigureKind.CANCELLED, cancelled.reason, 1) if is_known else None
    if spell.end == FOR_LIFE:
        return None
    if until < as_of:
        return Fact(month_of(spell.end), spell.tier, FigureKind.LAPSED, _reason_of_cut(spell), 1)
    return None if spell.cut else Fact(month_of(spell.end), spell.tier, FigureKind.DUE, "", 1)


def _reason_of_cut(spell: Spell) -> str:
    """A refund or a dispute says why somebody left; a change of tier does not. Else they may have said it themselves."""
    return spell.said if spell.cut in ("", CutReason.CHANGED) else spell.cut


def _grace_until(spell: Spell, graces: Mapping[int, int]) -> date:
    """The last day on which a next term still renews this one. Whoever ended a term early has no grace after it."""
    if spell.cut or spell.end == FOR_LIFE:
        return spell.end
    return spell.end + timedelta(days=graces[spell.tier])


def _cancellation(spell: Spell, history: History, graces: Mapping[int, int]) -> Stop | None:
    """The decision by which `spell` was the last for the time being, on the first day on which it counts after it."""
    if spell.end == FOR_LIFE:
        return None
    after = spell.end + _DAY
    for stop in history.stops:
        is_in_time = stop.start <= max(after, _grace_until(spell, graces))
        if stop.kind == DecisionKind.CANCELLED and is_in_time and (stop.end is None or stop.end >= after):
            return stop._replace(start=max(stop.start, after))
    # The decision may have been erased with the person, or ended when they joined again; the cut term still knows of it.
    if spell.cut == CutReason.CANCELLED:
        return Stop(DecisionKind.CANCELLED, after, None, "")
    return None


# --- Who is there -------------------------------------------------------------------------


def _covered(spells: list[Spell], history: History) -> list[Spell]:
    """The days on which the membership is current, as runs on one tier without a gap."""
    runs: list[Spell] = []
    for spell in spells:
        if runs and runs[-1].tier == spell.tier and runs[-1].end + _DAY == spell.start:
            runs[-1] = Spell(runs[-1].start, spell.end, spell.tier, "")
        else:
            runs.append(spell)
    if history.died_on and runs[-1].end > history.died_on:
        runs[-1] = runs[-1]._replace(end=history.died_on)
    for stop in history.stops:
        runs = [part for run in runs for part in _without(run, stop)]
    return runs


def _without(run: Spell, stop: Stop) -> list[Spell]:
    """The parts of `run` before and after the days of `stop`."""
    if stop.start > run.end or (stop.end is not None and stop.end < run.start):
        return [run]
    parts = []
    if stop.start > run.start:
        parts.append(run._replace(end=stop.start - _DAY))
    if stop.end is not None and stop.end < run.end:
        parts.append(run._replace(start=stop.end + _DAY))
    return parts


def _changes(covered: list[Spell], as_of: date) -> list[Fact]:
    """One more in the month in which a run begins, one less in the first at whose end it is over."""
    found = []
    for start, end, tier, *_rest in covered:
        if start > as_of:
            break
        found.append(Fact(month_of(start), tier, FigureKind.CHANGE, "", 1))
        if end < as_of:
            found.append(Fact(month_of(end + _DAY), tier, FigureKind.CHANGE, "", -1))
    return found


def _cohort(first: Spell, covered: list[Spell]) -> list[CohortFact]:
    """Whether somebody is a member on each anniversary of joining, written as its changes from year to year."""
    quarter = month_of(first.start) // 3 * 3
    found: list[CohortFact] = []
    for start, end, *_rest in covered:
        from_year = _anniversaries_until(start - _DAY, first.start) + 1 if start > first.start else 1
        if end == FOR_LIFE:
            found.append(CohortFact(quarter, first.tier, from_year, 1))
        elif from_year <= (until_year := _anniversaries_until(end, first.start)):
            found.append(CohortFact(quarter, first.tier, from_year, 1))
            found.append(CohortFact(quarter, first.tier, until_year + 1, -1))
    return found


def _anniversaries_until(day: date, first: date) -> int:
    """How many whole years lie between `first` and `day`. Of 29 February the anniversary is the 28th in other years."""
    years = day.year - first.year
    if (day.month, day.day) < (first.month, first.day) and add_months(first, years * _YEAR) > day:
        return years - 1
    return years
