"""The rows of an import that could not be taken: to be mended and imported again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from members.domain.exporting import safe_cell
from members.models import ImportRun, Verdict


def rejected_rows(run: ImportRun) -> Iterator[list[str]]:
    """Yield the headings and then every rejected row as it was, each with the reason behind it, as cells for a file."""
    yield [*map(safe_cell, run.columns), _("Why it was rejected")]
    for row in run.rows.filter(verdict=Verdict.REJECT).iterator():
        cells = [*row.cells, *[""] * (len(run.columns) - len(row.cells))]
        yield [*map(safe_cell, cells), safe_cell(" ".join(row.reasons))]
