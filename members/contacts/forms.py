from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from members.contacts.saving import ConfirmedMixin, changes_sentence, known_sentence
from members.domain.contacts import take_version
from members.domain.custom_fields import clean_value, custom_fields_for
from members.domain.duplicates import Candidate, duplicates_of
from members.domain.photos import clean_photo, set_photo
from members.domain.relationships import effects_of, ended_by_death
from members.exceptions import StaleContactError
from members.forms import BirthDateField, PersonNameField, custom_form_field
from members.models import Contact, User

MOST_ALIKE_SHOWN = 5


class ContactForm(ConfirmedMixin, WagtailAdminModelForm):
    """Everything about one contact. Two colleagues may have it open: who saves second is told what changed meanwhile."""

    given_name = PersonNameField(label=_("Given name"), required=False)
    family_name = PersonNameField(label=_("Family name"), required=False)
    organisation_name = PersonNameField(
        label=_("Name of the organisation or household"), max_length=250, required=False
    )
    birth_date = BirthDateField(label=_("Date of birth"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    photo_file = forms.FileField(label=_("Photo"), required=False, help_text=_("JPEG or PNG, at most 10 MB."))
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)
    # What the person at the desk was warned of and has seen. A different warning is shown again.
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self._offer_colleagues()
        self.custom_fields = custom_fields_for()
        for field in self.custom_fields:
            self.fields[f"custom_{field.code}"] = custom_form_field(field, self.instance.custom.get(field.code))
        if not self.instance.photo:
            del self.fields["remove_photo"]

    def _offer_colleagues(self) -> None:
        """Nobody else looks after a contact, but whoever does already stays when they have left."""
        offered = Q(pk__in=User.objects.colleagues().values("pk")) | Q(pk=self.instance.owner_id)
        self.fields["owner"].queryset = User.objects.filter(offered)

    @property
    def custom_bound_fields(self) -> list[forms.BoundField]:
        """For the panel that shows them."""
        return [self[f"custom_{field.code}"] for field in self.custom_fields]

    def clean_photo_file(self):
        upload = self.cleaned_data.get("photo_file")
        return clean_photo(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for field in self.custom_fields:
            try:
                data[f"custom_{field.code}"] = clean_value(field, str(data.get(f"custom_{field.code}") or ""))
            except ValidationError as error:
                self.add_error(f"custom_{field.code}", error)
        return data

    def save(self, commit: bool = True) -> Contact:
        if self.instance.pk:
            take_version(self.instance, seen=self.cleaned_data.get("version") or 0)
        self._take_over_answers()
        contact = super().save(commit=commit)
        if commit:
            self._save_photo(contact)
        return contact

    def _take_over_answers(self) -> None:
        for field in self.custom_fields:
            value = self.cleaned_data[f"custom_{field.code}"]
            if value is None:
                self.instance.custom.pop(field.code, None)
            else:
                self.instance.custom[field.code] = value

    def _save_photo(self, contact: Contact) -> None:
        if photo := self.cleaned_data.get("photo_file"):
            set_photo(contact, photo)
        elif self.cleaned_data.get("remove_photo"):
            set_photo(contact, None)

    @property
    def has_died_now(self) -> bool:
        """Whether this is how a death becomes known."""
        return "died_on" in self.changed_data and bool(self.cleaned_data.get("died_on"))

    def warning(self) -> SafeString | None:
        """What else saving this would change, for the person at the desk to see before it is done."""
        if not self.instance.pk:
            alike = duplicates_of(self._candidate())
            return known_sentence(alike[:MOST_ALIKE_SHOWN]) if alike else None
        if not self.has_died_now:
            return None
        pairs = ended_by_death(self.instance, died_on=self.cleaned_data["died_on"])
        changes = effects_of(
            before=[was for was, _ended in pairs], after=[ended for _was, ended in pairs], on=timezone.localdate()
        )
        return changes_sentence(changes) if changes else None

    def _candidate(self) -> Candidate:
        data = self.cleaned_data
        emails, phones, addresses = (self._rows_of(name) for name in ("emails", "phones", "addresses"))
        return Candidate(
            kind=data["kind"],
            given_name=data["given_name"],
            family_name=data["family_name"],
            organisation_name=data["organisation_name"],
            birth_date=data["birth_date"],
            emails=[row["address"] for row in emails],
            phones=[row["number"].as_e164 for row in phones],
            addresses=[(row["lines"], row["postcode"], row["city"]) for row in addresses],
        )

    def _rows_of(self, name: str) -> list[dict[str, Any]]:
        rows = (form.cleaned_data for form in self.formsets[name].forms if form.has_changed())
        return [row for row in rows if row and not row.get("DELETE")]

    def report_conflict(self, error: StaleContactError) -> None:
        """Say what a colleague saved meanwhile, and let a second save go through with what is typed here."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(error.now.version)
        self.add_error(
            None,
            gettext(
                "A colleague saved this contact while you were writing, and nothing of yours is lost. "
                "Theirs now: %(theirs)s. Save again to put yours in its place."
            )
            % {"theirs": "; ".join(self._differences(error.now)) or gettext("the same as yours")},
        )

    def _differences(self, now: Contact) -> list[str]:
        found = []
        for name in ("kind", "given_name", "family_name", "organisation_name", "salutation", "birth_date", "died_on",
                     "preferred_language", "calendar", "owner"):  # fmt: skip
            theirs = getattr(now, name)
            if name in self.fields and str(theirs or "") != str(self.cleaned_data.get(name) or ""):
                found.append(f"{self.fields[name].label}: {theirs or '–'}")
        found += self._other_rows(now)
        return found

    def _other_rows(self, now: Contact) -> list[str]:
        """Addresses and numbers that stand on record and not in this form."""
        rows = []
        for name, attribute in (("emails", "address"), ("phones", "number"), ("addresses", "lines")):
            typed = {str(form.cleaned_data.get(attribute)) for form in self.formsets[name].forms if form.is_valid()}
            theirs = {str(getattr(row, attribute)) for row in getattr(now, name).all()}
            rows += sorted(theirs - typed)
        return rows
