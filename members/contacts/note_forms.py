"""The small forms on a contact's page: what happened, and who belongs to whom."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from members.contacts.saving import ConfirmedMixin
from members.domain.relationships import may_be_related
from members.forms import CleanTextField, PersonNameField
from members.models import Contact, Interaction, Relationship, RelationshipType, User


class InteractionForm(forms.ModelForm):
    """A call, a meeting, a visit: what came of it, and by when who does what."""

    subject = PersonNameField(label=_("Subject"), max_length=200)
    # The model's own words: "What was said" is how the complaint box calls its letters.
    text = CleanTextField(
        label=capfirst(Interaction._meta.get_field("text").verbose_name), max_length=10_000, required=False
    )

    class Meta:
        model = Interaction
        fields = ["kind", "happened_at", "subject", "text", "outcome", "follow_up_on", "owner"]
        widgets = {"happened_at": AdminDateTimeInput, "follow_up_on": AdminDateInput}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.colleagues()
        if not self.instance.pk:
            self.initial["owner"] = user.pk

    def clean_happened_at(self):
        happened_at = self.cleaned_data["happened_at"]
        if happened_at > timezone.now():
            raise forms.ValidationError(_("This has not happened yet. For what is to come there is the follow-up."))
        return happened_at

    def clean(self):
        data = super().clean()
        if data.get("follow_up_on") and not data.get("owner"):
            self.add_error("owner", _("Somebody has to follow up."))
        return data


class RelationshipForm(ConfirmedMixin, forms.Form):
    """`contact` and somebody else, in one of the two directions of a type."""

    kind = forms.ChoiceField(label=_("How"))
    starts_on = forms.DateField(label=_("From"), required=False, widget=AdminDateInput)
    ends_on = forms.DateField(label=_("Until"), required=False, widget=AdminDateInput)
    note = PersonNameField(label=_("Note"), max_length=200, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, contact: Contact, other: Contact, relationship: Relationship | None = None, **kwargs):
        self.contact, self.other, self.relationship = contact, other, relationship
        super().__init__(*args, **kwargs)
        self.types = {str(kind.pk): kind for kind in RelationshipType.objects.all()}
        self.fields["kind"].choices = [
            choice
            for pk, kind in self.types.items()
            for choice, first, second in (
                ((f"{pk}-from", str(kind.name)), contact, other),
                ((f"{pk}-to", str(kind.reverse_name)), other, contact),
            )
            if may_be_related(kind, first, second)
        ]
        if relationship:
            side = "from" if relationship.from_contact_id == contact.pk else "to"
            self.initial = {
                "kind": f"{relationship.type_id}-{side}",
                "starts_on": relationship.starts_on,
                "ends_on": relationship.ends_on,
                "note": relationship.note,
            }

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("A relationship cannot end before it starts."))
        return data

    def result(self) -> Relationship:
        """The relationship that this valid form describes, not saved."""
        data = self.cleaned_data
        pk, _dash, side = data["kind"].partition("-")
        first, second = (self.contact, self.other) if side == "from" else (self.other, self.contact)
        return Relationship(
            pk=self.relationship.pk if self.relationship else None,
            type=self.types[pk],
            from_contact=first,
            to_contact=second,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            note=data["note"],
        )
