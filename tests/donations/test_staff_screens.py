"""The staff's lists and actions: who may, how many queries, and what a bad form keeps."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from djmoney.money import Money

from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.models import Gift, Payment, PaymentStatus, Receipt, RecurringStatus, Refund, ReviewReason
from tests.factories.donations import (
    AppealFactory,
    FundFactory,
    GiftFactory,
    PaymentFactory,
    ReceiptFactory,
    RecurringGiftFactory,
)
from tests.factories.members import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 25
LISTS = {
    "gift": GiftFactory,
    "payment": lambda: PaymentFactory(settled=True, payer=ContactFactory(), review=ReviewReason.PAID_TWICE),
    "recurringgift": RecurringGiftFactory,
    "receipt": ReceiptFactory,
    "appeal": AppealFactory,
    "fund": FundFactory,
}


def address(model: str, page: str, *arguments) -> str:
    return reverse(f"wagtailsnippets_donations_{model}:{page}", args=arguments)


def staff(*permissions: str):
    user = UserFactory()
    names = ["access_admin", *permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def admin_client(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.mark.parametrize("model", LISTS)
def test_list_asks_no_more_for_three_rows_than_for_one(admin_client, model):
    make = LISTS[model]
    make()
    url = address(model, "list")
    admin_client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        assert admin_client.get(url).status_code == 200
    make()
    make()
    with CaptureQueriesContext(connection) as for_three:
        assert admin_client.get(url).status_code == 200

    assert len(for_three) <= len(for_one) <= MOST_QUERIES


@pytest.mark.parametrize("model", ["gift", "payment", "recurringgift", "receipt"])
def test_list_exports_as_csv_and_each_row_has_a_page(admin_client, model):
    row = LISTS[model]()

    exported = admin_client.get(address(model, "list"), {"export": "csv"})
    shown = admin_client.get(address(model, "inspect", row.pk))

    assert b"".join(exported.streaming_content).count(b"\r\n") == 2
    assert shown.status_code == 200


@pytest.mark.parametrize("model", ["gift", "payment", "recurringgift", "receipt"])
@pytest.mark.parametrize("part", ["add", "edit", "delete"])
def test_what_the_books_say_is_edited_by_nobody(admin_client, model, part):
    row = LISTS[model]()

    response = admin_client.post(address(model, part, *([] if part == "add" else [row.pk])))

    assert response.status_code != 200
    assert type(row).objects.filter(pk=row.pk).exists()


ACTIONS = {
    "record": ("payment", "record_offline_payment"),
    "refund": ("payment", "refund_payment"),
    "reviewed": ("payment", "refund_payment"),
    "reissue": ("receipt", "void_receipt"),
    "stop": ("recurringgift", "stop_recurringgift"),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_action_needs_its_own_permission(client, action):
    model, codename = ACTIONS[action]
    row = LISTS[model]()
    url = address(model, action, *([] if action == "record" else [row.pk]))

    client.force_login(staff(f"view_{model}"))
    refused = client.get(url)
    client.force_login(staff(f"view_{model}", codename))
    allowed = client.get(url)

    assert (refused.status_code in {302, 403}, allowed.status_code) == (True, 200)


def offline_gift(**changes) -> dict:
    facts = {
        "donor": changes.pop("donor", None) or ContactFactory().pk,
        "fund": changes.pop("fund", None) or FundFactory().pk,
        "gateway": "transfer",
        "amount": "40",
        "received_on": "2026-03-01",
        "bank_reference": "Statement 7, line 3",
    }
    return facts | changes


@pytest.fixture
def on_2_march():
    with time_machine.travel("2026-03-02T10:00:00+02:00", tick=False):
        yield


class TestOfflineGift:
    def test_transfer_becomes_payment_gift_and_receipt(self, admin_client, on_2_march):
        donor, fund = ContactFactory(), FundFactory()

        response = admin_client.post(address("payment", "record"), offline_gift(donor=donor.pk, fund=fund.pk))

        assert response.status_code == 302
        gift, payment, receipt = Gift.objects.get(), Payment.objects.get(), Receipt.objects.get()
        assert (payment.status, payment.amount, payment.gateway) == (
            PaymentStatus.SETTLED,
            Money(40, "JOD"),
            "transfer",
        )
        assert (gift.donor, gift.payment, gift.received_on) == (donor, payment, date(2026, 3, 1))
        assert [(part.fund, part.amount) for part in gift.allocations.all()] == [(fund, Money(40, "JOD"))]
        assert (receipt.payment, receipt.issued_on, receipt.label) == (payment, date(2026, 3, 2), "R-2026-00001")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount": ""}, "amount"),
            ({"amount": "0"}, "amount"),
            ({"amount": "-5"}, "amount"),
            ({"amount": "999999999999999"}, "amount"),
            ({"amount": "5.0001"}, "amount"),
            ({"amount": "five"}, "amount"),
            ({"gateway": "stripe"}, "gateway"),
            ({"fund": 999999}, "fund"),
            ({"donor": 999999}, "donor"),
            ({"received_on": "2027-01-01"}, "received_on"),
            ({"received_on": "1026-01-01"}, "received_on"),
            ({"received_on": "31 February"}, "received_on"),
            ({"bank_reference": "x" * 10_000}, "bank_reference"),
        ],
    )
    def test_bad_entry_gets_a_sentence_and_writes_nothing(self, admin_client, on_2_march, changes, field):
        response = admin_client.post(address("payment", "record"), offline_gift(**changes))

        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        assert not Payment.objects.exists()
        assert 'value="2026-03-01"' in response.content.decode() or field == "received_on"

    def test_same_bank_reference_is_entered_once(self, admin_client, on_2_march):
        entry = offline_gift()
        admin_client.post(address("payment", "record"), entry)

        again = admin_client.post(address("payment", "record"), entry)

        assert again.context["form"].non_field_errors() == ["A payment with this reference has been entered already."]
        assert (Payment.objects.count(), Gift.objects.count(), Receipt.objects.count()) == (1, 1, 1)


class TestRefund:
    def test_part_is_given_back_after_a_page_that_says_so(self, admin_client):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))
        url = address("payment", "refund", payment.pk)
        assert "25" in admin_client.get(url).content.decode()

        admin_client.post(url, {"amount": "5", "reason": "Given twice"})

        assert Refund.objects.get().amount == Money(5, "JOD")

    @pytest.mark.parametrize("amount", ["0", "-1", "25.001", "1e3", "0.0001", "", "٢٦"])
    def test_bad_amount_is_refused(self, admin_client, amount):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))

        response = admin_client.post(address("payment", "refund", payment.pk), {"amount": amount, "reason": "Why"})

        assert list(response.context["form"].errors) == ["amount"]
        assert not Refund.objects.exists()


def test_receipt_is_reissued_in_another_language(admin_client):
    payment = PaymentFactory(settled=True, payer_name="Leila")
    receipt = issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2026, 3, 1))

    admin_client.post(
        address("receipt", "reissue", receipt.pk),
        {"recipient_name": "Layla \u202eHaddad", "language": "en", "reason": "Name was misspelt"},
    )

    receipt.refresh_from_db()
    new = Receipt.objects.get(replaces=receipt)
    assert (receipt.is_valid, receipt.void_reason) == (False, "Name was misspelt")
    assert (new.recipient_name, new.language, new.is_valid) == ("Layla Haddad", "en", True)


def test_receipt_file_is_for_those_who_may_see_receipts(client):
    receipt = ReceiptFactory()
    url = address("receipt", "file", receipt.pk)

    client.force_login(staff("view_payment"))

    assert client.get(url).status_code in {302, 403}


def test_staff_stop_a_recurring_gift(admin_client):
    gift = RecurringGiftFactory()

    admin_client.post(address("recurringgift", "stop", gift.pk), {"reason": "Asked on the telephone"})

    gift.refresh_from_db()
    assert (gift.status, gift.stop_reason) == (RecurringStatus.STOPPED, "Asked on the telephone")


def test_payment_that_was_looked_at_leaves_the_list_of_doubts(admin_client):
    payment = PaymentFactory(settled=True, review=ReviewReason.PAID_TWICE)

    admin_client.post(address("payment", "reviewed", payment.pk), {"reason": "Refunded at the bank"})

    payment.refresh_from_db()
    assert payment.review == ""
