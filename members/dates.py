"""Days as people write them, in three calendars and three sets of digits."""

import re
from datetime import date

import jdatetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from hijridate import Gregorian, Hijri

from members.models import FOR_LIFE, Calendar
from members.names import western_digits

_PARTS = re.compile(r"^\s*(\d{1,4})\s*[-/.،\s]\s*(\d{1,2})\s*[-/.،\s]\s*(\d{1,4})\s*(?:م|ه|هـ|ش|ه\.?ش)?\s*$")
# Years that name their calendar by themselves: nobody alive was born in the Gregorian year 1420.
_HIJRI_YEARS = range(1343, 1501)
_JALALI_YEARS = range(1200, 1501)


class AmbiguousDateError(ValueError):
    """A day that is a day of somebody's life in two calendars."""


def parse_date(text: str, *, calendar: str = Calendar.GREGORIAN) -> date:
    """Return the day that `text` names: year first or last, in any digits.

    A year from 1200 to 1500 is Jalali where `calendar` says so, else Hijri (Umm al-Qura, known from 1343 on); every
    other is Gregorian. Day before month, as everywhere but in the United States. Raises ValueError for anything else.
    """
    found = _PARTS.match(western_digits(text))
    if not found:
        raise ValueError("Not a date.")
    first, month, last = (int(part) for part in found.groups())
    year, day = (first, last) if len(found[1]) == 4 else (last, first)
    if year < 1000:
        raise ValueError("The year needs four digits.")
    try:
        if calendar == Calendar.JALALI and year in _JALALI_YEARS:
            return jdatetime.date(year, month, day).togregorian()
        if year in _HIJRI_YEARS:
            return date(*Hijri(year, month, day).to_gregorian().datetuple())
        return date(year, month, day)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def parse_gregorian(text: str) -> date:
    """Return the day that `text` names, as `parse_date` does. Raises ValueError, and AmbiguousDateError for a year that is
    Hijri or Jalali: near today it may be either.
    """
    found = _PARTS.match(western_digits(text))
    if found and any(len(part) == 4 and int(part) in _JALALI_YEARS for part in (found[1], found[3])):
        raise AmbiguousDateError("Hijri or Jalali?")
    return parse_date(text)


def parse_birth_date(text: str, *, today: date, calendar: str = Calendar.GREGORIAN) -> date:
    """Return the day of birth that `text` names, as `parse_date` does. Raises ValueError for one in the future or absurdly
    long ago, and AmbiguousDateError where Hijri and Jalali would both do and `calendar` is neither.
    """
    born = parse_date(text, calendar=calendar)
    if calendar == Calendar.GREGORIAN and _is_also_jalali(text, today=today):
        raise AmbiguousDateError("Hijri or Jalali?")
    if born > today or today.year - born.year > 130:
        raise ValueError("Nobody alive was born on that day.")
    return born


def _is_also_jalali(text: str, *, today: date) -> bool:
    found = _PARTS.match(western_digits(text))
    if not found or not any(int(part) in _HIJRI_YEARS for part in (found[1], found[3])):
        return False
    try:
        return parse_date(text, calendar=Calendar.JALALI) <= today
    except ValueError:
        return False


def in_calendar(day: date, calendar: str) -> str:
    """Return `day` in figures as somebody with `calendar` reads it, year first."""
    if calendar == Calendar.HIJRI:
        return Gregorian.fromdate(day).to_hijri().isoformat()
    if calendar == Calendar.JALALI:
        return jdatetime.date.fromgregorian(date=day).isoformat()
    return day.isoformat()


def until_words(day: date) -> str:
    """Return the last day of a membership as the reader writes it, or that it is for life."""
    return _("for life") if day == FOR_LIFE else date_format(day)


def until_phrase(day: date) -> str:
    """Return how long a membership runs as it stands in a sentence: "until 31 December 2026", or "for life"."""
    return until_words(day) if day == FOR_LIFE else _("until %(day)s") % {"day": date_format(day)}
