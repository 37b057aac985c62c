"""The invoice of an awaited transfer: a letter of one page that says where to, how much, and with which reference."""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from djmoney.money import Money
from reportlab.lib.units import mm

from donations.documents.letter import footer, letterhead
from members.bank import grouped
from members.money import format_money
from members.pdf import Document
from members.pdf.document import MUTED

QR_SIDE = 34 * mm


@dataclass(frozen=True)
class Account:
    """Where the money is to go."""

    holder: str
    bank: str
    number: str
    code: str

    def rows(self) -> list[tuple[str, str]]:
        """What stands on a transfer form, line by line."""
        rows = [
            (_("Account holder"), self.holder),
            (_("Bank"), self.bank),
            (_("IBAN or account number"), f"\u200e{grouped(self.number)}"),
            (_("BIC"), self.code),
        ]
        return [(label, value) for label, value in rows if value.strip("\u200e")]


@dataclass(frozen=True)
class Invoice:
    """What an invoice says. `lines` are what is to be paid for, each with its amount."""

    nonprofit: dict[str, str]
    recipient: str
    attention: str
    issued_on: date
    lines: list[tuple[str, Money]]
    total: Money
    left: Money
    reference: str
    account: Account
    qr_text: str


def draw_invoice(invoice: Invoice, *, language: str) -> bytes:
    """Return the PDF of `invoice` in `language`."""
    with translation.override(language):
        page = Document(language=language, title=_("Invoice %(number)s") % {"number": invoice.reference})
        letterhead(page, invoice.nonprofit)
        page.space(14)
        page.line(_("Invoice"), size=26, bold=True)
        page.space(8)
        facts = [(_("Date"), date_format(invoice.issued_on, "j F Y")), (_("Issued to"), invoice.recipient)]
        page.facts([*facts, (_("For the attention of"), invoice.attention)] if invoice.attention else facts)
        _what_for(page, invoice)
        _how_to_pay(page, invoice)
        footer(page, invoice.nonprofit)
        return page.save()


def _what_for(page: Document, invoice: Invoice) -> None:
    page.space(18)
    page.rule()
    rows = [(text, format_money(amount)) for text, amount in invoice.lines]
    page.amounts(rows, total=(_("Total"), format_money(invoice.total)))
    if invoice.left != invoice.total:
        page.space(6)
        page.facts([(_("Still to pay"), format_money(invoice.left))])


def _how_to_pay(page: Document, invoice: Invoice) -> None:
    page.space(22)
    page.line(_("Please transfer"), size=13, bold=True)
    page.space(8)
    page.facts(
        [
            (_("Amount"), format_money(invoice.left)),
            *invoice.account.rows(),
            (_("Reference"), f"\u200e{grouped(invoice.reference)}"),
        ]
    )
    page.space(6)
    page.paragraph(
        _("Please give exactly this reference: by it we find your payment. A receipt follows."), size=10, color=MUTED
    )
    page.new_page_unless(QR_SIDE + 60)
    page.space(12)
    page.y -= QR_SIDE
    page.qr(invoice.qr_text, inset=page.margin, y=page.y, side=QR_SIDE, at_end=False)
    page.space(14)
    page.line(_("Scan it with the app of your bank."), size=10, color=MUTED)
