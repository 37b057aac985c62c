"""Money: rounded by its currency's own decimals, written as its reader writes it. Never a float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from babel.numbers import format_currency, get_currency_name, get_currency_precision, get_currency_symbol
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


def format_money(money: Money, language: str | None = None, *, exact: bool = False) -> str:
    """Write `money` as a reader of `language` (by default the active one) does.

    A whole amount has no decimals unless `exact`, which columns of a document want. Digits are western in every
    language: banks and receipts there use them, and so do the input fields.
    """
    language = language or get_language() or "en"
    rounded, currency = quantize(money), str(money.currency)
    is_whole = rounded.amount == rounded.amount.to_integral_value()
    places = 0 if is_whole and not exact else currency_decimals(currency)
    number = "#,##0" + ("." + "0" * places if places else "")
    return format_currency(
        rounded.amount,
        currency,
        format=_pattern(language, currency).format(number=number),
        locale=language,
        currency_digits=False,
        numbering_system="latn",
    )


def _pattern(language: str, currency: str) -> str:
    """Where the currency stands. After the number it stays with it in right-to-left text without direction marks."""
    if language in {"ar", "fa"}:
        return "{number}\u00a0¤"
    # CLDR sets letters apart from the number and signs close to it: JOD 25, but €25.
    return "¤\u00a0{number}" if get_currency_symbol(currency, language)[-1:].isalpha() else "¤{number}"


def currency_name(currency: str, language: str | None = None) -> str:
    """Return what a reader of `language` (by default the active one) calls a currency. Source: CLDR by Babel."""
    return get_currency_name(currency, locale=language or get_language() or "en")


def divide(whole: Money, weights: Sequence[Decimal]) -> list[Money]:
    """Return `whole` divided in proportion to `weights`, each part in the smallest units of its currency.

    The parts add up to `whole` exactly: what rounding down leaves goes, unit by unit, to those with the largest
    remainders, and of equal ones to the first (Hamilton's method). Raises ValueError unless the weights, none of them
    below zero, add up to more than zero.
    """
    total = sum(weights, Decimal(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Weights must not be below zero, and one of them must be above.")
    decimals = currency_decimals(str(whole.currency))
    units = int(whole.amount.scaleb(decimals))
    exact = [Fraction(units) * Fraction(weight) / Fraction(total) for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: units - sum(parts)]:
        parts[place] += 1
    return [Money(Decimal(part).scaleb(-decimals), whole.currency) for part in parts]
