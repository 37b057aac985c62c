from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import PersonNameField, TelephoneField


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
