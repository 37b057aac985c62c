"""A certificate: one quiet sheet of A4, across, in a frame of the card's green."""

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from members.documents.letterhead import SIGNATURE_HEIGHT, SIGNATURE_WIDTH, Letterhead
from members.pdf import Document, wrap_text
from members.pdf.document import ACCENT, INK, MUTED, PAPER
from members.pdf.text import REGULAR

GOLD = HexColor("#B08D4C")
OUTER, INNER, STAR = 10 * mm, 13.5 * mm, 7 * mm
TEXT_WIDTH = 190 * mm
CODE_SIDE = 22 * mm


def draw_certificate(
    page: Document, letterhead: Letterhead, *, title: str, name: str, text: str, signed_by: str, day: str, code: str
) -> None:
    """Draw it on the page. With `code`, whoever scans it learns whether the membership still stands."""
    _draw_frame(page)
    y = page.height - 30 * mm
    if letterhead.logo:
        y = _draw_logo(page, letterhead, top=page.height - 20 * mm)
    page.centred_at(letterhead.name, y=y, size=13, color=MUTED, width=TEXT_WIDTH)
    page.centred_at(title, y=y - 19 * mm, size=30, bold=True, color=ACCENT, width=TEXT_WIDTH)
    _draw_rule(page, y - 25 * mm)
    page.centred_at(name, y=y - 44 * mm, size=25, bold=True, width=TEXT_WIDTH)
    _draw_text(page, text, top=y - 60 * mm, bottom=52 * mm)
    _draw_foot(page, letterhead, signed_by=signed_by, day=day, code=code)


def _draw_frame(page: Document) -> None:
    canvas = page.canvas
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, page.width, page.height, stroke=0, fill=1)
    for inset, width, color in ((OUTER, 1.6, ACCENT), (INNER, 0.5, GOLD)):
        canvas.setStrokeColor(color)
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, page.width - 2 * inset, page.height - 2 * inset, stroke=1, fill=0)
    for x in (INNER, page.width - INNER):
        for y in (INNER, page.height - INNER):
            _draw_star(page, x, y)


def _draw_star(page: Document, x: float, y: float) -> None:
    """Two squares, one turned by 45 degrees, as they stand in the tiles of many mosques."""
    canvas = page.canvas
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setFillColor(PAPER)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    for angle in (0, 45):
        canvas.rotate(angle)
        canvas.rect(-STAR / 2, -STAR / 2, STAR, STAR, stroke=1, fill=1)
    canvas.setFillColor(ACCENT)
    canvas.circle(0, 0, STAR / 6, stroke=0, fill=1)
    canvas.restoreState()


def _draw_logo(page: Document, letterhead: Letterhead, *, top: float) -> float:
    """Draw the logo in the middle below `top`; return the base line for what comes below it."""
    wide, high = letterhead.logo.getSize()
    scale = min(60 * mm / wide, 16 * mm / high)
    left, bottom = (page.width - wide * scale) / 2, top - high * scale
    page.canvas.drawImage(letterhead.logo, left, bottom, wide * scale, high * scale, mask="auto")
    return bottom - 7 * mm


def _draw_rule(page: Document, y: float) -> None:
    canvas, middle = page.canvas, page.width / 2
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    canvas.line(middle - 28 * mm, y, middle - 3 * mm, y)
    canvas.line(middle + 3 * mm, y, middle + 28 * mm, y)
    canvas.saveState()
    canvas.translate(middle, y)
    canvas.rotate(45)
    canvas.setFillColor(GOLD)
    canvas.rect(-1.3 * mm, -1.3 * mm, 2.6 * mm, 2.6 * mm, stroke=0, fill=1)
    canvas.restoreState()


def _draw_text(page: Document, text: str, *, top: float, bottom: float) -> None:
    """Centred, and set smaller until it stands between `top` and `bottom`."""
    for size in (16, 13.5, 12, 10.5, 9, 8):
        leading = size * (1.9 if page.rtl else 1.6)
        lines = [line for part in text.splitlines() for line in _balanced(part, size=size)]
        if len(lines) * leading <= top - bottom:
            break
    y = top
    for line in lines:
        page.centred_at(line, y=y, size=size, color=INK)
        y -= leading


def _balanced(text: str, *, size: float) -> list[str]:
    """The lines of a paragraph about as long as each other, so that no word is left alone in the last."""
    lines = wrap_text(text, font=REGULAR, size=size, width=TEXT_WIDTH)
    width = TEXT_WIDTH
    while len(lines) > 1:
        width *= 0.95
        narrower = wrap_text(text, font=REGULAR, size=size, width=width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _draw_foot(page: Document, letterhead: Letterhead, *, signed_by: str, day: str, code: str) -> None:
    """The day where the language starts, the signature at the other side, and the code in the middle."""
    canvas, base, wide = page.canvas, 30 * mm, 62 * mm
    inset = 32 * mm
    for at_end, said in ((False, day), (True, signed_by or letterhead.name)):
        right_side = page.rtl != at_end
        left = page.width - inset - wide if right_side else inset
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.5)
        canvas.line(left, base + 5 * mm, left + wide, base + 5 * mm)
        with page.part(left=left, bottom=base - 4 * mm, width=wide, height=10 * mm):
            page.centred_at(said, y=4 * mm, size=10.5, color=INK, width=wide)
        if at_end and letterhead.signature:
            picture = letterhead.signature
            high = picture.getSize()[1] * min(
                SIGNATURE_WIDTH / picture.getSize()[0], SIGNATURE_HEIGHT / picture.getSize()[1]
            )
            width = high * picture.getSize()[0] / picture.getSize()[1]
            canvas.drawImage(picture, left + (wide - width) / 2, base + 6 * mm, width, high, mask="auto")
    if code:
        page.qr(code, inset=(page.width - CODE_SIDE) / 2, y=base - 8 * mm, side=CODE_SIDE)
