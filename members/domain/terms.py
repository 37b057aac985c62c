"""Which days a term covers: from the day of joining, by the calendar, or for life."""

import calendar
from datetime import date, timedelta

from members.models import FOR_LIFE, CutReason, Term, TermKind, Tier


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_term(starts_on: date, *, tier: Tier) -> date:
    """Return the last day of a term on `tier` that starts on `starts_on`; `FOR_LIFE` for one that needs no renewal.

    Rolling, 12 months run from 1 January to 31 December. By the calendar a term ends with its period, and if hardly
    more than `rollover_days` of that are left, with the next one.
    """
    match tier.term_kind:
        case TermKind.LIFETIME:
            return FOR_LIFE
        case TermKind.CALENDAR:
            _first, last = calendar_period(tier, starts_on)
            if (last - starts_on).days < tier.rollover_days:
                _first, last = calendar_period(tier, last + timedelta(days=1))
            return last
        case _:
            return add_months(starts_on, tier.term_months) - timedelta(days=1)


def calendar_period(tier: Tier, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period of `tier` by the calendar in which `day` lies.

    Periods of `term_months` follow each other from the day on which the tier's year begins; as their length divides a
    year, they are the same in every year.
    """
    first = date(day.year - 1, tier.year_starts_month, tier.year_starts_day)
    months = (day.year - first.year) * 12 + day.month - first.month - (day.day < first.day)
    first = add_months(first, months - months % tier.term_months)
    return first, add_months(first, tier.term_months) - timedelta(days=1)


def cut_term(term: Term, *, ends_on: date, reason: CutReason) -> None:
    """End `term` early, on the day `ends_on`, and note until when it was paid. Before its first day it is undone.

    One that ended by then anyway, or that was undone before, stays as it is.
    """
    if term.is_void or term.ends_on <= ends_on:
        return
    term.paid_until = term.paid_until or term.ends_on
    term.ends_on = max(ends_on, term.starts_on - timedelta(days=1))
    term.cut_reason = reason
    term.save(update_fields=["paid_until", "ends_on", "cut_reason"])


def restore_term(term: Term) -> None:
    """Let a term run again as long as it was paid for, unless another one stands there by now."""
    if term.paid_until is None:
        return
    others = term.membership.terms.exclude(pk=term.pk)
    if any(
        not other.is_void and other.starts_on <= term.paid_until and other.ends_on >= term.starts_on for other in others
    ):
        return
    term.ends_on, term.paid_until, term.cut_reason = term.paid_until, None, ""
    term.save(update_fields=["paid_until", "ends_on", "cut_reason"])
