"""A survey's published results inside a message. What is not published is not in the table, whoever sends it."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from surveys.domain.results import QuestionResult, published_results
from surveys.levels import Level
from surveys.models import Survey

# DESIGN.md's colours of the five levels; in a message they only accompany the words.
_COLOURS = {5: "#0B6E4F", 4: "#5BA37A", 3: "#C9C2B0", 2: "#E39A4B", 1: "#A83232"}


@dataclass(frozen=True)
class Cell:
    """One level of one question: its word, how many chose it, whole percents, and its colour."""

    label: str
    count: int
    percent: int
    colour: str


def results_html(survey: Survey) -> str:
    """Return the results as a table that mail programs can show, in the active language; empty below the smallest group."""
    return _rendered("outreach/survey_results.html", survey)


def results_plain(survey: Survey) -> str:
    """Return the same as plain text."""
    return _rendered("outreach/survey_results.txt", survey)


def _rendered(template: str, survey: Survey) -> str:
    results = published_results(survey)
    if results is None:
        return ""
    rows = [(question.question, _cells(question)) for question in results.questions if question.counts]
    return render_to_string(template, {"survey": survey, "counted": results.counted, "rows": rows}).strip()


def _cells(result: QuestionResult) -> list[Cell]:
    counts, percents = result.counts or {}, result.percentages
    return [
        Cell(str(level.label), counts[level], percents[level], _COLOURS[level]) for level in sorted(Level, reverse=True)
    ]
