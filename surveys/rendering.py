"""Published results outside the site: in an e-mail, in the words of its reader."""

from django.template.loader import render_to_string
from django.utils import translation

from surveys.domain.results import ResultTable


def results_as_email_html(results: ResultTable, *, language: str) -> str:
    """Return `results` as an HTML table that mail programs show, to be put into the body of a message.

    Widths and colours stand in attributes and in style attributes, which mail programs need and our own pages forbid.
    """
    return _render("surveys/email/results.html", results, language)


def results_as_text(results: ResultTable, *, language: str) -> str:
    """Return `results` as lines of plain text."""
    return _render("surveys/email/results.txt", results, language).strip()


def _render(template: str, results: ResultTable, language: str) -> str:
    with translation.override(language):
        context = {"results": results, "is_right_to_left": translation.get_language_bidi()}
        return render_to_string(template, context)
