"""The voucher of a present: one page to print and hand over, in the language of whoever gets it."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.units import mm

from checkout.models import Present
from donations.documents.letter import footer, letterhead
from donations.domain.receipts import about_nonprofit
from members.models import NonprofitProfile
from members.pdf import Document
from members.pdf.document import MUTED, known_language

QR_SIDE = 42 * mm
MOST_LINES = 8


def voucher_pdf(present: Present, *, profile: NonprofitProfile, url: str) -> bytes:
    """Return the voucher of `present` as PDF; its code leads to `url`. What it cost does not stand on it."""
    language = known_language(present.language)
    with translation.override(language):
        nonprofit = about_nonprofit(profile)
        page = Document(language=language, title=_("A present"))
        letterhead(page, nonprofit)
        page.space(20)
        page.paragraph(_("A present for %(name)s") % {"name": present.recipient_name}, size=24, bold=True)
        page.space(8)
        giver = present.basket.payer_name
        page.paragraph(
            _("%(giver)s gives you a membership of %(nonprofit)s.") % {"giver": giver, "nonprofit": nonprofit["name"]},
            size=13,
        )
        if present.greeting:
            page.space(14)
            for text in _lines(present.greeting):
                page.paragraph(text, size=13)
        page.space(18)
        page.facts(
            [(_("Tier"), str(present.tier.name)), (_("Please accept it by"), date_format(present.last_on, "j F Y"))]
        )
        page.space(24)
        page.y -= QR_SIDE
        page.qr(url, inset=page.margin, y=page.y, side=QR_SIDE, at_end=False)
        page.space(16)
        page.paragraph(_("Scan the code with your telephone, or open this address:"), size=11)
        for start in range(0, len(url), 64):
            page.text_at(url[start : start + 64], inset=page.margin, y=page.y - 14, size=9, color=MUTED, by_itself=True)
            page.space(13)
        page.space(14)
        page.paragraph(
            _("Whoever has this paper can accept the present, once. Please keep it safe."), size=10, color=MUTED
        )
        footer(page, nonprofit)
        return page.save()


def _lines(greeting: str) -> list[str]:
    """The greeting as it was written, or as one text if it has so many lines that it would not fit on the page."""
    lines = [line for line in greeting.splitlines() if line.strip()]
    return lines if len(lines) <= MOST_LINES else [" ".join(lines)]
