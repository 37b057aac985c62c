"""Carrying an import out, batch by batch. How far it came is saved with each batch, so a kill loses and doubles nothing."""

from itertools import islice

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from members.batching import batched
from members.domain.accountability import log_many
from members.domain.importing.checking import BATCH, reader_for
from members.domain.importing.matching import known_contacts, match
from members.domain.importing.memberships import Added, add_terms, journal_of
from members.domain.importing.reading import Table, read_table
from members.domain.importing.rows import Person
from members.domain.importing.updating import Outcome, note_of, update_contacts
from members.domain.plain_rows import insert_rows, update_rows
from members.domain.search import SearchFacts, index_contacts, index_new
from members.exceptions import ImportStateError, UnreadableFileError
from members.models import (
    Address,
    Contact,
    Email,
    ImportRow,
    ImportRun,
    ImportState,
    Interaction,
    Phone,
    Tag,
    User,
    Verdict,
)

_MAY_STOP = [ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING]


def upload(file: ContentFile, *, name: str, by: User) -> ImportRun:
    """Keep `file` and note its headings. Raises UnreadableFileError, and then keeps nothing."""
    table = read_table(file)
    run = ImportRun(file_name=name[:200], columns=table.columns, encoding=table.encoding, created_by=by)
    file.seek(0)
    run.file.save(f"import.{table.kind}", file, save=False)
    run.save()
    return run


def samples(run: ImportRun, count: int = 3) -> list[list[str]]:
    """The first rows of the file, to be shown beside its headings."""
    with run.file.open("rb") as file:
        return [cells for _number, cells in islice(read_table(file).rows(), count)]


@transaction.atomic
def start(run: ImportRun) -> None:
    """Let the worker carry out what was checked. Raises ImportStateError when it is not checked, or runs already."""
    changed = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    if not changed.update(state=ImportState.RUNNING, done=0):
        raise ImportStateError


def cancel_import(run: ImportRun) -> None:
    """Stop after the batch that is being done. What came in stays, and can be undone."""
    moving = ImportRun.objects.filter(pk=run.pk, state__in=_MAY_STOP)
    moving.update(state=ImportState.CANCELLED, finished_at=timezone.now())


def run_import(run: ImportRun) -> None:
    """Do what is left of `run`. Of two workers, each batch is done by one."""
    try:
        with run.file.open("rb") as file:
            table = read_table(file)
            done = ImportRun.objects.values_list("done", flat=True).get(pk=run.pk)
            for batch in batched(islice(table.rows(), done, None), BATCH):
                if not _one_batch(run.pk, table, batch, expected=done):
                    return
                done += len(batch)
    except UnreadableFileError as error:
        ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED, problem=str(error)[:300])
        return
    running = ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING)
    running.update(state=ImportState.DONE, finished_at=timezone.now())


@transaction.atomic
def _one_batch(run_pk: int, table: Table, batch: list[tuple[int, list[str]]], *, expected: int) -> bool:
    """Take in one batch, unless the run was stopped or another worker is further."""
    run = ImportRun.objects.select_for_update().get(pk=run_pk)
    if run.state != ImportState.RUNNING or run.done != expected:
        return False
    numbers = [number for number, _cells in batch]
    checked = {row.number: row for row in ImportRow.objects.filter(run=run, number__in=numbers)}
    reader = reader_for(run)
    people = {number: reader.read(cells)[0] for number, cells in batch if _is_wanted(checked.get(number))}
    _take_in(run, people, checked)
    run.done += len(batch)
    run.save(update_fields=["done"])
    return True


def _is_wanted(row: ImportRow | None) -> bool:
    return row is not None and row.verdict != Verdict.REJECT


def _take_in(run: ImportRun, people: dict[int, Person], checked: dict[int, ImportRow]) -> None:
    tags = _tags({tag for person in people.values() for tag in person.tags})
    known = known_contacts(people.values())
    new: dict[int, Person] = {}
    again: list[tuple[int, Person]] = []
    here: dict = {}
    for number, person in people.items():
        # What a row brings also tells who the next ones are, whether it meets somebody on record or in this batch.
        for met in (known, here):
            if (who := match(person, met)) is not None:
                again.append((number, person))
                _learn(met, person, who)
                break
        else:
            if person.name:
                new[number] = person
                _learn(here, person, number)
    made, journal = _create(run, new, tags)
    known |= {key: made[number].pk for key, number in here.items()}
    meant = [(number, person, match(person, known)) for number, person in again]
    updated = update_contacts(run, [(number, person, pk) for number, person, pk in meant if pk is not None], tags)
    update_rows(
        ImportRow,
        ["verdict", "contact", "before", "is_applied"],
        (
            (Verdict.CREATE.value, contact.pk, journal.get(contact.pk, {}), True, checked[number].pk)
            for number, contact in made.items()
        ),
    )
    update_rows(
        ImportRow,
        ["verdict", "contact", "before", "reasons", "is_applied"],
        (
            (_verdict(one).value, one.contact, one.before, one.reasons, True, checked[number].pk)
            for number, one in updated.items()
        ),
    )
    added_to = {one.contact for one in updated.values() if one.before}
    index_contacts(added_to)
    touched = sorted({contact.pk for contact in made.values()} | added_to)
    log_many(touched, "sanduq.import", by=run.created_by, data={"import": run.pk})


def _verdict(outcome: Outcome) -> Verdict:
    return Verdict.UPDATE if outcome.before else Verdict.SAME


def _learn(met: dict, person: Person, who: int) -> None:
    for key in person.keys:
        met.setdefault(key, who)


def _tags(names: set[str]) -> dict[str, Tag]:
    known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    missing = {name.casefold(): name for name in sorted(names) if name.casefold() not in known}
    made = Tag.objects.bulk_create(Tag(name=name) for name in missing.values())
    return known | {tag.name.casefold(): tag for tag in made}


def _number_of(added: Added | None) -> list[str]:
    return [added.number] if added and added.number else []


def _create(
    run: ImportRun, people: dict[int, Person], tags: dict[str, Tag]
) -> tuple[dict[int, Contact], dict[int, dict]]:
    """Write new contacts, and return them by row, and by contact what it takes to undo the terms they came with."""
    contacts = {}
    for number, person in people.items():
        contact = Contact(
            **person.values, custom={code: value for code, value in person.custom.items() if value is not None}
        )
        contact.fold_name()
        contacts[number] = contact
    Contact.objects.bulk_create(contacts.values())
    pairs = [(contact, people[number]) for number, contact in contacts.items()]
    insert_rows(
        Email,
        ["contact", "address", "is_primary", "is_undeliverable"],
        ((contact.pk, email, email == person.emails[0], False) for contact, person in pairs for email in person.emails),
    )
    insert_rows(
        Phone,
        ["contact", "number", "is_primary"],
        ((contact.pk, phone, phone == person.phones[0]) for contact, person in pairs for phone in person.phones),
    )
    added = add_terms((contact, person.term, person.member_number) for contact, person in pairs if person.term)
    index_new(
        SearchFacts(contact.pk, contact.search_name, person.emails, person.phones, _number_of(added.get(contact.pk)))
        for contact, person in pairs
    )
    Address.objects.bulk_create(
        [Address(contact=contact, **person.address) for contact, person in pairs if person.address]
    )
    insert_rows(
        Contact.tags.through,
        ["contact", "tag"],
        ((contact.pk, pk) for contact, person in pairs for pk in {tags[name.casefold()].pk for name in person.tags}),
    )
    Interaction.objects.bulk_create(note_of(run, contact, person.note) for contact, person in pairs if person.note)
    return contacts, {pk: {"fields": {}, "custom": {}, **made} for pk, made in journal_of(added).items()}
