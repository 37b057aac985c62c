"""The receipt on paper: a letter of one page in the donor's language."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from djmoney.money import Money
from reportlab.lib.units import mm

from members.money import format_money
from members.pdf import Document
from members.pdf.document import ACCENT, HAIRLINE, MUTED


def draw_receipt(content: dict[str, Any], *, language: str) -> bytes:
    """Return the PDF of a receipt that says `content` (see `Receipt.content`), in `language`."""
    with translation.override(language):
        page = Document(language=language, title=_("Receipt %(number)s") % {"number": content["number"]})
        _letterhead(page, content["nonprofit"])
        _heading(page, content)
        _thanks(page, content)
        _what_for(page, content)
        _signature(page, content["nonprofit"])
        _footer(page, content["nonprofit"])
        return page.save()


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")


def _letterhead(page: Document, nonprofit: dict[str, str]) -> None:
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


def _heading(page: Document, content: dict[str, Any]) -> None:
    page.space(14)
    page.line(_("Receipt"), size=26, bold=True)
    page.space(8)
    rows = [(_("Receipt number"), content["number"]), (_("Issued on"), _day(content["issued_on"]))]
    if content["replaces"]:
        rows.append((_("In place of"), content["replaces"]))
    page.facts(rows)


def _thanks(page: Document, content: dict[str, Any]) -> None:
    page.space(18)
    page.line(_("Received with thanks from"), size=11, color=MUTED)
    page.paragraph(content["recipient"], size=17, bold=True)


def _what_for(page: Document, content: dict[str, Any]) -> None:
    def written(amount: str) -> str:
        return format_money(Money(Decimal(amount), content["currency"]))

    page.space(18)
    rows = [(line["text"], written(line["amount"])) for line in content["lines"]]
    page.rule()
    page.amounts(rows, total=(_("Total"), written(content["total"])))
    page.space(18)
    page.facts(
        [
            (_("Paid on"), _day(content["paid_on"])),
            (_("Way of payment"), content["way"]),
            (_("Payment reference"), content["reference"]),
        ]
    )


def _signature(page: Document, nonprofit: dict[str, str]) -> None:
    """A line to sign on, at the end side as letters have it."""
    page.new_page_unless(110)
    page.space(70)
    canvas, length = page.canvas, 62 * mm
    left = page.margin if page.rtl else page.width - page.margin - length
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.8)
    canvas.line(left, page.y, left + length, page.y)
    page.text_at(nonprofit["signatory"] or _("Signature"), inset=page.margin, y=page.y - 15, size=10, at_end=True)
    page.space(15)


def _footer(page: Document, nonprofit: dict[str, str]) -> None:
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
