"""The receipt on paper: a letter of one page in the donor's language."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from djmoney.money import Money
from reportlab.lib.units import mm

from donations.documents.letter import footer, letterhead
from members.money import format_money
from members.pdf import Document
from members.pdf.document import HAIRLINE, MUTED

QR_SIDE = 26 * mm


def draw_receipt(content: dict[str, Any], *, language: str) -> bytes:
    """Return the PDF of a receipt that says `content` (see `Receipt.content`), in `language`."""
    with translation.override(language):
        page = Document(language=language, title=_("Receipt %(number)s") % {"number": content["number"]})
        letterhead(page, content["nonprofit"])
        _heading(page, content)
        _thanks(page, content)
        _what_for(page, content)
        page.new_page_unless(140)
        page.space(86)
        _code(page, content)
        _signature(page, content["nonprofit"])
        footer(page, content["nonprofit"])
        return page.save()


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")


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
    if Decimal(content.get("given_back", 0)):
        rows.append((_("Given back since"), written(f"-{content['given_back']}")))
    page.rule()
    page.amounts(rows, total=(_("Total"), written(content["total"])))
    page.space(18)
    if in_words := content.get("in_words"):
        page.facts([(_("Amount in words"), in_words)])
    page.facts(
        [
            (_("Paid on"), _day(content["paid_on"])),
            (_("Way of payment"), content["way"]),
            (_("Payment reference"), content["reference"]),
        ]
    )


def _code(page: Document, content: dict[str, Any]) -> None:
    """The page on the site that says whether this is true, beside the signature."""
    if address := content.get("page"):
        page.qr(address, inset=page.margin, y=page.y - 15, side=QR_SIDE, at_end=False)
        page.text_at(_("Scan it to check this receipt."), inset=page.margin, y=page.y - 29, size=9, color=MUTED)


def _signature(page: Document, nonprofit: dict[str, str]) -> None:
    """A line to sign on, at the end side as letters have it."""
    canvas, length = page.canvas, 62 * mm
    left = page.margin if page.rtl else page.width - page.margin - length
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.8)
    canvas.line(left, page.y, left + length, page.y)
    page.text_at(nonprofit["signatory"] or _("Signature"), inset=page.margin, y=page.y - 15, size=10, at_end=True)
    page.space(15)
