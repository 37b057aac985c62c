"""What staff fill in to hide an entry of the member directory."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HideForm(forms.Form):
    """Why an entry is hidden."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The member reads it in “My area”, and in their data.")
    )
