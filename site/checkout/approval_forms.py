from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import CleanTextField


class AskForm(forms.Form):
    """What the office wants to know from an applicant."""

    text = CleanTextField(
        label=_("What do you want to know?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They get it by e-mail, with a link to answer."),
    )


class DeclineForm(forms.Form):
    """Why somebody cannot be taken up, in words that they will read."""

    text = CleanTextField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They get these words by e-mail. What they paid is given back."),
    )
