"""Dues and a gift in one basket: one payment, one receipt, and each stands for itself."""

import uuid

import pytest
from djmoney.money import Money

from checkout.models import Basket
from donations.models import Gift, Payment, Receipt
from members.models import Term
from tests.factories.donations import FundFactory
from tests.factories.members import TierFactory

pytestmark = pytest.mark.django_db


def form_of(**changes) -> dict:
    form = {
        "given_name": "Layla",
        "family_name": "Haddad",
        "email": "layla@people.example",
        "phone": "+962790000000",
        "gateway": "sandbox",
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}


def join(client, tier, form) -> Basket:
    client.post(f"/en/pay/join/{tier.slug}/", form)
    client.post(f"/en/pay/join/{tier.slug}/", form)
    return Basket.objects.get(form_key=form["form_key"])


def test_both_are_paid_at_once_and_receipted_line_by_line(client):
    tier, fund = TierFactory(), FundFactory()
    basket = join(client, tier, form_of(gift_amount="7.5", gift_fund=fund.pk))
    client.post(f"/en/pay/{basket.pk}/go/")
    payment = Payment.objects.get()
    client.post(f"/en/sandbox/{payment.reference}/", {"answer": "succeed"})

    gift, term = Gift.objects.get(), Term.objects.get()
    assert payment.amount == tier.price + Money("7.5", "JOD")
    assert (gift.amount, gift.donor, gift.allocations.get().fund) == (
        Money("7.5", "JOD"),
        term.membership.contact,
        fund,
    )
    assert term.fee == tier.price
    assert [line["amount"] for line in Receipt.objects.get().content["lines"]] == [
        "25.000",
        "7.500",
    ]


def test_the_sum_is_shown_before_anything_is_paid(client):
    tier, fund = TierFactory(), FundFactory()
    form = form_of(gift_amount="7.5", gift_fund=fund.pk)
    page = client.post(f"/en/pay/join/{tier.slug}/", form, follow=True).content.decode()
    assert "7.5" in page
    assert not Payment.objects.exists()


def test_without_an_amount_there_is_no_gift(client):
    tier, fund = TierFactory(), FundFactory()
    basket = join(client, tier, form_of(gift_amount="", gift_fund=fund.pk))
    assert basket.total == tier.price
    assert not hasattr(basket, "wish")


def test_what_is_begun_to_be_paid_grows_no_more(client):
    tier, fund = TierFactory(), FundFactory()
    form = form_of()
    join(client, tier, form)
    basket = join(client, tier, {**form, "gift_amount": "99", "gift_fund": fund.pk})
    assert basket.total == tier.price


def test_nobody_is_asked_where_no_fund_takes_gifts(client):
    tier = TierFactory()
    assert "gift_amount" not in client.get(f"/en/pay/join/{tier.slug}/").content.decode()
