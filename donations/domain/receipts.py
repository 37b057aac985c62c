"""Receipts: numbered without gaps, printed once, never changed.

What a receipt says is copied into it when it is issued; its PDF is drawn from that copy after the transaction, so that
neither a later change of names nor a crash between number and paper can make it say something else.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from djmoney.money import Money

from donations.documents.receipt import draw_receipt
from donations.exceptions import (
    AmountError,
    NotSettledError,
    ReceiptDamagedError,
    ReceiptErasedError,
    ReceiptVoidedError,
)
from donations.models import Payment, Receipt
from donations.payments.registry import gateway_label
from donations.signals import receipt_issued
from members.amount_words import amount_in_words
from members.domain.counters import take_next
from members.models import NonprofitProfile

DEFAULT_SERIES = "R"


@dataclass(frozen=True)
class ReceiptLine:
    """What was paid for, in the receipt's language, and how much of the payment went to it."""

    text: str
    amount: Money


@transaction.atomic
def issue_receipt(
    payment: Payment,
    *,
    lines: list[ReceiptLine],
    on: date,
    language: str = "",
    series: str = DEFAULT_SERIES,
) -> Receipt:
    """Give `payment` the next number of `series` in the year of `on`, and return its receipt.

    A payment has one valid receipt: asked again, the same one is returned. The language is the payment's unless
    `language` says another. Raises NotSettledError, and AmountError unless `lines` add up to the payment.
    """
    # Issuing for one payment takes turns, so that a second click meets the first one's receipt.
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if not payment.is_settled:
        raise NotSettledError
    if existing := payment.receipts.valid().first():
        return existing
    currency = str(payment.amount.currency)
    if any(str(line.amount.currency) != currency for line in lines):
        raise AmountError
    if sum((line.amount for line in lines), Money(0, currency)) != payment.amount:
        raise AmountError
    return _issue(payment, lines, on=on, language=language or payment.language, series=series)


def void_receipt(receipt: Receipt, *, on: date, reason: str) -> Receipt:
    """Declare `receipt` void from the day `on`, and return it. Its number stays taken. Raises ReceiptVoidedError."""
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if not receipt.is_valid:
            raise ReceiptVoidedError
        receipt.voided_on, receipt.void_reason = on, reason[:250]
        receipt.save(update_fields=["voided_on", "void_reason"])
    return receipt


@transaction.atomic
def reissue_receipt(
    receipt: Receipt,
    *,
    on: date,
    reason: str,
    language: str = "",
    recipient_name: str = "",
    given_back: Money | None = None,
) -> Receipt:
    """Void `receipt` and return a new one in its place, with a number of its own, that names the old one.

    The new one takes off what was `given_back`, by default as much as the old one did.
    Raises ReceiptVoidedError when it was void before.
    """
    # In the same order as `issue_receipt`, so that the two never wait for each other.
    payment = Payment.objects.select_for_update().get(pk=receipt.payment_id)
    old = void_receipt(receipt, on=on, reason=reason)
    if given_back is None:
        given_back = Money(old.content.get("given_back", 0), old.content["currency"])
    return _issue_after(payment, old, on=on, given_back=given_back, language=language, recipient_name=recipient_name)


@transaction.atomic
def reissue_after_void(receipt: Receipt, *, on: date, given_back: Money) -> Receipt:
    """Return a new receipt in place of one that was voided and not replaced, since money of it is ours again.

    Raises ReceiptVoidedError when it is valid, or another took its place already.
    """
    payment = Payment.objects.select_for_update().get(pk=receipt.payment_id)
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if receipt.is_valid or Receipt.objects.filter(replaces=receipt).exists():
        raise ReceiptVoidedError
    return _issue_after(payment, receipt, on=on, given_back=given_back)


def _issue_after(
    payment: Payment, old: Receipt, *, on: date, given_back: Money, language: str = "", recipient_name: str = ""
) -> Receipt:
    currency = old.content["currency"]
    return _issue(
        payment,
        [ReceiptLine(line["text"], Money(line["amount"], currency)) for line in old.content["lines"]],
        on=on,
        language=language or old.language,
        series=old.series,
        recipient_name=recipient_name or old.recipient_name,
        replaces=old,
        given_back=given_back,
    )


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the PDF of `receipt`: drawn once, kept, and from then on exactly those bytes.

    Raises ReceiptDamagedError when the kept file is not what was kept, and ReceiptErasedError when it went with the
    person to whom it was issued.
    """
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if not receipt.sha256:
            pdf = draw_receipt(receipt.content, language=receipt.language)
            receipt.sha256 = hashlib.sha256(pdf).hexdigest()
            receipt.pdf.save(f"{receipt.label}.pdf", ContentFile(pdf), save=False)
            receipt.save(update_fields=["pdf", "sha256"])
            return pdf
    if not receipt.pdf:
        raise ReceiptErasedError
    with receipt.pdf.open("rb") as file:
        pdf = file.read()
    if hashlib.sha256(pdf).hexdigest() != receipt.sha256:
        raise ReceiptDamagedError
    return pdf


def _issue(
    payment: Payment,
    lines: list[ReceiptLine],
    *,
    on: date,
    language: str,
    series: str,
    recipient_name: str = "",
    replaces: Receipt | None = None,
    given_back: Money | None = None,
) -> Receipt:
    """Number and write a receipt. The counter's row is held until commit: a rollback gives the number back."""
    receipt = Receipt(
        series=series,
        year=on.year,
        number=take_next(f"receipt-{series}-{on.year}"),
        payment=payment,
        language=language,
        recipient_name=recipient_name or payment.payer_name,
        issued_on=on,
        replaces=replaces,
    )
    receipt.content = _content(receipt, lines, given_back or Money(0, payment.amount.currency))
    receipt.save()
    transaction.on_commit(lambda: _print_and_tell(receipt))
    return receipt


def _print_and_tell(receipt: Receipt) -> None:
    receipt_pdf(receipt)
    receipt.refresh_from_db()
    receipt_issued.send_robust(Receipt, receipt=receipt)


def about_nonprofit(profile: NonprofitProfile) -> dict[str, str]:
    """Return what our papers say about the nonprofit, in the active language."""
    return {
        "name": str(profile.name),
        "legal_name": str(profile.legal_name),
        "registration_number": profile.registration_number,
        "tax_number": profile.tax_number,
        "postal_address": str(profile.postal_address),
        "email": profile.email,
        "phone": profile.phone,
        "signatory": str(profile.receipt_signatory),
    }


def _content(receipt: Receipt, lines: list[ReceiptLine], given_back: Money) -> dict[str, Any]:
    """All that the paper says, as plain values in its language."""
    payment, language = receipt.payment, receipt.language
    left = payment.amount - given_back
    profile = NonprofitProfile.objects.order_by("-site__is_default_site").first() or NonprofitProfile()
    with translation.override(language):
        return {
            "nonprofit": about_nonprofit(profile),
            "number": receipt.label,
            "replaces": receipt.replaces.label if receipt.replaces else "",
            "issued_on": receipt.issued_on.isoformat(),
            "paid_on": timezone.localdate(payment.settled_at).isoformat(),
            "recipient": receipt.recipient_name,
            "lines": [{"text": line.text, "amount": str(line.amount.amount)} for line in lines],
            "given_back": str(given_back.amount),
            "total": str(left.amount),
            "in_words": amount_in_words(left, language),
            "currency": str(payment.amount.currency),
            "page": urljoin(settings.BASE_URL, reverse("receipts:verify", args=[receipt.code])),
            "way": gateway_label(payment.gateway),
            "reference": payment.reference,
        }
