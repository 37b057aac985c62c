"""The membership card as a PDF in the size of a bank card (ISO/IEC 7810 ID-1), one page."""

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from members.dates import until_words
from members.domain.cards import CardFace
from members.models import NonprofitProfile
from members.pdf import Document
from members.pdf.document import known_language
from members.pdf.text import BOLD, REGULAR, text_width

ID_1 = (85.6 * mm, 53.98 * mm)
BAND, ON_BAND = HexColor("#0B5D5A"), HexColor("#FFFFFF")
FAINT = HexColor("#5B6B6A")
CODE_SIDE = 23 * mm
# Long names are set smaller before they are cut: the family name often comes last.
LEAST_SIZE = 7.0


def card_pdf(face: CardFace, *, profile: NonprofitProfile, qr_text: str, language: str) -> bytes:
    """Return the card that says `face`, in `language`. Its QR code says `qr_text`."""
    with translation.override(known_language(language)):
        page = Document(language=translation.get_language(), title=_("Membership card"), size=ID_1, margin=5 * mm)
        draw_card(page, face, profile=profile, qr_text=qr_text)
        return page.save()


def draw_card(page: Document, face: CardFace, *, profile: NonprofitProfile, qr_text: str) -> None:
    """Draw the card on `page`, or on the part of it that is being written on, in the active language."""
    canvas, inner = page.canvas, page.width - 10 * mm
    canvas.setFillColor(BAND)
    canvas.rect(0, page.height - 14 * mm, page.width, 14 * mm, stroke=0, fill=1)
    name, size = fitted(str(profile.name), font=BOLD, size=10, width=inner)
    page.text_at(name, inset=5 * mm, y=page.height - 7.2 * mm, size=size, bold=True, color=ON_BAND)
    page.text_at(_("Membership card"), inset=5 * mm, y=page.height - 11.8 * mm, size=7, color=ON_BAND)

    # Above the QR code, so that it has the whole width and the code its white margin.
    name, size = fitted(face.holder.name, font=BOLD, size=12, width=inner)
    page.text_at(name, inset=5 * mm, y=32 * mm, size=size, bold=True)
    tier, size = fitted(str(face.tier), font=REGULAR, size=8, width=inner - CODE_SIDE - 4 * mm)
    page.text_at(tier, inset=5 * mm, y=26.5 * mm, size=size, color=FAINT)
    for row, (label, value) in enumerate(
        [
            (_("Member number"), face.number),
            (_("Member since"), str(face.since.year)),
            (_("Valid until"), until_words(face.valid_until)),
        ]
    ):
        base = 17 * mm - row * 4.8 * mm
        page.text_at(label, inset=5 * mm, y=base, size=7, color=FAINT)
        page.text_at(value, inset=27 * mm, y=base, size=7.5)
    page.qr(qr_text, inset=5 * mm, y=5.5 * mm, side=CODE_SIDE)


def fitted(text: str, *, font: str, size: float, width: float) -> tuple[str, float]:
    """Return `text`, cut if it must be, and the size of at most `size` points at which it is no wider than `width`."""
    wanted = text_width(text, font=font, size=size)
    if wanted > width:
        # Rounded down to a tenth of a point, so that it fits for certain.
        size = max(LEAST_SIZE, int(10 * size * width / wanted) / 10)
    kept = text
    while kept and text_width(kept, font=font, size=size) > width:
        text = text[:-1].rstrip()
        kept = f"{text}…"
    return kept, size
