"""Adding what the rows of a batch bring to contacts who are on record: a fixed number of statements, however many rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from members.domain.importing.changes import FIELDS, Changes, changes_to, contacts_with_all
from members.domain.importing.memberships import add_terms, journal_of
from members.domain.importing.rows import Person
from members.domain.plain_rows import insert_rows, update_rows
from members.models import Address, Contact, Email, ImportRun, Interaction, Phone, Tag

_WRITTEN = [*FIELDS, "custom", "search_name", "match_key", "version", "updated_at"]
Match = tuple[int, Person, int]  # a row's number, what it says, and the id of the contact whom it means


@dataclass
class _Change:
    """What one row does to a contact, and what it takes to undo it."""

    contact: Contact
    changes: Changes
    before: dict[str, Any]
    member_number: str


@dataclass
class Outcome:
    """Whom a row meant, what it takes to undo it (an empty dict for nothing new), and what of it could not be added."""

    contact: int
    before: dict[str, Any]
    reasons: list[str]


def update_contacts(run: ImportRun, matches: list[Match], tags: dict[str, Tag]) -> dict[int, Outcome]:
    """Add what is new, and return per row what came of it. `tags` holds every tag of these rows by its name in small letters."""
    done: dict[int, Outcome] = {}
    for wave in _waves(matches):
        ids = {pk for _number, _person, pk in wave}
        contacts = contacts_with_all(ids, (person for _number, person, _pk in wave), lock=True)
        changed = []
        for number, person, pk in wave:
            changes = changes_to(contacts[pk], person, overwrite=bool(run.options.get("overwrite")))
            done[number] = Outcome(pk, {}, [changes.clash] if changes.clash else [])
            if changes:
                change = _Change(contacts[pk], changes, _set_fields(contacts[pk], changes), person.member_number)
                done[number].before = change.before
                changed.append(change)
        _write(run, changed, tags)
    return done


def _waves(matches: list[Match]) -> Iterator[list[Match]]:
    """Cut the rows into parts in which everybody is meant once: a second row must see what the first one added."""
    while matches:
        met: set[int] = set()
        now: list[Match] = []
        later: list[Match] = []
        for row in matches:
            (later if row[2] in met else now).append(row)
            met.add(row[2])
        yield now
        matches = later


def _set_fields(contact: Contact, changes: Changes) -> dict[str, Any]:
    before: dict[str, Any] = {"fields": {}, "custom": {}}
    for name, value in changes.fields.items():
        before["fields"][name] = [_as_json(getattr(contact, name)), _as_json(value)]
        setattr(contact, name, value)
    for code, value in changes.custom.items():
        before["custom"][code] = [contact.custom.get(code), value]
        contact.custom[code] = value
    if changes.fields or changes.custom:
        contact.fold_name()
        contact.version += 1
        contact.updated_at = timezone.now()
    return before


def _as_json(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write(run: ImportRun, changed: list[_Change], tags: dict[str, Tag]) -> None:
    saved = [change.contact for change in changed if change.changes.fields or change.changes.custom]
    update_rows(Contact, _WRITTEN, ([*(getattr(one, name) for name in _WRITTEN), one.pk] for one in saved))
    _add(changed, "emails", [email for change in changed for email in _emails(change)])
    _add(changed, "phones", [phone for change in changed for phone in _phones(change)])
    _add(changed, "addresses", [
        Address(contact=change.contact, **change.changes.address) for change in changed if change.changes.address
    ])  # fmt: skip
    _add(changed, "notes", [
        note_of(run, change.contact, change.changes.note) for change in changed if change.changes.note
    ])  # fmt: skip
    with_terms = [change for change in changed if change.changes.term]
    journal = journal_of(
        add_terms(
            (change.contact, change.changes.term, change.member_number) for change in with_terms if change.changes.term
        )
    )
    for change in with_terms:
        change.before |= journal[change.contact.pk]
    for change in changed:
        change.before["tags"] = sorted({tags[name.casefold()].pk for name in change.changes.tags})
    pairs = ((change.contact.pk, tag) for change in changed for tag in change.before["tags"])
    insert_rows(Contact.tags.through, ["contact", "tag"], pairs)


def _emails(change: _Change) -> list[Email]:
    is_first = not change.contact.emails.all()
    return [
        Email(contact=change.contact, address=address, is_primary=is_first and not place)
        for place, address in enumerate(change.changes.emails)
    ]


def _phones(change: _Change) -> list[Phone]:
    is_first = not change.contact.phones.all()
    return [
        Phone(contact=change.contact, number=number, is_primary=is_first and not place)
        for place, number in enumerate(change.changes.phones)
    ]


def _add(changed: list[_Change], code: str, rows: list[Any]) -> None:
    """Save new rows of one table and note their ids with the change that brings them."""
    ids: dict[int, list[int]] = {}
    for row in type(rows[0])._base_manager.bulk_create(rows) if rows else ():
        ids.setdefault(row.contact_id, []).append(row.pk)
    for change in changed:
        change.before[code] = ids.get(change.contact.pk, [])


def note_of(run: ImportRun, contact: Contact, text: str) -> Interaction:
    """The note that a row of `run` leaves on a contact, unsaved."""
    return Interaction(contact=contact, subject=run.file_name[:200], text=text, created_by=run.created_by)
