"""What a giver adds so that the nonprofit gets the whole gift, and which amounts a form suggests."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from djmoney.money import Money

from members.models import NonprofitProfile
from members.money import currency_decimals

# What people usually give, by what a unit of the currency buys. Others are near enough to a dollar.
_USUAL = {
    (5, 10, 25, 50): ("JOD", "KWD", "BHD", "OMR", "GBP"),
    (25, 50, 100, 250): ("SAR", "QAR", "AED", "ILS", "LYD", "TND", "SEK", "NOK", "DKK"),
    (100, 250, 500, 1000): ("EGP", "MAD", "TRY", "MRU", "INR"),
    (500, 1000, 2500, 5000): ("DZD", "SDG", "PKR", "AFN", "YER", "DJF", "JPY"),
    (10_000, 25_000, 50_000, 100_000): ("IQD", "SYP", "SOS", "KMF", "IDR"),
    (500_000, 1_000_000, 2_500_000, 5_000_000): ("LBP", "IRR"),
}
_SUGGESTED = {currency: amounts for amounts, currencies in _USUAL.items() for currency in currencies}
_ELSEWHERE = (10, 25, 50, 100)


@dataclass(frozen=True)
class PaymentFee:
    """What the gateway keeps of a payment: `percent` of it, and `fixed` in the currency of the payment."""

    percent: Decimal
    fixed: Decimal

    def cover_for(self, gift: Money) -> Money:
        """Return what has to be added so that `gift` is left, rounded up to the currency's smallest unit.

        Of a payment p the gateway keeps p * percent / 100 + fixed; p - that = gift gives p = (gift + fixed) / (1 - rate).
        """
        whole = (gift.amount + self.fixed) / (1 - self.percent / 100)
        unit = Decimal(1).scaleb(-currency_decimals(str(gift.currency)))
        return Money((whole - gift.amount).quantize(unit, rounding=ROUND_CEILING), gift.currency)


def payment_fee(profile: NonprofitProfile) -> PaymentFee | None:
    """Return what payments cost by `profile`; None if givers are not to be asked."""
    percent, fixed = profile.payment_fee_percent or Decimal(0), profile.payment_fee_fixed or Decimal(0)
    return PaymentFee(percent, fixed) if percent or fixed else None


def suggested_amounts(profile: NonprofitProfile, currency: str) -> list[Money]:
    """Return the amounts that a form suggests, smallest first: those of `profile`, or what is usual in `currency`."""
    own = [Decimal(word) for word in profile.suggested_amounts.split() if word.strip(".")]
    return [Money(amount, currency) for amount in sorted(own or map(Decimal, _SUGGESTED.get(currency, _ELSEWHERE)))]
