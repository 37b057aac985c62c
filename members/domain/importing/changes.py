"""What a row adds to a contact who is on record already."""

from dataclasses import dataclass, field
from typing import Any

from members.domain.importing.rows import Person
from members.models import Contact

_FIELDS = ("given_name", "family_name", "organisation_name", "salutation", "birth_date", "preferred_language")


@dataclass
class Changes:
    """New values of fields, and what is added beside them."""

    fields: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    address: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def __bool__(self) -> bool:
        return any([self.fields, self.custom, self.emails, self.phones, self.tags, self.address, self.note])


def changes_to(contact: Contact, person: Person, *, overwrite: bool) -> Changes:
    """Return what `person` adds to `contact`: empty fields are filled, full ones kept unless `overwrite`.

    `contact` comes with its emails, phones, addresses, tags and interactions fetched. A language is never overwritten
    by default, since everybody has one. What is known already is not added again.
    """
    changes = Changes()
    for name in _FIELDS:
        new, old = person.values.get(name), getattr(contact, name)
        if new and new != old and (overwrite or not old):
            changes.fields[name] = new
    for code, value in person.custom.items():
        if value is not None and contact.custom.get(code) != value and (overwrite or code not in contact.custom):
            changes.custom[code] = value
    have = {email.address.lower() for email in contact.emails.all()}
    changes.emails = [email for email in person.emails if email not in have]
    numbers = {str(phone.number) for phone in contact.phones.all()}
    changes.phones = [phone for phone in person.phones if phone not in numbers]
    names = {tag.name.casefold() for tag in contact.tags.all()}
    changes.tags = [tag for tag in person.tags if tag.casefold() not in names]
    if person.address and not contact.addresses.all():
        changes.address = person.address
    if person.note and person.note not in {note.text for note in contact.interactions.all()}:
        changes.note = person.note
    return changes
