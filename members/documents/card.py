"""The membership card as a PDF in the size of a bank card (ISO/IEC 7810 ID-1), one page."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from members.dates import until_words
from members.models import Membership, NonprofitProfile
from members.pdf import Document
from members.pdf.document import known_language

ID_1 = (85.6 * mm, 53.98 * mm)
BAND, ON_BAND = HexColor("#0B5D5A"), HexColor("#FFFFFF")
FAINT = HexColor("#5B6B6A")


def card_pdf(
    membership: Membership, *, profile: NonprofitProfile, valid_until: date, qr_text: str, language: str
) -> bytes:
    """Return the card of `membership` in `language`. Its QR code says `qr_text`."""
    with translation.override(known_language(language)):
        name = membership.contact.name
        page = Document(language=translation.get_language(), title=_("Membership card"), size=ID_1, margin=5 * mm)
        canvas = page.canvas
        canvas.setFillColor(BAND)
        canvas.rect(0, page.height - 14 * mm, page.width, 14 * mm, stroke=0, fill=1)
        page.text_at(
            _fitted(str(profile.name), 34), inset=5 * mm, y=page.height - 7.2 * mm, size=10, bold=True, color=ON_BAND
        )
        page.text_at(_("Membership card"), inset=5 * mm, y=page.height - 11.8 * mm, size=7, color=ON_BAND)

        page.text_at(_fitted(name, 28), inset=5 * mm, y=30 * mm, size=12, bold=True)
        tier = membership.last_term.tier.name if membership.last_term else ""
        page.text_at(_fitted(str(tier), 34), inset=5 * mm, y=24.5 * mm, size=8, color=FAINT)
        for row, (label, value) in enumerate(
            [
                (_("Member number"), membership.number),
                (_("Member since"), str(membership.joined_on.year)),
                (_("Valid until"), until_words(valid_until)),
            ]
        ):
            base = 17 * mm - row * 4.8 * mm
            page.text_at(label, inset=5 * mm, y=base, size=7, color=FAINT)
            page.text_at(value, inset=27 * mm, y=base, size=7.5)
        page.qr(qr_text, inset=5 * mm, y=5.5 * mm, side=23 * mm)
        return page.save()


def _fitted(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"
