"""The page behind the code on a receipt."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse
from djmoney.money import Money

from donations.domain.receipt_checks import ReceiptVerdict, check_receipt, initials_of
from donations.domain.receipts import ReceiptLine, issue_receipt, receipt_pdf, reissue_receipt, void_receipt
from donations.models import Receipt
from members.domain.tries import WRONG_CARDS_PER_HOUR
from tests.factories.donations import PaymentFactory

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


@pytest.fixture
def receipt() -> Receipt:
    payment = PaymentFactory(settled=True, language="en", payer_name="Layla Secret", amount=Money("25.500", "JOD"))
    return issue_receipt(payment, lines=[ReceiptLine("A secret purpose", payment.amount)], on=MARCH)


def test_the_code_says_number_day_amount_and_initials(receipt):
    assert check_receipt(receipt.code) == ReceiptVerdict(
        number="R-2026-00001",
        issued_on=MARCH,
        amount=Money("25.500", "JOD"),
        initials="L. S.",
        voided_on=None,
        replaced_by="",
    )


def test_the_page_of_a_valid_receipt_says_nothing_more_of_whose_it_is(client, receipt):
    page = client.get(receipt.content["page"].removeprefix("http://localhost:8000"))

    assert "This receipt is valid" in page.text
    assert "R-2026-00001" in page.text
    assert [
        word for word in ("Layla", "Secret", "secret purpose", receipt.payment.reference) if word in page.text
    ] == []
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_receipt_that_was_replaced_names_the_one_in_its_place(client, receipt):
    new = reissue_receipt(receipt, on=date(2026, 3, 5), reason="Name was misspelt")

    old_page = client.get(reverse("receipts:verify", args=[receipt.code]))

    assert f"In its place there is {new.label}" in " ".join(old_page.text.split())
    assert check_receipt(new.code).is_valid


def test_a_voided_receipt_is_not_valid(client, receipt):
    void_receipt(receipt, on=date(2026, 3, 5), reason="Wrong")

    page = client.get(reverse("receipts:verify", args=[receipt.code]))

    assert "This receipt is not valid" in page.text
    assert "This receipt is valid" not in page.text


def test_numbers_lead_nowhere_and_guessing_is_stopped(client, receipt):
    cache.clear()
    for guess in [receipt.label, str(receipt.pk), *(f"guess{n}" for n in range(WRONG_CARDS_PER_HOUR - 2))]:
        assert client.get(reverse("receipts:verify", args=[guess])).status_code == 404

    assert client.get(reverse("receipts:verify", args=[receipt.code])).status_code == 429
    cache.clear()


def test_every_receipt_has_a_code_of_its_own(receipt):
    new = reissue_receipt(receipt, on=MARCH, reason="Again")

    assert len({receipt.code, new.code}) == 2
    assert len(receipt.code) == 22


@pytest.mark.parametrize(
    ("name", "initials"), [("ليلى حداد", "ل. ح."), ("Layla", "L."), ("", ""), ("Noor Relief Fund", "N. R. F.")]
)
def test_of_a_name_only_the_initials_are_told(name, initials):
    assert initials_of(name) == initials


@pytest.mark.parametrize("language", ["ar", "en", "fa"])
def test_the_paper_links_to_the_page_in_its_own_language(language):
    payment = PaymentFactory(settled=True, language=language)
    receipt = issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=MARCH)

    assert receipt.content["page"].endswith(f"/{language}/receipt/{receipt.code}/")
    assert receipt.content["page"].encode() in receipt_pdf(receipt)
