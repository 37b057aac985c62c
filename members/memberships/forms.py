"""What staff decide about a membership."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from members.contacts.saving import ConfirmedMixin
from members.dates import until_words
from members.domain.decisions import Decision
from members.forms import CleanTextField
from members.models import DecisionKind, Membership, MembershipDecision


class DecisionForm(ConfirmedMixin, forms.Form):
    """From when, until when, and why a membership rests or ends."""

    starts_on = forms.DateField(label=_("From"), widget=AdminDateInput)
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=AdminDateInput, help_text=_("Empty: until it is taken back.")
    )
    reason = forms.ChoiceField(
        label=capfirst(MembershipDecision._meta.get_field("reason").verbose_name),
        choices=MembershipDecision._meta.get_field("reason").choices,
    )
    note = CleanTextField(label=_("Note"), max_length=500, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, membership: Membership, kind: DecisionKind, **kwargs):
        self.membership, self.kind = membership, kind
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial["starts_on"] = today
        if kind == DecisionKind.CANCELLED:
            del self.fields["ends_on"]
            if paid_until := membership.paid_until:
                self.fields["starts_on"].help_text = _(
                    "What is paid for ends the day before. It is paid until %(day)s."
                ) % {"day": until_words(paid_until)}

    def decision(self) -> Decision:
        """What this valid form says."""
        data = self.cleaned_data
        return Decision(self.kind, data["starts_on"], data["reason"], ends_on=data.get("ends_on"), note=data["note"])


class TakeBackForm(forms.Form):
    """From which day on a decision no longer holds."""

    before = forms.DateField(label=_("The membership goes on from"), widget=AdminDateInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["before"] = timezone.localdate()
