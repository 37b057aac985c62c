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
    """The household is searched for, since there may be thousands, and then chosen among those that were found."""

    search = forms.CharField(label=_("Search"), max_length=200)
    household = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Household"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        placeholder = _("Name, e-mail address, telephone, member number")
        self.fields["search"].widget.attrs.update({"placeholder": placeholder, "autofocus": True})
        households = Contact.objects.filter(kind=ContactKind.HOUSEHOLD, erased_at=None)
        found = find_contacts(self.data.get("search", ""), among=households)[:MOST_FOUND]
        self.fields["household"].queryset = households.filter(pk__in=[household.pk for household in found])
        if not found:
            del self.fields["household"]

    @property
    def is_searching(self) -> bool:
        """Whether there is nothing yet to choose from."""
        return "household" not in self.fields

    def clean(self):
        data = super().clean()
        if self.is_searching and data.get("search"):
            self.add_error("search", _("Nobody is found by this."))
        elif "look" in self.data:
            # Nothing is wrong yet: what was found is shown, to be chosen from.
            self.errors.pop("household", None)
        return data

    def is_valid(self) -> bool:
        return super().is_valid() and bool(self.cleaned_data.get("household"))

    def values(self) -> dict:
        return {"household": self.cleaned_data["household"].pk}
