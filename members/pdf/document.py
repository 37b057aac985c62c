"""A page that is written from the top down, starting at the side where its language starts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from itertools import groupby

import segno
from django.conf import settings
from django.utils.translation import get_language_info
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .text import BOLD, REGULAR, reads_from_right, register_fonts, shape_line, text_width, wrap_text

INK, MUTED, ACCENT, PAPER, HAIRLINE = (
    HexColor(code) for code in ("#10302F", "#5B6B6A", "#0B5D5A", "#FBF7EF", "#C9C2B0")
)
LEADING = {True: 1.8, False: 1.5}


class Document:
    """A PDF in one language. Sizes and positions are in points; `y` runs down as things are added.

    The same content gives the same bytes, so that a document's hash can be kept and checked.
    """

    def __init__(self, *, language: str, title: str, size: tuple[float, float] = A4, margin: float = 22 * mm):
        register_fonts()
        self.speak(language)
        self.width, self.height = size
        self.margin = margin
        self._buffer = BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=size, invariant=True, lang=language)
        self.canvas.setTitle(title)
        self.canvas.setCreator("Sanduq")
        self.y = self.height - margin

    @property
    def inner_width(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.margin

    def save(self) -> bytes:
        """Finish and return the PDF."""
        self.canvas.save()
        return self._buffer.getvalue()

    def space(self, points: float) -> None:
        """Leave a gap."""
        self.y -= points

    def new_page_unless(self, points: float) -> None:
        """Go on to a new page unless `points` are left above the lower margin."""
        if self.y - points < self.margin:
            self.new_page()

    def speak(self, language: str) -> None:
        """Go on in `language`, and so at the side where it starts."""
        self.language, self.rtl = language, get_language_info(language)["bidi"]

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.canvas.showPage()
        self.y = self.height - self.margin

    @contextmanager
    def part(self, *, left: float, bottom: float, width: float, height: float, language: str = "") -> Iterator[None]:
        """Within it, a part of the page is written on as if it were a page of its own, in `language` if it has another."""
        kept = self.width, self.height, self.rtl, self.language, self.y
        self.width, self.height, self.y = width, height, height
        if language:
            self.speak(language)
        self.canvas.saveState()
        self.canvas.translate(left, bottom)
        try:
            yield
        finally:
            self.canvas.restoreState()
            self.width, self.height, self.rtl, self.language, self.y = kept

    def text_at(
        self,
        text: str,
        *,
        inset: float,
        y: float,
        size: float = 11,
        bold: bool = False,
        color: Color = INK,
        at_end: bool = False,
        by_itself: bool = False,
    ) -> None:
        """Draw one line `inset` points from the page's start edge (its end edge if `at_end`) with its base line at `y`.

        One that stands `by_itself` is read in its own direction, such as a foreign address or a telephone number.
        """
        font = BOLD if bold else REGULAR
        canvas = self.canvas
        canvas.setFont(font, size)
        canvas.setFillColor(color)
        from_right = self.rtl != at_end
        shown = shape_line(text, rtl=reads_from_right(text) if by_itself else self.rtl)
        if from_right:
            canvas.drawRightString(self.width - inset, y, shown)
        else:
            canvas.drawString(inset, y, shown)

    def centred_at(
        self, text: str, *, y: float, size: float = 11, bold: bool = False, color: Color = INK, width: float = 0
    ) -> None:
        """Draw one line in the middle of the page with its base line at `y`, set smaller if it is wider than `width`."""
        font = BOLD if bold else REGULAR
        if width and (wide := text_width(text, font=font, size=size)) > width:
            size = size * width / wide
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(color)
        self.canvas.drawCentredString(self.width / 2, y, shape_line(text, rtl=self.rtl))

    def line(
        self, text: str, *, size: float = 11, bold: bool = False, color: Color = INK, at_end: bool = False
    ) -> None:
        """Add one line that is known to fit."""
        self.new_page_unless(size * LEADING[self.rtl])
        self.y -= size * LEADING[self.rtl]
        self.text_at(text, inset=self.margin, y=self.y + size * 0.35, size=size, bold=bold, color=color, at_end=at_end)

    def paragraph(
        self, text: str, *, size: float = 11, bold: bool = False, color: Color = INK, width: float = 0
    ) -> None:
        """Add text of any length, broken into lines."""
        font = BOLD if bold else REGULAR
        for line in wrap_text(text, font=font, size=size, width=width or self.inner_width):
            self.line(line, size=size, bold=bold, color=color)

    def rule(self, *, color: Color = HAIRLINE, thickness: float = 0.6) -> None:
        """Add a line across the page."""
        self.y -= 6
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(thickness)
        self.canvas.line(self.margin, self.y, self.width - self.margin, self.y)
        self.y -= 6

    def facts(self, rows: Sequence[tuple[str, str]], *, size: float = 11, label_width: float = 130) -> None:
        """Add pairs of a muted label and its value, the values aligned; long values go on below."""
        for label, value in rows:
            lines = wrap_text(value, font=REGULAR, size=size, width=self.inner_width - label_width)
            for number, line in enumerate(lines):
                self.new_page_unless(size * LEADING[self.rtl])
                self.y -= size * LEADING[self.rtl]
                base = self.y + size * 0.35
                if number == 0:
                    self.text_at(label, inset=self.margin, y=base, size=size, color=MUTED)
                self.text_at(line, inset=self.margin + label_width, y=base, size=size)

    def amounts(
        self, rows: Sequence[tuple[str, str]], *, total: tuple[str, str] | None = None, size: float = 11
    ) -> None:
        """Add a table of what and how much: text at the start, amounts at the end, the total in bold."""
        for text, amount in rows:
            amount_width = text_width(amount, font=REGULAR, size=size)
            lines = wrap_text(text, font=REGULAR, size=size, width=self.inner_width - amount_width - 16)
            for number, line in enumerate(lines):
                self.line(line, size=size)
                if number == 0:
                    self.text_at(amount, inset=self.margin, y=self.y + size * 0.35, size=size, at_end=True)
            self.rule()
        if total:
            self.line(total[0], size=size + 2, bold=True)
            base = self.y + (size + 2) * 0.35
            self.text_at(total[1], inset=self.margin, y=base, size=size + 2, bold=True, color=ACCENT, at_end=True)

    def qr(self, content: str, *, inset: float, y: float, side: float, at_end: bool = True) -> None:
        """Draw a QR code (ISO/IEC 18004, error correction M) whose lower edge is at `y`, `side` points square.

        On a screen a web address in it can be tapped: nobody scans the telephone that shows the code.
        """
        runs, modules = _dark_runs(content)
        module = side / modules
        left = inset if self.rtl == at_end else self.width - inset - side
        if content.startswith(("https://", "http://")):
            self.canvas.linkURL(content, (left, y, left + side, y + side), relative=1)
        canvas = self.canvas
        canvas.saveState()
        # In modules, since whole numbers make a file of a thousand codes a fifth as large.
        canvas.translate(left, y)
        canvas.scale(module, module)
        path = canvas.beginPath()
        for row, column, length in runs:
            # A hair larger than its cells, so that no white line shows between two.
            path.rect(column, modules - row - 1, length + 0.03, 1.03)
        canvas.setFillColor(INK)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.restoreState()


@lru_cache(maxsize=16)
def _dark_runs(content: str) -> tuple[list[tuple[int, int, int]], int]:
    """Where a QR code is dark: row, first column and how many modules in one piece. And how many modules a side has."""
    matrix = list(segno.make(content, error="m").matrix)
    runs = []
    for row, cells in enumerate(matrix):
        column = 0
        for dark, piece in groupby(cells):
            length = len(list(piece))
            if dark:
                runs.append((row, column, length))
            column += length
    return runs, len(matrix)


def known_language(language: str) -> str:
    """Return `language` if the site speaks it, else the site's first language."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
