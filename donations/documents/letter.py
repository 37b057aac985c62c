"""What our papers of one page have in common: who writes above, and how to reach us below."""

from django.utils.translation import gettext as _
from reportlab.lib.units import mm

from members.pdf import Document
from members.pdf.document import ACCENT, MUTED


def letterhead(page: Document, nonprofit: dict[str, str]) -> None:
    """Name and numbers of the nonprofit at the head of the page. `nonprofit` is what `members.domain` says of it."""
    page.line(nonprofit["name"], size=19, bold=True, color=ACCENT)
    if nonprofit["legal_name"] and nonprofit["legal_name"] != nonprofit["name"]:
        page.paragraph(nonprofit["legal_name"], size=10, color=MUTED)
    ids = []
    if nonprofit["registration_number"]:
        ids.append(_("Registration number: %(number)s") % {"number": nonprofit["registration_number"]})
    if nonprofit["tax_number"]:
        ids.append(_("Tax number: %(number)s") % {"number": nonprofit["tax_number"]})
    for text in ids:
        page.line(text, size=9.5, color=MUTED)
    page.space(6)
    page.rule(color=ACCENT, thickness=1.4)


def footer(page: Document, nonprofit: dict[str, str]) -> None:
    """Who we are and how to reach us, at the foot of the page."""
    address = " · ".join(line.strip() for line in nonprofit["postal_address"].splitlines() if line.strip())
    # In Arabic the groups of a telephone number would change places without a left-to-right mark before them.
    phone = f"\u200e{nonprofit['phone']}" if nonprofit["phone"] else ""
    reach = " · ".join(filter(None, [phone, nonprofit["email"]]))
    lines = [text for text in (address, reach) if text]
    y = 14 * mm + 13 * (len(lines) - 1)
    for text in lines:
        page.text_at(text, inset=page.margin, y=y, size=9, color=MUTED)
        y -= 13
