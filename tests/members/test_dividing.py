"""Dividing an amount so that not the smallest coin is lost or made."""

from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from members.money import divide, quantize

CURRENCIES = st.sampled_from(["JOD", "EUR", "JPY", "IQD"])
WEIGHTS = st.lists(st.decimals(0, 1_000_000, places=3), min_size=1, max_size=8).filter(lambda weights: sum(weights) > 0)


@given(units=st.integers(0, 10**10), currency=CURRENCIES, weights=WEIGHTS)
def test_the_parts_add_up_and_none_is_off_by_a_whole_unit(units, currency, weights):
    unit = quantize(Money("0.5", currency)) * 0 + Money(
        Decimal(1).scaleb(-{"JPY": 0, "EUR": 2}.get(currency, 3)), currency
    )
    whole = unit * units
    parts = divide(whole, weights)
    assert sum(parts, Money(0, currency)) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert part == quantize(part)
        assert abs(part.amount - whole.amount * weight / sum(weights)) < unit.amount


def test_of_equal_remainders_the_first_gets_the_coin():
    assert divide(Money(10, "JPY"), [Decimal(1)] * 3) == [Money(4, "JPY"), Money(3, "JPY"), Money(3, "JPY")]


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_nothing_is_divided_by_nothing_or_less(weights):
    with pytest.raises(ValueError, match="Weights"):
        divide(Money(10, "JOD"), weights)
