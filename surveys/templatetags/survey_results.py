"""What the templates of results need."""

from babel.numbers import format_percent
from django import template
from django.utils.translation import get_language

from surveys.domain.results import QuestionResult
from surveys.levels import Level

register = template.Library()


@register.filter
def level_rows(result: QuestionResult) -> list[dict]:
    """The five levels of one question, best first: the level, how many chose it, and how many percent they are."""
    percentages = result.percentages
    counts = (result.counts or {}).items()
    return [{"level": level, "count": count, "percent": percentages[level]} for level, count in counts]


@register.filter
def percent(value: float | None) -> str:
    """A fraction from 0.0 to 1.0 as whole percents, as the reader writes them; nothing for nothing."""
    return "" if value is None else format_percent(value, locale=get_language() or "en", numbering_system="latn")


@register.filter
def whole_percent(value: int) -> str:
    """A whole number of percents, as the reader writes it."""
    return percent(value / 100)


# The same as in tokens.css; mail programs read no stylesheet.
_LEVEL_COLOURS = {
    Level.EXCELLENT: "#0B6E4F",
    Level.VERY_GOOD: "#5BA37A",
    Level.GOOD: "#C9C2B0",
    Level.ACCEPTABLE: "#E39A4B",
    Level.WEAK: "#A83232",
}


@register.filter
def level_colour(level: Level) -> str:
    """The colour of a level, for where no stylesheet reaches."""
    return _LEVEL_COLOURS[level]
