"""One letter on A4, its address where a window envelope shows it (DIN 5008, form B)."""

from collections.abc import Sequence

from reportlab.lib.units import mm

from members.documents.letterhead import SIGNATURE_HEIGHT, SIGNATURE_WIDTH, Letterhead, draw_picture
from members.pdf import Document, wrap_text
from members.pdf.document import INK, MUTED
from members.pdf.text import REGULAR

WINDOW_TOP, WINDOW_END = 52 * mm, 90 * mm
SIZE = 11


def draw_letter(
    page: Document, letterhead: Letterhead, *, to: Sequence[str], day: str, title: str, text: str, signed_by: str
) -> None:
    """Draw the letter on a new page, and go on to further ones if it is long."""
    letterhead.draw(page)
    y = page.height - WINDOW_TOP
    wrapped = [part for line in to for part in wrap_text(line, font=REGULAR, size=SIZE, width=80 * mm)]
    for shown in wrapped[:7]:
        page.text_at(shown, inset=page.margin, y=y, size=SIZE, by_itself=True)
        y -= 15
    page.y = page.height - WINDOW_END - 6 * mm
    page.line(day, size=10, color=MUTED, at_end=True)
    page.space(8)
    page.paragraph(title, size=13, bold=True)
    page.space(10)
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        page.paragraph(paragraph, size=SIZE)
        page.space(8)
    _sign(page, letterhead, signed_by)


def _sign(page: Document, letterhead: Letterhead, signed_by: str) -> None:
    page.new_page_unless(SIGNATURE_HEIGHT + 50)
    page.space(14)
    if letterhead.signature:
        draw_picture(
            page, letterhead.signature, inset=page.margin, top=page.y, width=SIGNATURE_WIDTH, height=SIGNATURE_HEIGHT
        )
        page.space(SIGNATURE_HEIGHT + 4)
    if signed_by:
        page.paragraph(signed_by, size=SIZE, bold=True)
    page.paragraph(letterhead.name, size=SIZE, color=MUTED if signed_by else INK)
