"""Zakat on wealth, against examples reckoned by hand and rules that hold for all."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from donations.domain.zakat import LUNAR_RATE, Prices, Wealth, is_fresh, latest_price, reckon
from donations.models import Metal, MetalPrice

# In Jordan's dinars of three decimals.
PRICES = Prices(gold=Money(60, "JOD"), silver=Money("0.7", "JOD"))
AMOUNTS = st.decimals(0, 1_000_000, places=3)


def jod(amount) -> Money:
    return Money(Decimal(str(amount)), "JOD")


@pytest.mark.parametrize(
    ("wealth", "by", "solar", "net", "zakat"),
    [
        pytest.param(Wealth(cash=Decimal(10_000)), Metal.GOLD, False, 10_000, 250, id="cash alone"),
        pytest.param(Wealth(cash=Decimal(10_000)), Metal.GOLD, True, 10_000, "257.7", id="by the solar year"),
        pytest.param(Wealth(cash=Decimal(5_099)), Metal.GOLD, False, 5_099, 0, id="just below 85 grams of gold"),
        pytest.param(Wealth(cash=Decimal(5_100)), Metal.GOLD, False, 5_100, "127.5", id="the nisab itself"),
        pytest.param(Wealth(cash=Decimal("416.5")), Metal.SILVER, False, "416.5", "10.413", id="595 grams of silver"),
        pytest.param(
            Wealth(gold_grams={24: Decimal(50), 21: Decimal(80)}), Metal.GOLD, False, 7_200, 180, id="only the pure part"
        ),
        pytest.param(
            Wealth(cash=Decimal(8_000), owed_to_me=Decimal(1_000), debts=Decimal(3_000)),
            Metal.GOLD, False, 6_000, 150, id="debts off, claims on",
        ),
        pytest.param(Wealth(cash=Decimal(100), debts=Decimal(500)), Metal.SILVER, False, 0, 0, id="more debts than wealth"),
    ],
)  # fmt: skip
def test_it_is_as_reckoned_by_hand(wealth, by, solar, net, zakat):
    result = reckon(wealth, PRICES, nisab_by=by, by_solar_year=solar)
    assert (result.net, result.zakat) == (jod(net), jod(zakat))


@st.composite
def wealths(draw) -> Wealth:
    return Wealth(
        cash=draw(AMOUNTS),
        gold_grams={karat: draw(st.decimals(0, 5000, places=2)) for karat in (24, 22, 21, 18)},
        silver_grams=draw(st.decimals(0, 5000, places=2)),
        trade=draw(AMOUNTS),
        owed_to_me=draw(AMOUNTS),
        other=draw(AMOUNTS),
        debts=draw(AMOUNTS),
    )


@given(wealth=wealths(), by=st.sampled_from(Metal))
def test_it_is_a_fortieth_from_the_nisab_on_and_nothing_below(wealth, by):
    result = reckon(wealth, PRICES, nisab_by=by)
    assert result.net >= jod(0)
    if result.is_due:
        assert abs(result.zakat.amount - result.net.amount * LUNAR_RATE) <= Decimal("0.0005")
    else:
        assert result.zakat == jod(0)


@given(wealth=wealths(), more=AMOUNTS)
def test_who_has_more_never_owes_less_and_who_owes_more_never_gives_more(wealth, more):
    def zakat(**changes) -> Money:
        return reckon(Wealth(**{**vars(wealth), **changes}), PRICES, nisab_by=Metal.GOLD).zakat

    assert zakat(cash=wealth.cash + more) >= zakat() >= zakat(debts=wealth.debts + more)


@pytest.mark.django_db
def test_the_newest_price_up_to_the_day_counts_in_its_own_currency():
    for on, price, currency in (("2026-01-01", 50, "JOD"), ("2026-03-01", 60, "JOD"), ("2026-02-01", 99, "EUR")):
        MetalPrice.objects.create(metal="gold", price=Money(price, currency), on=on, source="A bank")

    def found(day):
        price = latest_price(Metal.GOLD, currency="JOD", on=day)
        return price and (price.price.amount, is_fresh(price, on=day))

    assert [found(date(2026, month, 15)) for month in (2, 3, 6)] == [(50, False), (60, True), (60, False)]
    assert found(date(2025, 1, 1)) is None
