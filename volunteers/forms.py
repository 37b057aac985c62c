from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from members.forms import PersonNameField, TelephoneField
from volunteers.domain.signups import change_capacity
from volunteers.exceptions import CapacityTooSmallError
from volunteers.models import SignUpStatus


class SignUpForm(forms.Form):
    """Who would like to come. Whoever is logged in has said it already."""

    given_name = PersonNameField(label=_("Given name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    family_name = PersonNameField(label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We confirm your place there, and tell you if anything changes."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    phone = TelephoneField(
        label=_("Telephone"),
        help_text=_("For the day itself, if something comes up."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "dir": "ltr"}),
    )
    may_wait = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_known: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_known:
            for name in ("given_name", "family_name", "email", "phone"):
                del self.fields[name]


class ShiftForm(WagtailAdminModelForm):
    """The staff's form for a shift. Places that volunteers hold cannot be taken away by it."""

    def clean_capacity(self) -> int:
        capacity = self.cleaned_data["capacity"]
        taken = self.instance.sign_ups.filter(status=SignUpStatus.CONFIRMED).count() if self.instance.pk else 0
        if capacity is not None and capacity < taken:
            raise forms.ValidationError(str(CapacityTooSmallError(taken)))
        return capacity

    def save(self, commit=True):
        is_new = self.instance.pk is None
        shift = super().save(commit=commit)
        if shift.pk and not is_new:
            # More places are for those who wait.
            change_capacity(shift, capacity=shift.capacity)
        return shift


class HoursForm(WagtailAdminModelForm):
    """The staff's form for hours that somebody reported on paper or by telephone."""

    def clean_worked_on(self):
        day = self.cleaned_data["worked_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Please report hours once they were given."))
        return day
