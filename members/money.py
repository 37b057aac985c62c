"""Money: rounded by its currency's own decimals, written as its reader writes it. Never a float."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language
from djmoney.money import Money

from members.names import western_digits

# DESIGN.md stores 14 digits with three decimals; a form refuses long before the column would.
HIGHEST_AMOUNT = Decimal("99999999.999")
_SEPARATORS = str.maketrans({"٫": ".", "٬": None, ",": None, "،": None, " ": None, "\u00a0": None, "\u202f": None})


def currency_decimals(currency: str) -> int:
    """Number of decimals of an ISO 4217 currency: 3 for KWD and JOD, 2 for EUR, 0 for JPY. Source: CLDR by Babel.

    CLDR counts what people use, and says 0 for some (IQD) where ISO 4217 says 3; banks follow ISO.
    """
    return _ISO_4217_DECIMALS.get(currency, get_currency_precision(currency))


_ISO_4217_DECIMALS = {"IQD": 3, "LBP": 2, "SYP": 2, "YER": 2, "IRR": 2, "AFN": 2, "SOS": 2, "PKR": 2}


def quantize(money: Money) -> Money:
    """Return `money` rounded half up to the decimals of its currency."""
    unit = Decimal(1).scaleb(-currency_decimals(str(money.currency)))
    return Money(money.amount.quantize(unit, rounding=ROUND_HALF_UP), money.currency)


def parse_amount(text: str) -> Decimal:
    """Read an amount as people type it: any of the three sets of digits, with or without group separators.

    Raises ValueError for anything that is not a plain number.
    """
    digits = western_digits(text).translate(_SEPARATORS)
    if not digits.replace(".", "", 1).replace("-", "", 1).isdecimal():
        raise ValueError(f"An amount must be a plain number, but is {text[:40]!r}.")
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError(f"An amount must be a plain number, but is {text[:40]!r}.") from None


def format_money(money: Money, language: str | None = None) -> str:
    """Write `money` as a reader of `language` (by default the active one) does, without decimals when there are none.

    Digits are western in every language: banks and receipts there use them, and so do the input fields.
    """
    rounded = quantize(money)
    pattern = _PATTERNS.get(language or get_language() or "en", _PATTERNS["en"])
    if rounded.amount == rounded.amount.to_integral_value():
        decimals = ""
    else:
        decimals = "." + "0" * currency_decimals(str(rounded.currency))
    return format_currency(
        rounded.amount,
        str(rounded.currency),
        format=pattern.format(decimals=decimals),
        locale=language or get_language() or "en",
        currency_digits=False,
        numbering_system="latn",
    )


# The number first and then the currency keeps the pair together in right-to-left text, without direction marks.
_PATTERNS = {"ar": "#,##0{decimals}\u00a0¤", "fa": "#,##0{decimals}\u00a0¤", "en": "¤#,##0{decimals}"}
