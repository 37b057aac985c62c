"""A table out of a file that somebody else's program wrote: CSV in the usual encodings, or XLSX. Read as a stream."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from members.domain.exporting import plain_cell
from members.exceptions import UnreadableFileError

MOST_BYTES = 50 * 2**20
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
# A workbook of 200,000 rows unpacks to some 100 MB, about ten times its size; a bomb to thousands of times.
MOST_UNPACKED = 400 * 2**20
MOST_RATIO = 120
_DELIMITERS = ",;\t|"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Table:
    """The headings of a file, made distinct, and how to read its rows. The first row of data is number 2, as on screen."""

    file: IO[bytes]
    columns: list[str]
    kind: str  # "csv" or "xlsx"
    encoding: str = ""
    delimiter: str = ""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that holds anything, with its number. Raises UnreadableFileError where the file breaks off."""
        lines = self.lines(widest=MOST_COLUMNS + 1)
        next(lines, None)
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                yield number, cells

    def lines(self, *, widest: int | None = None) -> Iterator[list[str]]:
        """Yield each row, the headings too. Of a workbook's rows no more than `widest` cells are read."""
        is_book = self.kind == "xlsx"
        lines = _xlsx_rows(self.file, widest) if is_book else _csv_rows(self.file, self.encoding, self.delimiter)
        for cells in lines:
            yield [plain_cell(cell) for cell in cells]


def read_table(file: IO[bytes]) -> Table:
    """Return the table in `file`. Raises UnreadableFileError with a sentence that says what is wrong with it."""
    size = file.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise UnreadableFileError(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 2**20})
    file.seek(0)
    start = file.read(4)
    if start[:2] == b"PK":
        _refuse_bombs(file)
        return _with_columns(Table(file, [], "xlsx"))
    encoding = _encoding_of(file)
    return _with_columns(Table(file, [], "csv", encoding, _delimiter_of(file, encoding)))


def _with_columns(table: Table) -> Table:
    lines = table.lines()
    headings = next(lines, None)
    if headings is None or not any(heading.strip() for heading in headings):
        raise UnreadableFileError(_("The file is empty. Its first row has to name the columns."))
    while headings and not headings[-1].strip():
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise UnreadableFileError(
            _("The file has %(count)s columns; at most %(most)s can be read.")
            % {"count": len(headings), "most": MOST_COLUMNS}
        )
    if next(lines, None) is None:
        raise UnreadableFileError(_("The file has headings, but no rows."))
    return Table(table.file, distinct(headings), table.kind, table.encoding, table.delimiter)


def distinct(headings: list[str]) -> list[str]:
    """Return the headings with an empty or repeated one named by its column's letter, as a spreadsheet shows it."""
    shown: list[str] = []
    for number, heading in enumerate(headings, start=1):
        name = " ".join(heading.split())[:100]
        letter = get_column_letter(number)
        if not name:
            name = _("Column %(letter)s") % {"letter": letter}
        shown.append(f"{name} ({letter})" if name in shown else name)
    return shown


# --- CSV ------------------------------------------------------------------------------------


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-16 by its mark; else UTF-8 if all of it is; else windows-1256, unless some lines are plainly UTF-8."""
    file.seek(0)
    if file.read(2) in _UTF16_MARKS:
        return "utf-16"
    file.seek(0)
    first_other, has_utf8 = 0, False
    for number, line in enumerate(file, start=1):
        if b"\x00" in line:
            raise UnreadableFileError(
                _("Line %(line)s holds NUL bytes, so this is not a table as text. Save it as CSV or XLSX.")
                % {"line": number}
            )
        if line.isascii():
            continue
        try:
            line.decode("utf-8-sig")
            has_utf8 = True
        except UnicodeDecodeError:
            first_other = first_other or number
    if first_other and has_utf8:
        raise UnreadableFileError(
            _("The file mixes two encodings; line %(line)s is not UTF-8 like others. Save it anew as UTF-8.")
            % {"line": first_other}
        )
    return "cp1256" if first_other else "utf-8-sig"


def _delimiter_of(file: IO[bytes], encoding: str) -> str:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        line = text.readline()
    finally:
        text.detach()
    return max(_DELIMITERS, key=line.count)


def _csv_rows(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[list[str]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise UnreadableFileError(
            _("Line %(line)s cannot be read: a cell is too long, or a quotation mark is not closed.")
            % {"line": reader.line_num}
        ) from None
    except UnicodeError:
        raise UnreadableFileError(_("The file breaks off in the middle of a letter.")) from None
    finally:
        text.detach()


# --- XLSX -----------------------------------------------------------------------------------


def _refuse_bombs(file: IO[bytes]) -> None:
    """Look at what a workbook says it unpacks to before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UnreadableFileError(_("This is not a workbook that can be read.")) from None
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if (
        unpacked > MOST_UNPACKED
        or (unpacked > MOST_RATIO * max(packed, 1) and unpacked > 10 * 2**20)
        or len(parts) > 2_000
    ):
        raise UnreadableFileError(_("This workbook unpacks to far more than it holds, and is not opened."))


def _xlsx_rows(file: IO[bytes], widest: int | None) -> Iterator[list[str]]:
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except Exception:
        raise UnreadableFileError(_("This is not a workbook that can be read.")) from None
    sheet.reset_dimensions()
    try:
        for row in sheet.iter_rows(values_only=True, max_col=widest):
            cells = [_as_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    except Exception:
        raise UnreadableFileError(_("The workbook holds something that cannot be read.")) from None


def _as_text(value: object) -> str:
    """A cell as somebody would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
