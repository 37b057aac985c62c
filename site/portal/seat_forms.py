from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import BirthDateField, PersonNameField
from members.models import RelationshipType


class InviteForm(forms.Form):
    """Whom to invite, and as what. A single possibility is no question."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The link goes there. Whoever has it can take the seat, once."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("As what?"), widget=forms.RadioSelect)

    def __init__(self, *args, kinds: list[RelationshipType], **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = {str(kind.pk): kind for kind in kinds}
        self.fields["kind"].choices = [(pk, str(kind.name)) for pk, kind in self.kinds.items()]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = str(kinds[0].pk)

    def clean_kind(self) -> RelationshipType:
        return self.kinds[self.cleaned_data["kind"]]


class TakeSeatForm(forms.Form):
    """Who takes up an invitation, if nobody is logged in."""

    given_name = PersonNameField(label=_("Given name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    family_name = PersonNameField(label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"})
    )
    birth_date = BirthDateField(label=_("Date of birth"), required=False)
