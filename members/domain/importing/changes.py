"""What a row adds to a contact who is on record already."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from members.domain.importing.memberships import PaidTerm, clash_of, is_on_record
from members.domain.importing.rows import Person
from members.models import Contact, Phone

FIELDS = ("given_name", "family_name", "organisation_name", "salutation", "birth_date", "preferred_language")


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
    term: PaidTerm | None = None
    clash: str = ""  # why a term of the row cannot be added

    def __bool__(self) -> bool:
        added = [self.emails, self.phones, self.tags, self.address, self.note, self.term]
        return any([self.fields, self.custom, *added])


def contacts_with_all(ids: set[int], people: Iterable[Person], *, lock: bool = False) -> dict[int, Contact]:
    """The contacts of these ids with what `changes_to` compares to `people`; with `lock` nobody else changes them meanwhile.

    Notes and terms only where a row brings one: years of them may stand on a contact.
    """
    people = list(people)
    found = Contact.objects.filter(pk__in=ids).order_by("pk")
    found = found.select_for_update(of=("self",)) if lock else found
    phones = Prefetch("phones", Phone.objects.as_stored().defer("number"))
    more = ["interactions"] if any(person.note for person in people) else []
    more += ["memberships__terms"] if any(person.term for person in people) else []
    return {contact.pk: contact for contact in found.prefetch_related("emails", phones, "addresses", "tags", *more)}


def changes_to(contact: Contact, person: Person, *, overwrite: bool) -> Changes:
    """Return what `person` adds to `contact`: empty fields are filled, full ones kept unless `overwrite`.

    `contact` comes from `contacts_with_all`. A language is never overwritten by default, since everybody has one. What
    is known already is not added again.
    """
    changes = Changes()
    for name in FIELDS:
        new, old = person.values.get(name), getattr(contact, name)
        if new and new != old and (overwrite or not old):
            changes.fields[name] = new
    for code, value in person.custom.items():
        if value is not None and contact.custom.get(code) != value and (overwrite or code not in contact.custom):
            changes.custom[code] = value
    have = {email.address.lower() for email in contact.emails.all()}
    changes.emails = [email for email in person.emails if email not in have]
    numbers = {phone.digits for phone in contact.phones.all()}
    changes.phones = [phone for phone in person.phones if phone not in numbers]
    names = {tag.name.casefold() for tag in contact.tags.all()}
    changes.tags = [tag for tag in person.tags if tag.casefold() not in names]
    if person.address and not contact.addresses.all():
        changes.address = person.address
    if person.note and person.note not in {note.text for note in contact.interactions.all()}:
        changes.note = person.note
    if person.term and not is_on_record(contact, person.term):
        changes.clash = clash_of(contact, person.term)
        changes.term = None if changes.clash else person.term
    return changes
