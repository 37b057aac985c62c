"""Zakat on wealth: what counts, from how much on it is due, and how much that is.

Sources: AAOIFI Shari'ah Standard No. 35 (Zakah). The nisab is 20 dinars of gold or 200 dirhams of silver, which are about
85 g and 595 g. The rate is a fortieth of the wealth held for a lunar year; who reckons by the solar year, which is longer by
11 days, gives 2.577 per cent (the standard's footnote on solar years). Gold is weighed by its pure part: karat / 24.
Debts that are due now are taken off, money that others owe and will pay is added.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from djmoney.money import Money

from donations.models import Metal, MetalPrice
from members.money import quantize

NISAB_GRAMS = {Metal.GOLD: Decimal(85), Metal.SILVER: Decimal(595)}
LUNAR_RATE, SOLAR_RATE = Decimal("0.025"), Decimal("0.02577")
KARATS = (24, 22, 21, 18)
# An older price may mislead by now; the page says so.
FRESH = timedelta(days=30)


@dataclass(frozen=True)
class Wealth:
    """What somebody owns and owes, amounts in one currency and none below zero; gold in grams by its karat."""

    cash: Decimal = Decimal(0)
    gold_grams: dict[int, Decimal] = field(default_factory=dict)
    silver_grams: Decimal = Decimal(0)
    trade: Decimal = Decimal(0)
    owed_to_me: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    debts: Decimal = Decimal(0)


@dataclass(frozen=True)
class Prices:
    """What a gram of each pure metal costs, in one currency."""

    gold: Money
    silver: Money

    def of(self, metal: Metal) -> Money:
        """The price of `metal`."""
        return self.gold if metal == Metal.GOLD else self.silver


@dataclass(frozen=True)
class Reckoning:
    """How much zakat is due, and how that comes about. `zakat` is zero below the nisab."""

    gold: Money
    silver: Money
    owned: Money
    net: Money
    nisab: Money
    rate: Decimal
    zakat: Money

    @property
    def is_due(self) -> bool:
        """Whether the wealth reaches the nisab."""
        return self.net >= self.nisab


def reckon(wealth: Wealth, prices: Prices, *, nisab_by: Metal, by_solar_year: bool = False) -> Reckoning:
    """Return the zakat on `wealth` that was held for a year, with the nisab of the metal `nisab_by`."""
    currency = prices.gold.currency
    pure = sum((grams * karat / 24 for karat, grams in wealth.gold_grams.items()), Decimal(0))
    gold, silver = quantize(prices.gold * pure), quantize(prices.silver * wealth.silver_grams)
    held = Money(wealth.cash + wealth.trade + wealth.owed_to_me + wealth.other, currency)
    owned = quantize(held) + gold + silver
    net = max(owned - quantize(Money(wealth.debts, currency)), Money(0, currency))
    nisab = quantize(prices.of(nisab_by) * NISAB_GRAMS[nisab_by])
    rate = SOLAR_RATE if by_solar_year else LUNAR_RATE
    zakat = quantize(net * rate) if net >= nisab else Money(0, currency)
    return Reckoning(gold, silver, owned, net, nisab, rate, zakat)


def latest_price(metal: Metal, *, currency: str, on: date) -> MetalPrice | None:
    """Return the newest price of `metal` in `currency` that was entered for a day up to `on`."""
    return MetalPrice.objects.filter(metal=metal, price_currency=currency, on__lte=on).first()


def is_fresh(price: MetalPrice, *, on: date) -> bool:
    """Whether `price` still says what the metal costs on the day `on`."""
    return on - price.on <= FRESH
