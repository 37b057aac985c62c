"""What staff enter about an assembly."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from members.domain.assemblies.entitlement import NoVote
from members.forms import PersonNameField

# What may still be said of an assembly once its voters' list stands: when and where.
_STAYS_OPEN = {"title", "starts_at", "place"}


class AssemblyForm(WagtailAdminModelForm):
    """An assembly and its rule. Once the list is frozen the rule is shown, but can no longer be changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.is_frozen:
            for name, field in self.fields.items():
                field.disabled = name not in _STAYS_OPEN


class ReasonForm(forms.Form):
    """Why a frozen list is corrected."""

    reason = PersonNameField(
        label=_("Why is the list corrected?"),
        max_length=300,
        help_text=_("It stays on record with your name and the time, and stands in the list and its exports."),
    )


class PreviewFilterForm(forms.Form):
    """Whom the preview shows."""

    MAY, MAY_NOT = "may", "may_not"
    show = forms.ChoiceField(label=_("Show"), required=False)
    q = forms.CharField(label=_("Name or member number"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["show"].choices = [
            ("", _("Everybody")),
            (self.MAY, _("Who may vote")),
            (self.MAY_NOT, _("Who may not vote")),
            *NoVote.choices,
        ]


class VotersFilterForm(forms.Form):
    """Which lines of the voters' list are shown."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("The whole list")),
            ("in", _("Who is there")),
            ("out", _("Who is not there")),
            ("corrected", _("Corrections")),
        ],
    )
    q = forms.CharField(label=_("Name or member number"), required=False, max_length=200)
