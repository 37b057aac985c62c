"""Model fields that the libraries almost give us."""

from typing import TYPE_CHECKING, Any

from djmoney.models.fields import MoneyField as DjangoMoneyField
from djmoney.money import Money


class MoneyField(DjangoMoneyField):
    """An amount with its currency, stored with three decimals and never without a currency.

    Reading gives Money; the library's own field tells the type checker that it is a Decimal.
    """

    if TYPE_CHECKING:
        _pyi_private_set_type: Money
        _pyi_private_get_type: Money

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 3, "default_currency": None, **kwargs})

    def deconstruct(self):
        """Migrations name the library's field, so that they stay true whatever becomes of this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "djmoney.models.fields.MoneyField", args, kwargs
