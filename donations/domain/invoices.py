"""What somebody needs who pays by bank transfer: account, reference, a code to scan, and a paper with all of it."""

from datetime import date

from django.utils import translation
from djmoney.money import Money

from donations.documents.invoice import Account, Invoice, draw_invoice
from donations.domain.receipts import about_nonprofit
from donations.domain.transfers import left_to_come, transfer_reference
from donations.models import Payment
from members.bank import is_iban
from members.domain.seats import billing_contact_of
from members.models import ContactKind, NonprofitProfile

EPC_CURRENCY = "EUR"


def account_of(profile: NonprofitProfile) -> Account:
    """Return the account that `profile` names, held by the nonprofit itself unless it says otherwise."""
    holder = profile.bank_account_holder or str(profile.legal_name) or str(profile.name)
    return Account(holder, profile.bank_name, profile.bank_account, profile.bank_code)


def transfer_qr(payment: Payment, account: Account) -> str:
    """Return what a bank's app reads: in euros to an IBAN the credit transfer of EPC069-12, else the same facts as text."""
    left, reference = left_to_come(payment), transfer_reference(payment)
    if str(left.currency) == EPC_CURRENCY and is_iban(account.number):
        amount = f"{EPC_CURRENCY}{left.amount:.2f}"
        lines = ["BCD", "002", "1", "SCT", account.code, account.holder[:70], account.number, amount, "", reference]
    else:
        lines = [account.holder, account.number, account.code, f"{left.amount:f} {left.currency}", reference]
        lines = [line for line in lines if line]
    return "\n".join(lines)


def invoice_pdf(
    payment: Payment, *, lines: list[tuple[str, Money]], profile: NonprofitProfile, language: str, on: date
) -> bytes:
    """Return the invoice of an awaited transfer; `lines` are pairs of what is paid for and how much."""
    with translation.override(language):
        account = account_of(profile)
        invoice = Invoice(
            nonprofit=about_nonprofit(profile),
            recipient=payment.payer_name,
            attention=attention_of(payment, on=on),
            issued_on=on,
            lines=lines,
            total=payment.amount,
            left=left_to_come(payment),
            reference=transfer_reference(payment),
            account=account,
            qr_text=transfer_qr(payment, account),
        )
    return draw_invoice(invoice, language=language)


def attention_of(payment: Payment, *, on: date) -> str:
    """Return who looks after money at the household or organisation that is to pay; empty for a person."""
    payer = payment.payer
    if payer is None or payer.kind == ContactKind.INDIVIDUAL or payment.payer_name != payer.name:
        return ""
    person = billing_contact_of(payer, on=on)
    return "" if person == payer else person.name
