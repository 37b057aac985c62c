"""What staff say of a fee that was brought to the desk."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money
from wagtail.admin.widgets import AdminDateInput

from checkout.domain.desk import Action, Offer, Order, Taken
from donations.forms import OneLineField, day_of_entry
from donations.payments.registry import gateway_label
from members.forms import AmountField
from members.models import Contact

FREE = "free"
_WAYS = ("cash", "transfer")


class DayForm(forms.Form):
    """As of which day, and with which code, the offers are asked for."""

    on = forms.DateField(
        label=_("Received on"),
        widget=AdminDateInput,
        help_text=_("The rules of that day count: whoever paid in time is in time, also when it is entered later."),
    )
    code = OneLineField(label=_("Discount code"), max_length=40, required=False)

    def clean_on(self):
        return day_of_entry(self.cleaned_data["on"], today=timezone.localdate())


class FeeForm(forms.Form):
    """How much came in which way; or that it costs nothing, and who says so."""

    way = forms.ChoiceField(label=_("How was it paid?"), widget=forms.RadioSelect)
    amount = AmountField(label=_("Amount"), required=False)
    bank_reference = OneLineField(
        label=_("Bank reference or envelope number"),
        max_length=100,
        required=False,
        help_text=_("The same reference cannot be entered twice."),
    )
    reason = OneLineField(label=_("Why it costs nothing"), max_length=200, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # What the page showed: if it is another by the time of sending, nothing is entered.
    due = forms.DecimalField(widget=forms.HiddenInput)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, offer: Offer, **kwargs):
        self.offer = offer
        due = offer.quote.due
        kwargs["initial"] = {"form_key": uuid.uuid4(), "due": due.amount, "after": offer.after, "way": _WAYS[0]}
        super().__init__(*args, **kwargs)
        ways = [(name, gateway_label(name)) for name in _WAYS]
        self.fields["way"].choices = (
            ways if offer.action == Action.CHANGE else [*ways, (FREE, _("Nothing, by decision"))]
        )
        if offer.action == Action.CHANGE:
            del self.fields["reason"]
        field = self.fields["amount"]
        field.currency = str(due.currency)
        field.initial = f"{due.amount.normalize():f}"
        field.help_text = _("In %(currency)s. What is less or more than the fee is kept for the next one.") % {
            "currency": due.currency
        }
        if not due:
            for name in ("way", "amount", "bank_reference", "reason"):
                self.fields.pop(name, None)

    def clean(self):
        data = super().clean()
        if data.get("way") == FREE and not data.get("reason"):
            self.add_error("reason", _("Please say why it costs nothing. The reason stands in the history."))
        if data.get("way") in _WAYS and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Please say how much came."))
        return data

    def order(self, contact: Contact, *, code: str) -> Order:
        """What this valid form asks for."""
        data = self.cleaned_data
        taken = None
        if data.get("way") in _WAYS:
            taken = Taken(data["way"], data["amount"], data["bank_reference"])
        return Order(
            contact=contact,
            tier=self.offer.tier,
            action=self.offer.action,
            due=Money(data["due"], self.offer.quote.due.currency),
            after=data["after"],
            form_key=data["form_key"],
            taken=taken,
            reason=data.get("reason", "") if data.get("way") == FREE else "",
            code=code,
        )
