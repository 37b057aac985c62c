"""A list as a file: CSV or XLSX, row by row, however many, and nothing in it that a spreadsheet would carry out."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet
from openpyxl import Workbook

from members.batching import batched

BATCH = 250
# OWASP, "CSV Injection": what begins so may be run as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# No XML can hold these, and so no workbook: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Column = tuple[str, Callable[[Any], Any]]  # heading, and how a row's cell is read


# The rule of the apostrophe: what begins like a formula, be it behind apostrophes of its own, gets one more in front,
# and `plain_cell` takes just that one off again. So a file of ours that is read again says what it said before.


def safe_cell(value: Any) -> str:
    """Return `value` as text that no spreadsheet takes for a formula, without characters that no workbook can hold.

    Numbers, also with a sign, stay as they are.
    """
    text = _NOT_IN_XML.sub("", "" if value is None else str(value))
    return f"'{text}" if _is_like_formula(text.lstrip("'")) else text


def plain_cell(text: str) -> str:
    """Return a cell as it was before `safe_cell`."""
    return text[1:] if text.startswith("'") and _is_like_formula(text.lstrip("'")) else text


def _is_like_formula(text: str) -> bool:
    return text.startswith(_FORMULA_STARTS) and not _is_number(text)


def _is_number(text: str) -> bool:
    bare = text[1:].replace(" ", "").replace("-", "")
    return text[0] in "+-" and bool(bare) and all(character.isdigit() or character in ".()" for character in bare)


def rows_of(
    queryset: QuerySet, columns: Sequence[Column], *, prepare: Callable[[list], None] | None = None
) -> Iterator[list[str]]:
    """Yield the headings and then every row as text. Read in batches by key, so memory does not grow with the list.

    `prepare` gives the rows of a batch what their columns need and the table does not hold.
    """
    yield [safe_cell(heading) for heading, _read in columns]
    for row in _in_batches(queryset, prepare):
        yield [safe_cell(read(row)) for _heading, read in columns]


def _in_batches(queryset: QuerySet, prepare: Callable[[list], None] | None) -> Iterator[Any]:
    """As the queryset is ordered, with what it fetches beside, BATCH at a time: the keys first, which are small."""
    keys = list(queryset.values_list("pk", flat=True).iterator(chunk_size=BATCH))
    # Without its filters, which the keys have gone through, and which may join a row to itself several times.
    bare = queryset.all()
    bare.query = queryset.model._base_manager.all().query
    bare.query.select_related = queryset.query.select_related
    for part in batched(keys, BATCH):
        by_key = {row.pk: row for row in bare.filter(pk__in=part)}
        if prepare:
            prepare(list(by_key.values()))
        yield from (by_key[key] for key in part if key in by_key)


def csv_lines(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Yield the file line by line: UTF-8 with its mark, without which Excel shows Arabic as noise."""
    yield b"\xef\xbb\xbf"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow(row)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def xlsx_file(rows: Iterable[list[str]]) -> IO[bytes]:
    """Return the workbook as a temporary file, written as a stream and read from its beginning."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    # Closed, and with that removed, by whoever sends it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file
