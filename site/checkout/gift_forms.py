"""What somebody says who gives: how much, what for, how often, and how it is meant."""

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from checkout.forms import PayerForm
from checkout.models import GiftWish
from donations.domain.fee_cover import PaymentFee
from donations.models import Appeal, Fund, Interval, TributeKind
from donations.payments.registry import get_gateway
from members.forms import AmountField, PersonNameField
from members.money import divide, format_money, parse_amount, quantize

SHARE = "share_"


class SharesForm(forms.Form):
    """An amount, and the fund that it goes to, or how it is divided among several."""

    amount = AmountField(label=_("Amount"))
    fund = forms.ModelChoiceField(
        Fund.objects.none(),
        label=_("What should it help?"),
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
    )

    def __init__(self, *args, currency: str, funds: Sequence[Fund], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency
        self.funds = {fund.pk: fund for fund in funds}
        self.fields["fund"].queryset = Fund.objects.filter(pk__in=self.funds)
        self.fields["fund"].choices = [(fund.pk, str(fund)) for fund in funds]
        if len(self.funds) > 1:
            for fund in funds:
                self.fields[f"{SHARE}{fund.pk}"] = forms.CharField(
                    label=str(fund),
                    required=False,
                    max_length=30,
                    widget=forms.TextInput(attrs={"inputmode": "text", "dir": "ltr", "autocomplete": "off"}),
                )

    def share_fields(self) -> list[forms.BoundField]:
        """The fields that divide the amount, for the template."""
        return [self[name] for name in self.fields if name.startswith(SHARE)]

    def is_divided(self) -> bool:
        """Whether anything is written in them."""
        return any(field.value() for field in self.share_fields())

    def clean(self):
        data = super().clean()
        typed = {pk: data[f"{SHARE}{pk}"] for pk in self.funds if data.get(f"{SHARE}{pk}")}
        if not data.get("amount"):
            return data
        if typed:
            data["shares"] = self._divided(data["amount"], typed)
        elif data.get("fund"):
            data["shares"] = [(data["fund"], data["amount"])]
        elif "fund" not in self.errors:
            self.add_error("fund", _("Please choose what it should help."))
        return data

    def _divided(self, whole: Money, typed: dict[int, str]) -> list[tuple[Fund, Money]]:
        """The parts as they were typed: amounts that add up to the whole, or percents that add up to a hundred."""
        numbers: dict[int, Decimal] = {}
        percents = [text.strip().endswith(("%", "٪")) for text in typed.values()]
        if any(percents) and not all(percents):
            self.add_error(None, _("Please write either amounts everywhere or percents everywhere."))
            return []
        for pk, text in typed.items():
            try:
                numbers[pk] = parse_amount(text.strip().rstrip("%٪").strip())
            except ValueError:
                numbers[pk] = Decimal(-1)
            if numbers[pk] < 0:
                self.add_error(f"{SHARE}{pk}", _("Please write a number, such as 10, or a percentage, such as 40%."))
        if min(numbers.values()) < 0:
            return []
        numbers = {pk: number for pk, number in numbers.items() if number}
        return self._by_percent(whole, numbers) if any(percents) else self._by_amount(whole, numbers)

    def _by_percent(self, whole: Money, percents: dict[int, Decimal]) -> list[tuple[Fund, Money]]:
        total = sum(percents.values(), Decimal(0))
        if total != 100:
            self.add_error(None, _("The percentages add up to %(total)s, not to 100.") % {"total": f"{total:f}"})
            return []
        parts = divide(whole, list(percents.values()))
        shares = [(self.funds[pk], part) for pk, part in zip(percents, parts, strict=True)]
        return [(fund, part) for fund, part in shares if part.amount]

    def _by_amount(self, whole: Money, amounts: dict[int, Decimal]) -> list[tuple[Fund, Money]]:
        shares = [(self.funds[pk], Money(amount, whole.currency)) for pk, amount in amounts.items()]
        total = sum((part for _fund, part in shares), Money(0, whole.currency))
        if total != whole or any(quantize(part) != part for _fund, part in shares):
            facts = {"total": format_money(total), "whole": format_money(whole)}
            self.add_error(None, _("The parts add up to %(total)s, but your donation is %(whole)s.") % facts)
            return []
        return shares


class GiveForm(SharesForm, PayerForm):
    """A gift: how much, what for, how often, from whom, in whose honour."""

    template_name = "checkout/_give_fields.html"

    interval = forms.ChoiceField(
        label=_("How often?"),
        choices=[("", _("Once")), *Interval.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    suggested = forms.ChoiceField(label=_("Amount"), required=False, widget=forms.RadioSelect)
    covers_fee = forms.BooleanField(required=False)
    organisation = PersonNameField(
        label=_("Name of the organisation"),
        required=False,
        help_text=_("The donation and its receipt are the organisation's."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label=_("A message to us"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    tribute_kind = forms.ChoiceField(
        label=_("Is it for somebody's sake?"),
        required=False,
        choices=[("", _("No")), *TributeKind.choices],
        widget=forms.RadioSelect,
    )
    honoree = PersonNameField(label=_("In whose honour or memory?"), required=False)
    card_name = PersonNameField(label=_("Who shall get a card by e-mail?"), required=False)
    card_email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("They read your words and that you gave, but not how much. We write to them this once."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    card_words = forms.CharField(
        label=_("Your words on the card"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    card_on = forms.DateField(
        label=_("On which day?"),
        required=False,
        help_text=_("Left empty, it goes out once your donation has arrived."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    is_anonymous = forms.BooleanField(label=_("Do not name me in public lists of donors."), required=False)
    language = forms.ChoiceField(label=_("Language of the receipt"), choices=settings.LANGUAGES)

    def __init__(
        self,
        *args,
        currency: str,
        funds: Sequence[Fund],
        suggestions: Sequence[Money] = (),
        fee: PaymentFee | None = None,
        **kwargs,
    ):
        kwargs["initial"] = {
            "language": get_language(),
            "interval": "",
            "tribute_kind": "",
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, currency=currency, funds=funds, **kwargs)
        self.fee = fee
        if suggestions:
            self.fields["suggested"].choices = [
                *((f"{amount.amount.normalize():f}", format_money(amount)) for amount in suggestions),
                ("", _("Another amount")),
            ]
            self.fields["amount"].required = False
            self.fields["amount"].label = _("Another amount")
        else:
            del self.fields["suggested"]
        if fee is None:
            del self.fields["covers_fee"]
        else:
            self.fields["covers_fee"].label = _fee_words(fee, currency)

    def clean_amount(self) -> Money | None:
        """What was typed counts; else what was chosen."""
        typed = self.cleaned_data["amount"]
        if typed or "suggested" not in self.fields:
            return typed
        chosen = self.data.get(self.add_prefix("suggested"), "")
        field = self.fields["amount"]
        if chosen not in dict(self.fields["suggested"].choices) or not chosen:
            raise ValidationError(field.error_messages["required"], code="required")
        return field.clean(chosen)

    def clean(self):
        data = super().clean()
        if data.get("interval") and data.get("gateway") and not get_gateway(data["gateway"]).can_repeat:
            self.add_error(
                "gateway", _("A regular donation cannot be paid this way. Please choose another one, or give once.")
            )
        self._check_tribute(data)
        return data

    def _check_tribute(self, data: dict) -> None:
        if data.get("tribute_kind") and not data.get("honoree") and "honoree" not in self.errors:
            self.add_error("honoree", _("Please write the name."))
        if data.get("card_email") and not data.get("tribute_kind"):
            self.add_error("tribute_kind", _("Please say whether it is in honour or in memory of somebody."))
        has_card = data.get("card_name") or data.get("card_words")
        if has_card and not data.get("card_email") and "card_email" not in self.errors:
            self.add_error("card_email", _("Please write where the card shall go."))
        if data.get("card_on") and data["card_on"] < timezone.localdate():
            self.add_error("card_on", _("This day is past."))

    def wish(self, *, appeal: Appeal | None) -> GiftWish:
        """How the gift of this valid form is meant."""
        names = ("interval", "is_anonymous", "organisation", "message", "tribute_kind")
        facts = {name: self.cleaned_data[name] for name in names}
        if facts["tribute_kind"]:
            facts["honoree"] = self.cleaned_data["honoree"]
        if facts["tribute_kind"] and self.cleaned_data["card_email"]:
            facts |= {name: self.cleaned_data[name] for name in ("card_name", "card_email", "card_words", "card_on")}
        return GiftWish(appeal=appeal, **facts)

    def fee_cover(self) -> Money | None:
        """What the giver adds for the cost of the payment; a bank transfer costs nothing."""
        if not self.fee or not self.cleaned_data.get("covers_fee"):
            return None
        return (
            self.fee.cover_for(self.cleaned_data["amount"])
            if get_gateway(self.cleaned_data["gateway"]).costs_a_fee
            else None
        )


def _fee_words(fee: PaymentFee, currency: str) -> str:
    facts = {"percent": f"{fee.percent.normalize():f}", "fixed": format_money(Money(fee.fixed, currency))}
    if fee.percent and fee.fixed:
        return (
            _("I add what the payment costs (%(percent)s%% and %(fixed)s), so that all of my donation arrives.") % facts
        )
    if fee.percent:
        return _("I add what the payment costs (%(percent)s%%), so that all of my donation arrives.") % facts
    return _("I add what the payment costs (%(fixed)s), so that all of my donation arrives.") % facts
