from django import forms
from django.utils.translation import gettext_lazy as _

from members.domain.search import find_contacts
from members.models import Contact, ContactKind, Tag, User

MOST_FOUND = 20


class BulkForm(forms.Form):
    """What to do to the contacts that were ticked. `values` is what a run keeps of it."""

    def values(self) -> dict:
        """What the run needs to know, as JSON takes it."""
        return {}


class TagForm(BulkForm):
    tag = forms.ModelChoiceField(Tag.objects.all(), label=_("Tag"), required=False)
    new_tag = forms.CharField(label=_("or a new tag"), max_length=60, required=False)

    def clean(self):
        data = super().clean()
        if not data.get("tag") and not data.get("new_tag"):
            self.add_error("tag", _("Please choose a tag, or write a new one."))
        return data

    def values(self) -> dict:
        tag = self.cleaned_data["tag"] or Tag.objects.get_or_create(name=self.cleaned_data["new_tag"])[0]
        return {"tag": tag.pk}


class UntagForm(BulkForm):
    tag = forms.ModelChoiceField(Tag.objects.all(), label=_("Tag"))

    def values(self) -> dict:
        return {"tag": self.cleaned_data["tag"].pk}


class OwnerForm(BulkForm):
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Looked after by"), required=False, empty_label=_("nobody")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.colleagues()

    def values(self) -> dict:
        owner = self.cleaned_data["owner"]
        return {"owner": owner.pk if owner else None}


class HouseholdForm(BulkForm):
    """The household is searched for by name, as there may be thousands, and then chosen among those found."""

    search = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    household = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Household"), required=False, empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        households = Contact.objects.filter(kind=ContactKind.HOUSEHOLD, erased_at=None)
        found = find_contacts(self.data.get("search", ""), among=households).values_list("pk", flat=True)
        self.found = list(found[:MOST_FOUND])
        self.fields["household"].queryset = households.filter(pk__in=self.found)
        if not self.found:
            self.fields["household"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        if data.get("search") and not self.found:
            self.add_error("search", _("Nobody is found by this."))
        elif data.get("search") and not data.get("household"):
            self.errors.pop("household", None)
            self.add_error("household", self.fields["household"].error_messages["required"])
        return data

    def values(self) -> dict:
        return {"household": self.cleaned_data["household"].pk}
