"""What a tester presses on the sandbox's page, and what staff fill in."""

from datetime import date

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money
from wagtail.admin.widgets import AdminDateInput

from donations.models import OFFLINE_GATEWAYS, Appeal, Fund, Payment, Receipt
from donations.payments.registry import gateway_label
from members.forms import AmountField, CleanTextField
from members.lists.chooser import StaffChooserWidget
from members.models import Contact
from members.money import format_money
from members.names import clean_line


class OneLineField(CleanTextField):
    """A short text without line ends or direction marks."""

    widget = forms.TextInput

    def to_python(self, value):
        return clean_line(super().to_python(value))


class SandboxAnswerForm(forms.Form):
    """Which end of the payment a tester wants to see."""

    answer = forms.ChoiceField(choices=[(code, "") for code in ("succeed", "succeed_once", "decline", "wait")])


class SandboxCardForm(forms.Form):
    """Which card a tester gives without paying."""

    answer = forms.ChoiceField(choices=[(code, "") for code in ("succeed", "succeed_once")])


class OfflineGiftForm(forms.Form):
    """A gift that came in by hand. `currency` is the nonprofit's, `today` the day on which it is entered."""

    donor = forms.ModelChoiceField(Contact.objects.all(), label=_("Donor"))
    gateway = forms.ChoiceField(label=_("Way of payment"), widget=forms.RadioSelect)
    amount = AmountField(label=_("Amount"))
    received_on = forms.DateField(label=_("Received on"), widget=AdminDateInput)
    fund = forms.ModelChoiceField(Fund.objects.all(), label=_("Fund"))
    appeal = forms.ModelChoiceField(Appeal.objects.all(), label=_("Appeal"), required=False)
    bank_reference = OneLineField(
        label=_("Bank reference or envelope number"),
        max_length=100,
        required=False,
        help_text=_("The same reference cannot be entered twice."),
    )
    is_anonymous = forms.BooleanField(label=_("The donor does not want to be named in public"), required=False)

    def __init__(self, *args, currency: str, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["donor"].widget = StaffChooserWidget(Contact)
        self.fields["donor"].widget.choices = self.fields["donor"].choices
        self.fields["gateway"].choices = [(name, lazy(gateway_label, str)(name)) for name in OFFLINE_GATEWAYS]
        self.fields["amount"].currency = currency
        self.fields["amount"].help_text = _("In %(currency)s.") % {"currency": currency}
        self.fields["received_on"].initial = today

    def clean_received_on(self):
        return day_of_entry(self.cleaned_data["received_on"], today=self.today)


def day_of_entry(day: date, *, today: date) -> date:
    """Return `day`, on which money came in, unless it is to come or too long ago. Raises ValidationError."""
    if day > today:
        raise forms.ValidationError(_("This day has not come yet."))
    if day.year < today.year - 10:
        raise forms.ValidationError(_("This day is more than ten years ago. Please check the year."))
    return day


class TransferForm(forms.Form):
    """What a statement says of an awaited transfer. `left` is what is still to come, `today` the day of entry."""

    amount = AmountField(label=_("Amount"))
    received_on = forms.DateField(label=_("Received on"), widget=AdminDateInput)
    bank_reference = OneLineField(
        label=_("Line of the statement"),
        max_length=100,
        required=False,
        help_text=_("The same reference cannot be entered twice."),
    )

    def __init__(self, *args, left: Money, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["amount"].currency = str(left.currency)
        self.fields["amount"].initial = f"{left.amount:f}"
        self.fields["amount"].help_text = _("In %(currency)s.") % {"currency": left.currency}
        self.fields["received_on"].initial = today

    def clean_received_on(self):
        return day_of_entry(self.cleaned_data["received_on"], today=self.today)


class RefundForm(forms.Form):
    """How much of `payment` goes back, and why."""

    amount = AmountField(label=_("Amount to give back"), minimum=0)
    reason = OneLineField(label=_("Reason"), max_length=250)

    def __init__(self, *args, payment: Payment, **kwargs):
        super().__init__(*args, **kwargs)
        self.refundable: Money = payment.refundable
        field = self.fields["amount"]
        field.currency = str(payment.amount.currency)
        field.initial = self.refundable.amount
        field.help_text = _("At most %(most)s.") % {"most": format_money(self.refundable)}

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount > self.refundable:
            raise forms.ValidationError(
                _("At most %(most)s can be given back."), params={"most": format_money(self.refundable)}
            )
        return amount


class ReissueForm(forms.Form):
    """What the new receipt says differently."""

    recipient_name = OneLineField(label=_("Issued to"), max_length=250)
    language = forms.ChoiceField(label=_("Language"), choices=Receipt._meta.get_field("language").choices)
    reason = OneLineField(label=_("Why the old one is void"), max_length=250)

    def __init__(self, *args, receipt: Receipt, **kwargs):
        kwargs["initial"] = {"recipient_name": receipt.recipient_name, "language": receipt.language}
        super().__init__(*args, **kwargs)


class StopForm(forms.Form):
    reason = OneLineField(label=_("Reason"), max_length=250)
