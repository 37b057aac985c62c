"""The zakat calculator on the site: explained line by line, kept nowhere, leading to the zakat fund only."""

import re

import pytest
from django.utils import timezone
from djmoney.money import Money

from checkout.models import Basket
from donations.models import FundKind, MetalPrice
from tests.checkout.giving_steps import giver_form
from tests.factories.donations import FundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def prices():
    today = timezone.localdate()
    for metal, price in (("gold", "60"), ("silver", "0.7")):
        MetalPrice.objects.create(metal=metal, price=Money(price, "JOD"), on=today, source="The central bank")


@pytest.fixture
def funds():
    return FundFactory(kind=FundKind.ZAKAT), FundFactory()


def test_what_is_due_is_explained_with_price_day_and_source(client, prices, funds):
    page = client.post("/en/pay/zakat/", {"cash": "١٠٠٠٠", "debts": "1000", "year": "lunar", "held": "on"})
    text = page.content.decode()
    for words in ("JOD&nbsp;225", "Less debts", "85 grams of gold", "The central bank", "?zakat=1&amp;amount=225"):
        assert words.replace("&nbsp;", "\u00a0") in text
    assert page.headers["Cache-Control"].count("no-store") == 1


def test_below_the_nisab_nothing_is_due_and_nothing_is_asked_for(client, prices, funds):
    text = client.post("/en/pay/zakat/", {"cash": "100", "year": "lunar"}).content.decode()
    assert "No zakat is due" in text
    assert "?zakat=1" not in text


def test_without_a_price_of_ours_the_visitor_gives_one(client, funds):
    assert "gold_price" in client.get("/en/pay/zakat/").content.decode()
    text = client.post(
        "/en/pay/zakat/", {"cash": "10000", "gold_price": "50", "silver_price": "0.6", "year": "lunar"}
    ).content.decode()
    assert "?zakat=1&amp;amount=250" in text


def test_an_old_price_says_so(client, funds, prices):
    MetalPrice.objects.update(on=timezone.localdate() - timezone.timedelta(days=31))
    assert "more than a month old" in client.get("/en/pay/zakat/").content.decode()


@pytest.mark.parametrize("typed", ["-5", "much", "1e9", "9" * 19])
def test_what_is_no_number_is_said(client, funds, prices, typed):
    text = client.post("/en/pay/zakat/", {"cash": typed, "year": "lunar"}).content.decode()
    assert "Please write the amount as a number" in text


def test_the_gift_can_go_to_the_zakat_fund_only(client, funds):
    zakat, other = funds
    text = client.get("/en/pay/give/?zakat=1&amount=225").content.decode()
    assert re.findall(r'name="fund" value="(\d+)"', text) == [str(zakat.pk)]
    assert 'value="225"' in text
    form = giver_form(amount="225", fund=other.pk)
    assert "Select a valid choice" in client.post("/en/pay/give/?zakat=1", form).content.decode()
    client.post("/en/pay/give/?zakat=1", {**form, "fund": zakat.pk})
    assert Basket.objects.get().lines.get().fund == zakat
