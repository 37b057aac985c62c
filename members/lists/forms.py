from django import forms
from django.utils.translation import gettext_lazy as _


class ColumnsForm(forms.Form):
    """Which columns a list shows besides its first."""

    shown = forms.MultipleChoiceField(label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].choices = choices


class ViewNameForm(forms.Form):
    """A name for the list as it is now."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_shared = forms.BooleanField(label=_("Colleagues may use it too"), required=False)
