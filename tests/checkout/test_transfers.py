"""Dues paid by bank transfer: nothing is granted before the money is there, and nothing is lost of it."""

import uuid
from datetime import date

import pytest
import time_machine
from django.test import TestCase
from django.urls import reverse
from djmoney.money import Money
from wagtail.models import Site

from checkout.models import Basket
from donations.domain.transfers import record_transfer, transfer_reference
from donations.models import Payment, PaymentStatus
from members.domain.credit import credit_of
from members.models import Membership, NonprofitProfile, Term
from outreach.domain.attachments import attachment
from outreach.models import Delivery
from tests.factories.donations import FundFactory
from tests.factories.members import TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


@pytest.fixture(autouse=True)
def account(settings):
    settings.PAYMENT_GATEWAYS = ["sandbox", "transfer"]
    NonprofitProfile.objects.create(
        site=Site.objects.get(), bank_account="JO94CBJO0010000000000131000302", bank_name="Bank"
    )
    with time_machine.travel(TODAY):
        yield


def jod(amount):
    return Money(amount, "JOD")


def form(**changes):
    person = {"given_name": "Layla", "family_name": "Haddad", "email": "layla@people.example", "phone": "0790000000"}
    return {**person, "gateway": "transfer", "form_key": str(uuid.uuid4()), **changes}


@pytest.fixture
def basket(client):
    TierFactory(slug="member", price=jod(30))
    sent = client.post("/en/pay/join/member/", form())
    assert sent["Location"] == f"http://testserver/en/pay/{Basket.objects.get().pk}/"
    return Basket.objects.get()


def payment_of(basket):
    return Payment.objects.get(attempt__basket=basket)


def receive(basket, amount):
    with TestCase.captureOnCommitCallbacks(execute=True):
        record_transfer(payment_of(basket), amount=amount, received_on=TODAY, entered_by=None)


def page(client, basket):
    return client.get(f"/en/pay/{basket.pk}/").text.replace("\xa0", " ")


def test_the_page_says_where_to_how_much_and_with_which_reference(client, basket):
    shown = page(client, basket)
    reference = transfer_reference(payment_of(basket))
    groups = " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
    assert all(words in shown for words in ("JOD 30", "JO94 CBJO 0010", groups))
    assert not Term.objects.exists()


def test_the_invoice_comes_by_e_mail_and_from_the_page(client, basket):
    delivery = Delivery.objects.get()
    payment = payment_of(basket)
    assert (delivery.template, delivery.attachments) == ("transfer-awaited", [["invoice", payment.pk]])
    sent = attachment("invoice", payment.pk, language="en", profile=NonprofitProfile.objects.get())
    assert (sent.name, sent.content[:5]) == (f"invoice-{payment.reference}.pdf", b"%PDF-")
    reply = client.get(f"/en/pay/{basket.pk}/invoice.pdf")
    assert (reply.status_code, reply["Content-Type"], reply.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(f"/en/pay/{basket.pk}/transfer.svg")["Content-Type"] == "image/svg+xml"


def test_a_second_click_asks_for_the_money_once(client, basket):
    client.post(f"/en/pay/{basket.pk}/go/")
    assert (Payment.objects.count(), Delivery.objects.count()) == (1, 1)


def test_the_money_makes_a_member(client, basket):
    receive(basket, jod(30))
    assert (Term.objects.get().fee, Basket.objects.get().fulfilled_at is None) == (jod(30), False)
    assert list(Delivery.objects.order_by("pk").values_list("template", flat=True)) == ["transfer-awaited", "welcome"]


def test_a_part_makes_none_and_the_page_says_what_is_missing(client, basket):
    receive(basket, jod(12))
    assert not Term.objects.exists()
    assert "JOD 12 have arrived, JOD 18 are still to come" in page(client, basket)
    receive(basket, jod(18))
    assert Term.objects.count() == 1


def test_what_is_too_much_is_the_members_credit(basket):
    receive(basket, jod(35))
    assert credit_of(Membership.objects.get()) == [jod(5)]


def test_once_it_is_paid_there_is_no_invoice_any_more(client, basket):
    receive(basket, jod(30))
    for file in ("invoice.pdf", "transfer.svg"):
        assert client.get(f"/en/pay/{basket.pk}/{file}").status_code == 404


def test_a_monthly_gift_is_no_transfer(client):
    fund = FundFactory()
    given = form(amount="10", fund=str(fund.pk), interval="month", language="en")
    assert "cannot be paid this way" in client.post("/en/pay/give/", given).text
    assert not Payment.objects.exists()
    client.post("/en/pay/give/", {**given, "interval": ""})
    assert Payment.objects.get().status == PaymentStatus.OPEN


def test_staff_enter_what_the_statement_says(client, basket):
    client.force_login(UserFactory(is_superuser=True))
    payment = payment_of(basket)
    found = client.get(
        reverse("wagtailsnippets_donations_payment:list"), {"q": transfer_reference(payment).lower()}
    ).text
    address = reverse("wagtailsnippets_donations_payment:transfer", args=[payment.pk])
    assert address in found
    assert "JOD 30" in client.get(address).text.replace("\xa0", " ")
    sent = {"amount": "12", "received_on": "2026-07-02", "bank_reference": "line 1"}
    client.post(address, sent)
    again = client.post(address, sent).text
    assert "entered" in again
    row = payment.transfers.get()
    assert (row.amount, row.entered_by.is_superuser, payment.status) == (jod(12), True, PaymentStatus.OPEN)
