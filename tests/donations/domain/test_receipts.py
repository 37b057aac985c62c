"""Receipts: numbered without gaps, fixed by their hash, voided and never changed."""

import hashlib
import unicodedata
from datetime import date
from subprocess import run

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from djmoney.money import Money

from donations.domain.receipts import ReceiptLine, issue_receipt, receipt_pdf, reissue_receipt, void_receipt
from donations.exceptions import (
    AmountError,
    NotSettledError,
    ReceiptDamagedError,
    ReceiptErasedError,
    ReceiptVoidedError,
)
from donations.models import Receipt
from donations.signals import receipt_issued
from tests.factories.donations import PaymentFactory
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


def issue(**changes) -> Receipt:
    payment = PaymentFactory(settled=True, **changes)
    return issue_receipt(payment, lines=[ReceiptLine("كفالة الأيتام", payment.amount)], on=MARCH)


def test_numbers_run_on_within_a_year_and_series_and_begin_anew():
    issue()
    issue()
    payment = PaymentFactory(settled=True)
    issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2027, 1, 1))
    payment = PaymentFactory(settled=True)
    issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=MARCH, series="Z")

    assert sorted(receipt.label for receipt in Receipt.objects.all()) == [
        "R-2026-00001",
        "R-2026-00002",
        "R-2027-00001",
        "Z-2026-00001",
    ]


def test_rolled_back_number_is_given_to_the_next():
    issue()

    def crash() -> None:
        with transaction.atomic():
            issue()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()

    assert issue().number == 2


def test_payment_has_one_valid_receipt_however_often_it_is_asked_for():
    receipt = issue()

    again = issue_receipt(receipt.payment, lines=[ReceiptLine("Gift", receipt.payment.amount)], on=MARCH)

    assert again == receipt
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(
            year=2026,
            number=99,
            payment=receipt.payment,
            language="ar",
            recipient_name="Layla",
            issued_on=MARCH,
            content={},
        )


def test_nothing_is_receipted_before_it_has_come_in():
    with pytest.raises(NotSettledError):
        issue_receipt(PaymentFactory(), lines=[ReceiptLine("Gift", Money(25, "JOD"))], on=MARCH)


@pytest.mark.parametrize(
    "amounts", [[], [Money(24, "JOD")], [Money(25, "JOD"), Money("0.001", "JOD")], [Money(25, "EUR")]]
)
def test_lines_must_add_up_to_the_payment(amounts):
    payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))

    with pytest.raises(AmountError):
        issue_receipt(payment, lines=[ReceiptLine("Gift", amount) for amount in amounts], on=MARCH)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("language", ["ar", "en", "fa"])
def test_pdf_is_kept_as_it_was_first_drawn(language, tmp_path):
    receipt = issue(language=language, payer_name="ليلى حداد")

    first = receipt_pdf(receipt)
    Receipt.objects.filter(pk=receipt.pk).update(content={})

    receipt.refresh_from_db()
    assert receipt_pdf(receipt) == first
    assert receipt.sha256 == hashlib.sha256(first).hexdigest()
    (tmp_path / "receipt.pdf").write_bytes(first)
    text = run(["pdftotext", tmp_path / "receipt.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert receipt.label in text.replace("\u200e", "")
    # Arabic is drawn, and so extracted, in the joined forms of its letters.
    assert "حداد" in unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "خمسة وعشرون دينارًا أردنيًا وخمسمئة فلس"),
        ("en", "twenty-five Jordanian dinars and five hundred fils"),
        ("fa", "بیست و پنج دینار اردن و پانصد فلس"),
    ],
)
def test_receipt_says_its_amount_in_words_of_its_language(language, words):
    assert issue(language=language, amount=Money("25.500", "JOD")).content["in_words"] == words


def test_kept_file_that_was_changed_is_not_handed_out():
    receipt = issue()
    receipt_pdf(receipt)
    receipt.refresh_from_db()
    with receipt.pdf.storage.open(receipt.pdf.name, "wb") as file:
        file.write(b"%PDF-forged")

    with pytest.raises(ReceiptDamagedError):
        receipt_pdf(receipt)


def test_wrong_receipt_is_voided_and_another_takes_its_place():
    old = issue(payer_name="Leila")

    new = reissue_receipt(old, on=date(2026, 3, 5), reason="Name was misspelt", recipient_name="Layla")

    old.refresh_from_db()
    assert (old.recipient_name, old.voided_on, old.void_reason) == ("Leila", date(2026, 3, 5), "Name was misspelt")
    assert (new.number, new.recipient_name, new.replaces, new.content["replaces"]) == (2, "Layla", old, old.label)
    assert new.content["lines"] == old.content["lines"]
    with pytest.raises(ReceiptVoidedError):
        void_receipt(old, on=date(2026, 3, 6), reason="Again")


def test_receipt_is_announced_with_its_paper_ready(django_capture_on_commit_callbacks):
    heard = []

    def listen(receipt, **kwargs):
        heard.append((receipt.label, len(receipt.sha256)))

    receipt_issued.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            issue()
    finally:
        receipt_issued.disconnect(listen)

    assert heard == [("R-2026-00001", 64)]


def test_the_paper_of_an_erased_person_is_gone_and_it_is_said(client):
    receipt = issue_receipt(
        PaymentFactory(settled=True), lines=[ReceiptLine("Gift", Money(25, "JOD"))], on=date(2026, 11, 23)
    )
    receipt_pdf(receipt)
    Receipt.objects.update(pdf="")
    with pytest.raises(ReceiptErasedError):
        receipt_pdf(receipt)
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse("wagtailsnippets_donations_receipt:file", args=[receipt.pk]), follow=True)
    assert "was erased together with the person" in page.text
