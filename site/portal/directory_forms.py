"""The form in which a member says what of them stands in the directory, and who may see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.domain.consent import age_on
from members.domain.directory import Choice, choose, draft, entry_of, least_age
from members.domain.photos import clean_photo
from members.exceptions import MembersError
from members.models import (
    AUDIENCE_COLUMNS,
    QUESTIONS,
    Audience,
    Contact,
    ContactKind,
    DirectoryEntry,
    DirectoryField,
    DirectoryScope,
    User,
    stricter,
)
from members.models.directory import TEXTS

SOURCE = "my area"
# The text that is written for a field; the other fields show what is on record.
TEXT_OF = {
    DirectoryField.NAME: "shown_name",
    DirectoryField.ABOUT: "about",
    DirectoryField.ORGANISATION: "organisation",
    DirectoryField.CITY: "city",
    DirectoryField.WEBSITE: "website",
}
HELP = {
    "shown_name": gettext_lazy("As you want to be called here. It need not be your whole name."),
    "about": gettext_lazy("For example: baker; teaches chemistry; happy to help with tax forms."),
}


@dataclass(frozen=True)
class Group:
    """One thing that may be shown: its text to be written, or what is on record, and the question who sees it."""

    title: str
    text: forms.BoundField | None
    on_record: str
    audience: forms.BoundField


class EntryForm(forms.Form):
    """What is shown, and to whom. `scope` is how far the office opens the directory."""

    def __init__(self, *args, contact: Contact, scope: str, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.contact, self.today = contact, on
        entry = entry_of(contact)
        self.widest = self._widest(scope)
        for name in TEXTS:
            self.fields[name] = _text_field(name)
            self.initial[name] = getattr(entry, name)
        if not entry.shown_name or entry.pk is None:
            self.initial |= _known_of(contact)
        for field, column in AUDIENCE_COLUMNS.items():
            self.fields[column] = forms.ChoiceField(
                label=QUESTIONS[field],
                choices=[choice for choice in Audience.choices if stricter(choice[0], self.widest) == choice[0]],
                initial=stricter(entry.audience_of(field), self.widest).value,
            )

    def _widest(self, scope: str) -> Audience:
        """To whom the member could show something: as far as the office and their age allow."""
        by_office = Audience.EVERYONE if scope == DirectoryScope.PUBLIC else Audience.MEMBERS
        return stricter(by_office, self._widest_at_their_age())

    def _widest_at_their_age(self) -> Audience:
        if self.contact.birth_date is None:
            return Audience.EVERYONE
        age = age_on(self.contact.birth_date, self.today)
        if age >= least_age(Audience.EVERYONE):
            return Audience.EVERYONE
        return Audience.MEMBERS if age >= least_age(Audience.MEMBERS) else Audience.NOBODY

    @property
    def age_notice(self) -> str:
        """What somebody young has to know, or an empty text."""
        widest = self._widest_at_their_age()
        if widest == Audience.NOBODY:
            return _("You can be in the directory from the age of %(age)s.") % {"age": least_age(Audience.MEMBERS)}
        if widest == Audience.MEMBERS:
            return _("Until you are %(age)s, only members can see you here.") % {"age": least_age(Audience.EVERYONE)}
        return ""

    def groups(self) -> Iterator[Group]:
        """The fields as they stand on the page."""
        on_record = {
            DirectoryField.PHOTO: _("The photo below.") if self.contact.photo else _("None on record yet."),
            DirectoryField.EMAIL: self.contact.email or _("None on record."),
            DirectoryField.PHONE: self.contact.phone or _("None on record."),
        }
        for field, column in AUDIENCE_COLUMNS.items():
            text = self[TEXT_OF[field]] if field in TEXT_OF else None
            yield Group(str(field.label), text, on_record.get(field, ""), self[column])

    def clean(self):
        data = super().clean()
        is_nameless = not data.get("shown_name") and "shown_name" not in self.errors
        if is_nameless and data.get("name_audience", Audience.NOBODY) != Audience.NOBODY:
            self.add_error("shown_name", _("Please enter a name."))
        if not self.errors:
            try:
                self.drafted = draft(self.contact, texts=self._texts(), audiences=self._audiences(), on=self.today)
            except MembersError as refusal:
                self.add_error(None, str(refusal))
        return data

    def _texts(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in TEXTS}

    def _audiences(self) -> dict[DirectoryField, Audience]:
        return {field: Audience(self.cleaned_data[column]) for field, column in AUDIENCE_COLUMNS.items()}

    def save_choices(self, *, actor: User) -> DirectoryEntry:
        """Write it down, each answer that is new with the words that were read. Raises MembersError."""
        choices = {
            field: Choice(audience, f"{QUESTIONS[field]} {audience.label}")
            for field, audience in self._audiences().items()
        }
        return choose(self.contact, texts=self._texts(), choices=choices, source=SOURCE, actor=actor, on=self.today)


def _text_field(name: str) -> forms.Field:
    options = {"assume_scheme": "https"} if name == "website" else {}
    return DirectoryEntry._meta.get_field(name).formfield(help_text=HELP.get(name, ""), **options)


def _known_of(contact: Contact) -> dict[str, str]:
    """What the record suggests, to be kept, changed or emptied by the member."""
    address = contact.addresses.order_by("-is_primary", "pk").first()
    known = {"shown_name": contact.name, "city": address.city if address else ""}
    # The organisation of a person; an organisation's own name is its name already.
    return known | ({"organisation": contact.organisation_name} if contact.kind == ContactKind.INDIVIDUAL else {})


class PhotoForm(forms.Form):
    """A new photo, made small and without what a camera wrote into it."""

    photo = forms.FileField(label=gettext_lazy("Your photo"), widget=forms.FileInput(attrs={"accept": "image/*"}))

    def clean_photo(self):
        return clean_photo(self.cleaned_data["photo"])


class SearchForm(forms.Form):
    """Whom somebody is looking for. Nothing that is typed is an error: what is too long is cut."""

    q = forms.CharField(label=gettext_lazy("Name, organisation or occupation"), required=False, max_length=100)
    city = forms.CharField(label=gettext_lazy("Town"), required=False, max_length=60)
