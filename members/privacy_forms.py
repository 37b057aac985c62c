"""What staff fill in to change somebody's consent, to erase a person, and to say how long records are kept."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.domain.consent import guardians_of, needs_guardian
from members.models import Channel, Contact, LegalBasis, Purpose, RetentionRule
from members.names import normalise_name


class ConsentForm(forms.Form):
    """A yes or a no that somebody gave elsewhere, and why it is written down here."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    granted = forms.TypedChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(label=gettext_lazy("Legal basis"), choices=LegalBasis.choices)
    wording = forms.CharField(
        label=gettext_lazy("What they were asked"),
        help_text=gettext_lazy("The sentence they heard or signed. For a yes one must be able to show it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(
        label=gettext_lazy("Where"),
        help_text=gettext_lazy("For example: on the telephone, paper form of 3 May."),
        max_length=100,
    )
    guardian = forms.ModelChoiceField(
        Contact.objects.none(), label=gettext_lazy("Said by the guardian"), required=False
    )
    reason = forms.CharField(label=gettext_lazy("Reason for this change"), max_length=200)

    def __init__(self, *args, contact: Contact, on, **kwargs):
        super().__init__(*args, **kwargs)
        guardians = guardians_of(contact, on=on)
        if needs_guardian(contact, on=on) or guardians.exists():
            self.fields["guardian"].queryset = guardians
        else:
            del self.fields["guardian"]

    def clean(self):
        data = super().clean()
        if data.get("granted") and data.get("basis") == LegalBasis.CONSENT and not data.get("wording"):
            self.add_error("wording", _("Please write down what they said yes to."))
        return data


class EraseForm(forms.Form):
    """Why somebody is erased, and their name once more, typed by hand."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Stays on record for good. Do not write who it was."),
    )
    confirmation = forms.CharField(label=gettext_lazy("Type the person's name to confirm"), max_length=600)

    def __init__(self, *args, contact: Contact, **kwargs):
        super().__init__(*args, **kwargs)
        self.contact = contact

    def clean_confirmation(self) -> str:
        typed = self.cleaned_data["confirmation"]
        if normalise_name(typed) != normalise_name(self.contact.name):
            raise forms.ValidationError(_("This is not the person's name."))
        return typed

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        names = [self.contact.given_name, self.contact.family_name, self.contact.organisation_name]
        written = normalise_name(reason).split()
        if any(word in written for name in names for word in normalise_name(name).split()):
            raise forms.ValidationError(_("The reason stays on record for good, so it must not name the person."))
        return reason


class RuleForm(forms.Form):
    """How long records of one kind are kept. Empty months: for as long as the person is on record."""

    months = forms.IntegerField(label=gettext_lazy("Months to keep"), min_value=1, max_value=1200, required=False)
    is_active = forms.BooleanField(label=gettext_lazy("Carried out each night"), required=False)

    def __init__(self, *args, kind, rule: RetentionRule | None, **kwargs):
        self.kind = kind
        initial = {"months": rule.months, "is_active": rule.is_active} if rule else {}
        super().__init__(*args, prefix=kind.code.replace(".", "-"), initial=initial, **kwargs)
        self.fields["months"].widget.attrs |= {
            "aria-label": f"{kind.label}: {self.fields['months'].label}",
            "min": max(kind.least_months, 1),
        }
        self.fields["is_active"].widget.attrs["aria-label"] = f"{kind.label}: {self.fields['is_active'].label}"

    def clean(self):
        data = super().clean()
        if data.get("is_active") and not data.get("months") and "months" not in self.errors:
            self.add_error("months", _("Please say after how many months."))
        return data
