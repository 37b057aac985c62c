from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from djmoney.money import Money

from members.forms import AmountField
from members.money import currency_decimals, format_money, parse_amount, quantize


@pytest.mark.parametrize(
    ("currency", "decimals"), [("KWD", 3), ("JOD", 3), ("IQD", 3), ("EUR", 2), ("USD", 2), ("IRR", 2), ("JPY", 0)]
)
def test_a_currency_has_its_own_decimals(currency, decimals):
    assert currency_decimals(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("1.0005", "JOD", "1.001"), ("2.345", "EUR", "2.35"), ("99.5", "JPY", "100"), ("-2.345", "EUR", "-2.35")],
)
def test_rounding_is_half_up_by_the_currency(amount, currency, expected):
    assert quantize(Money(Decimal(amount), currency)) == Money(Decimal(expected), currency)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("25", "25"), ("12.50", "12.50"), ("١٢٫٥", "12.5"), ("۱٬۰۰۰", "1000"), ("1,200.5", "1200.5"), (" 7 ", "7")],
)
def test_amounts_are_read_as_people_type_them(typed, expected):
    assert parse_amount(typed) == Decimal(expected)


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "1e9", "--5", "NaN", "Infinity", "٥x", "½"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match="plain number"):
        parse_amount(typed)


@pytest.mark.parametrize(
    ("language", "amount", "expected"),
    [
        ("ar", "1200", "1,200\u00a0د.أ.\u200f"),
        ("ar", "12.5", "12.500\u00a0د.أ.\u200f"),
        ("en", "1200", "JOD\u00a01,200"),
        ("en", "12.5", "JOD\u00a012.500"),
    ],
)
def test_money_is_written_as_its_reader_does(language, amount, expected):
    assert format_money(Money(Decimal(amount), "JOD"), language) == expected


def test_signs_stand_close_to_the_number_and_documents_show_every_decimal():
    assert format_money(Money(25, "EUR"), "en") == "€25"
    assert format_money(Money(25, "EUR"), "en", exact=True) == "€25.00"
    assert format_money(Money(25, "JPY"), "en", exact=True) == "¥25"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("ten", "not_a_number"),
        ("0", "too_small"),
        ("-5", "too_small"),
        ("0.5", "too_small"),
        ("100000000", "too_large"),
        ("9" * 31, "max_length"),
        ("5.0001", "too_precise"),
    ],
)
def test_an_amount_field_refuses_with_a_sentence(typed, code):
    field = AmountField(currency="JOD")
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.code in {code, "too_large"} if code == "max_length" else refused.value.code == code
    assert str(refused.value.messages[0])


def test_an_amount_field_gives_money_in_its_currency():
    assert AmountField(currency="JOD").clean("٢٥") == Money(25, "JOD")


def test_a_currency_without_decimals_takes_none():
    with pytest.raises(ValidationError, match="has no decimals"):
        AmountField(currency="JPY").clean("5.5")
