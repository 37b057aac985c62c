"""What somebody says about their wealth. Nothing of it is kept."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from donations.domain.zakat import KARATS, Prices, Wealth
from donations.models import MetalPrice
from members.forms import AmountField
from members.money import parse_amount

LARGEST = Decimal(10) ** 9


class NumberField(forms.CharField):
    """A number that is not below zero, in any digits; empty is zero."""

    def __init__(self, *, unit: str = "", **kwargs):
        self.currency = unit  # stands beside the input, as a currency does
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"})
        )
        super().__init__(required=False, max_length=20, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        try:
            number = parse_amount(text) if text.strip() else Decimal(0)
        except ValueError:
            number = Decimal(-1)
        if not 0 <= number <= LARGEST:
            raise forms.ValidationError(_("Please write the amount as a number, such as 25 or 12.50."))
        return number


class ZakatForm(forms.Form):
    """Wealth, debts and the year; and the prices of gold and silver where the nonprofit has written none down."""

    gold_price = AmountField(label=_("Price of a gram of gold, 24 karat"), minimum=Decimal("0.001"))
    silver_price = AmountField(label=_("Price of a gram of silver"), minimum=Decimal("0.001"))
    cash = NumberField(label=_("Cash, and money at banks"))
    silver_grams = NumberField(label=_("Silver"), unit=_("grams"))
    trade = NumberField(label=_("Goods for sale, and shares held to be sold, at today's value"))
    owed_to_me = NumberField(label=_("Money that others owe you and will pay"))
    other = NumberField(label=_("Other savings and investments"))
    debts = NumberField(
        label=_("Debts that you have to pay now"), help_text=_("Of a long loan, only what is due this year.")
    )
    year = forms.ChoiceField(
        label=_("Which year do you go by?"),
        choices=[("lunar", _("The lunar year, 2.5%")), ("solar", _("The solar year, 2.577%, as it is 11 days longer"))],
        initial="lunar",
        widget=forms.RadioSelect,
    )
    held = forms.BooleanField(label=_("I have owned at least the nisab for a whole year."), required=False)

    field_order = ["cash", *(f"gold_{karat}" for karat in KARATS), "silver_grams", "trade", "owed_to_me", "other", "debts",
                   "gold_price", "silver_price", "year", "held"]  # fmt: skip

    def __init__(self, *args, currency: str, gold: MetalPrice | None, silver: MetalPrice | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.currency = currency
        for karat in KARATS:
            label = _("Gold of %(karat)s karat") % {"karat": karat}
            self.fields[f"gold_{karat}"] = NumberField(label=label, unit=_("grams"))
        for name in ("cash", "trade", "owed_to_me", "other", "debts"):
            self.fields[name].currency = currency
        self.known = {"gold_price": gold, "silver_price": silver}
        for name, price in self.known.items():
            self.fields[name].currency = currency
            if price:
                del self.fields[name]
        self.order_fields(self.field_order)

    def wealth(self) -> Wealth:
        """What this valid form says."""
        data = self.cleaned_data
        names = ("cash", "silver_grams", "trade", "owed_to_me", "other", "debts")
        gold = {karat: data[f"gold_{karat}"] for karat in KARATS}
        return Wealth(gold_grams=gold, **{name: data[name] for name in names})

    def prices(self) -> Prices:
        """The nonprofit's prices, or those that were typed."""
        gold, silver = (self._price(name) for name in ("gold_price", "silver_price"))
        return Prices(gold=gold, silver=silver)

    def _price(self, name: str) -> Money:
        known = self.known[name]
        return known.price if known else self.cleaned_data[name]
