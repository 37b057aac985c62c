"""What is one value per contact, so that a merge must choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from members.domain.custom_fields import custom_fields_for, shown_value
from members.domain.merging_journal import written
from members.models import Contact

KEPT, MERGED = "kept", "merged"
CUSTOM = "custom."
COLUMNS = (
    "given_name",
    "family_name",
    "organisation_name",
    "salutation",
    "birth_date",
    "died_on",
    "preferred_language",
    "calendar",
    "owner",
    "photo",
)


@dataclass(frozen=True)
class FieldChoice:
    """One value of either contact. `chosen` says whose stays if nobody chooses: the kept one's, unless it is empty."""

    code: str
    label: str
    kept: Any
    merged: Any
    kept_shown: str
    merged_shown: str

    @property
    def differs(self) -> bool:
        return self.kept != self.merged

    @property
    def chosen(self) -> str:
        return MERGED if self.kept in (None, "") else KEPT


def fields_to_choose(kept: Contact, merged: Contact) -> list[FieldChoice]:
    """Return every value that one contact has once, with both contacts' own. Columns that are empty in both are left out."""
    columns = [_column(code, kept, merged) for code in COLUMNS]
    return [choice for choice in columns + _custom(kept, merged) if not (_empty(choice.kept) and _empty(choice.merged))]


def _empty(value: Any) -> bool:
    return value in (None, "")


def _column(code: str, kept: Contact, merged: Contact) -> FieldChoice:
    field = Contact._meta.get_field(code)
    values = [written(contact)[field.attname] for contact in (kept, merged)]
    shown = [_shown(code, contact) for contact in (kept, merged)]
    return FieldChoice(code, str(field.verbose_name), *values, *shown)


def _shown(code: str, contact: Contact) -> str:
    value = getattr(contact, code)
    if not value:
        return ""
    if code in {"birth_date", "died_on"}:
        return date_format(value)
    display = getattr(contact, f"get_{code}_display", None)
    return str(display() if display else value)


def _custom(kept: Contact, merged: Contact) -> list[FieldChoice]:
    """The nonprofit's own fields; also answers to a field that it no longer asks."""
    fields = {field.code: field for field in custom_fields_for()}
    answered = [code for code in {**kept.custom, **merged.custom} if code not in fields]
    choices = []
    for code in [*fields, *answered]:
        values = [contact.custom.get(code) for contact in (kept, merged)]
        shown = [shown_value(fields[code], value) if code in fields else str(value) for value in values]
        choices.append(FieldChoice(f"{CUSTOM}{code}", str(fields.get(code, code)), *values, *shown))
    return choices


def chosen_values(kept: Contact, merged: Contact, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the one contact that comes of two. `choices`: code of the field to KEPT or MERGED."""
    values: dict[str, Any] = {}
    custom = dict(kept.custom)
    for field in fields_to_choose(kept, merged):
        if choices.get(field.code, field.chosen) != MERGED:
            continue
        if field.code.startswith(CUSTOM):
            custom[field.code.removeprefix(CUSTOM)] = field.merged
        else:
            name = Contact._meta.get_field(field.code).attname
            values[name] = getattr(merged, name)
    custom = {code: value for code, value in custom.items() if value is not None}
    return {**values, "custom": custom}
