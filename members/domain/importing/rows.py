"""What one row of a file says about a contact, or why it cannot be taken."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries

from members.dates import AmbiguousDateError, parse_birth_date
from members.domain.custom_fields import clean_value, custom_fields_for
from members.domain.importing.memberships import (
    LONGEST_NUMBER,
    TERM_FIELDS,
    PaidTerm,
    paid_term,
    read_cell,
    tiers_by_name,
)
from members.models import ContactKind, CustomField
from members.names import clean_line, normalise_name, western_digits

_SEVERAL = re.compile(r"[;,،؛|\n]+")
_LENGTHS = {"given_name": 150, "family_name": 150, "organisation_name": 250, "salutation": 150, "city": 120, "postcode": 20,
            "lines": 500}  # fmt: skip
MOST_NOTE, MOST_TAG = 5_000, 60
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3


@dataclass
class Person:
    """A contact as a row describes it. Empty means that the row says nothing of it."""

    values: dict[str, Any] = field(default_factory=dict)  # fields of Contact
    custom: dict[str, Any] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)  # E.164
    address: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    note: str = ""
    member_number: str = ""
    term: PaidTerm | None = None

    @property
    def name(self) -> str:
        """The whole name, as on the contact."""
        if self.values.get("kind") in {ContactKind.ORGANISATION, ContactKind.HOUSEHOLD}:
            return self.values.get("organisation_name", "")
        return " ".join(filter(None, [self.values.get("given_name"), self.values.get("family_name")]))

    @cached_property
    def keys(self) -> list[Hashable]:
        """What of a row is enough to know the person by, once it is read. An address or a number alone is not, since
        families share them."""
        name = normalise_name(self.name)
        keys: list[Hashable] = [("number", self.member_number.lower())] if self.member_number else []
        keys += [("email", email, name) for email in self.emails]
        keys += [("phone", phone, name) for phone in self.phones]
        if born := self.values.get("birth_date"):
            keys.append(("born", born, name))
        return keys


class RowReader:
    """Reads the rows of one file by one mapping."""

    def __init__(self, mapping: dict[str, str], *, today: date):
        self._fields = sorted((int(number), code) for number, code in mapping.items())
        self._own = {f"custom_{own.code}": own for own in custom_fields_for()}
        self._tiers = tiers_by_name() if "tier" in mapping.values() else {}
        self._today = today

    def read(self, cells: list[str]) -> tuple[Person, list[str]]:
        """Return what the row says, and a sentence for each thing that is wrong with it."""
        person, problems, term = Person(), [], {}
        for number, code in self._fields:
            text = clean_text(cells[number]) if number < len(cells) else ""
            if not text:
                continue
            try:
                if code in TERM_FIELDS:
                    term[code] = read_cell(code, text, self._tiers)
                else:
                    self._take(person, code, text)
            except ValidationError as error:
                problems += error.messages
            except ValueError as error:
                problems.append(str(error))
        self._settle_kind(person)
        try:
            _kept_whole(person.values.get("organisation_name", ""), _LENGTHS["organisation_name"])
            # A cell that could not be read has its own sentence already.
            person.term = None if problems else paid_term(term)
        except ValueError as error:
            problems.append(str(error))
        if not person.name and not person.member_number:
            problems.append(_("There is no name."))
        return person, problems

    def _take(self, person: Person, code: str, text: str) -> None:
        if code in self._own:
            self._take_own(person, self._own[code], text)
        elif code in _LENGTHS:
            _take_line(person, code, text)
        else:
            _TAKERS[code](self, person, text)

    def _take_own(self, person: Person, own: CustomField, text: str) -> None:
        try:
            person.custom[own.code] = clean_value(own, text)
        except ValidationError as error:
            raise ValueError(f"{own.label}: {' '.join(error.messages)}") from None

    def _settle_kind(self, person: Person) -> None:
        if "kind" not in person.values:
            is_person = person.values.get("given_name") or person.values.get("family_name")
            has_other = person.values.get("organisation_name") and not is_person
            person.values["kind"] = ContactKind.ORGANISATION if has_other else ContactKind.INDIVIDUAL
        if person.values["kind"] != ContactKind.INDIVIDUAL and not person.values.get("organisation_name"):
            person.values["organisation_name"] = " ".join(
                filter(None, [person.values.pop("given_name", ""), person.values.pop("family_name", "")])
            )

    def _name(self, person: Person, text: str) -> None:
        given, _space, family = text.rpartition(" ")
        _take_line(person, "given_name", given or family)
        if given:
            _take_line(person, "family_name", family)

    def _kind(self, person: Person, text: str) -> None:
        kind = _kinds().get(normalise_name(text))
        if kind is None:
            raise ValueError(_("“%(text)s” is no kind of contact.") % {"text": text})
        person.values["kind"] = kind

    def _email(self, person: Person, text: str) -> None:
        for address in filter(None, (part.strip().lower() for part in _SEVERAL.split(text))):
            try:
                validate_email(address)
            except ValidationError:
                raise ValueError(_("“%(text)s” is not an e-mail address.") % {"text": address}) from None
            if len(address) > LONGEST_EMAIL:
                raise ValueError(_("“%(text)s” is not an e-mail address.") % {"text": address})
            if address not in person.emails:
                person.emails.append(address)

    def _phone(self, person: Person, text: str) -> None:
        for number in filter(None, (part.strip() for part in _SEVERAL.split(text))):
            written = _e164(western_digits(number))
            if not written:
                raise ValueError(_("“%(text)s” is not a telephone number.") % {"text": number})
            if written not in person.phones:
                person.phones.append(written)

    def _birth_date(self, person: Person, text: str) -> None:
        try:
            person.values["birth_date"] = parse_birth_date(text, today=self._today)
        except AmbiguousDateError:
            raise ValueError(
                _("“%(text)s” may be a Hijri or a Jalali date. Please write it as a Gregorian one.") % {"text": text}
            ) from None
        except ValueError:
            raise ValueError(_("“%(text)s” is not a date of birth.") % {"text": text}) from None

    def _language(self, person: Person, text: str) -> None:
        code = _languages().get(normalise_name(text))
        if code is None:
            raise ValueError(_("“%(text)s” is none of the site's languages.") % {"text": text})
        person.values["preferred_language"] = code

    def _country(self, person: Person, text: str) -> None:
        code = _countries().get(normalise_name(text))
        if code is None:
            raise ValueError(_("“%(text)s” is no country.") % {"text": text})
        person.address["country"] = code

    def _tags(self, person: Person, text: str) -> None:
        for tag in filter(None, (part.strip() for part in _SEVERAL.split(text))):
            person.tags.append(_kept_whole(tag, MOST_TAG))

    def _note(self, person: Person, text: str) -> None:
        person.note = _kept_whole("\n".join(filter(None, [person.note, text])), MOST_NOTE)

    def _member_number(self, person: Person, text: str) -> None:
        person.member_number = _kept_whole(western_digits(text).strip(), LONGEST_NUMBER)


_TAKERS = {
    "name": RowReader._name,
    "kind": RowReader._kind,
    "email": RowReader._email,
    "phone": RowReader._phone,
    "birth_date": RowReader._birth_date,
    "language": RowReader._language,
    "country": RowReader._country,
    "tags": RowReader._tags,
    "note": RowReader._note,
    "member_number": RowReader._member_number,
}


def clean_text(cell: str) -> str:
    """A cell without control and direction characters. One that begins like a formula is a text like any other."""
    return clean_line(cell) if "\n" not in cell else "\n".join(map(clean_line, cell.splitlines())).strip()


def _kept_whole(text: str, most: int) -> str:
    """Return `text`. Raises ValueError with a sentence if it is longer than `most` characters, since nothing is cut."""
    if len(text) > most:
        raise ValueError(_("“%(start)s…” is longer than %(most)s characters.") % {"start": text[:20], "most": most})
    return text


def _take_line(person: Person, code: str, text: str) -> None:
    _kept_whole(text, _LENGTHS[code])
    if code in {"lines", "city", "postcode"}:
        person.address[code] = text
    else:
        person.values[code] = text


@lru_cache(maxsize=4096)
def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Kinds by code and by name in each of the site's languages."""
    found = {normalise_name(kind.value): kind.value for kind in ContactKind}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {normalise_name(str(kind.label)): kind.value for kind in ContactKind}
    return found


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    found = {code: code for code, _name in settings.LANGUAGES}
    for shown_in, _name in settings.LANGUAGES:
        with translation.override(shown_in):
            found |= {normalise_name(str(_(str(name)))): code for code, name in settings.LANGUAGES}
            found |= {
                normalise_name(translation.get_language_info(code)["name_local"]): code for code in found.values()
            }
    return found


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for shown_in, _name in settings.LANGUAGES:
        with translation.override(shown_in):
            found |= {normalise_name(str(name)): code for code, name in countries}
    return found | {code.lower(): code for code, _name in countries}
