"""Amounts as Stripe writes them: whole numbers of the currency's smallest unit.

Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal and special cases).
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from djmoney.money import Money

from donations.exceptions import AmountError
from members.money import format_money

_ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
# Card networks know two decimals of the three. Króna and shilling have none, yet are written with two.
_STEPS = dict.fromkeys(_THREE_DECIMAL, 10) | {"ISK": 100, "UGX": 100}
# Stripe's limit is eight digits for nearly every currency.
_LARGEST = 99_999_999


def to_minor_units(amount: Money) -> int:
    """Return `amount` as Stripe wants it: 12.34 EUR as 1234, 500 JPY as 500, 1.250 KWD as 1250.

    Raises AmountError for what Stripe cannot take exactly: a fraction of the smallest unit, a three-decimal amount
    that does not end in 0, or one beyond eight digits.
    """
    currency = str(amount.currency)
    exponent, step = _exponent(currency), _STEPS.get(currency, 1)
    units = amount.amount.scaleb(exponent)
    if units % step:
        nearest = Money((units / step).to_integral_value() * step * Decimal(1).scaleb(-exponent), currency)
        raise AmountError(
            _("The payment service cannot take exactly %(amount)s. %(nearest)s would be possible.")
            % {"amount": format_money(amount), "nearest": format_money(nearest)}
        )
    if units > _LARGEST:
        raise AmountError(_("This amount is too large to be paid online. Please talk to us about a bank transfer."))
    return int(units)


def from_minor_units(units: int, currency: str) -> Money:
    """Return the Money that Stripe means by `units` of `currency`, whose case does not matter."""
    code = currency.upper()
    return Money(Decimal(units).scaleb(-_exponent(code)), code)


def _exponent(currency: str) -> int:
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2
