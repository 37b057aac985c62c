"""The dry run: what would come of each row, with nothing changed."""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.batching import batched
from members.domain.importing.changes import changes_to, contacts_with_all
from members.domain.importing.matching import known_contacts, match
from members.domain.importing.reading import Table, read_table
from members.domain.importing.rows import Person, RowReader, clean_text
from members.domain.plain_rows import insert_rows
from members.exceptions import ImportStateError, UnreadableFileError
from members.models import ImportRow, ImportRun, ImportState, Verdict

BATCH = 500
_SAVED = ["run_id", "number", "verdict", "reasons", "cells", "contact_id", "before", "is_applied"]


def reader_for(run: ImportRun) -> RowReader:
    """What reads the rows of `run`."""
    return RowReader(run.mapping, today=timezone.localdate())


def check_import(run: ImportRun) -> None:
    """Find a verdict for every row of `run`, from the beginning. Raises ImportStateError where `begin_check` does."""
    begin_check(run)
    go_on_checking(run)


@transaction.atomic
def begin_check(run: ImportRun) -> None:
    """Let the worker check `run`, anew if it was checked. Raises ImportStateError when it is under way or past that."""
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=[ImportState.UPLOADED, ImportState.CHECKED])
    if not waiting.update(state=ImportState.CHECKING, done=0, total=0, problem=""):
        raise ImportStateError
    ImportRow.objects.filter(run=run).delete()


def go_on_checking(run: ImportRun) -> None:
    """Check what is left of `run`. Of two workers, each batch is checked by one."""
    done = ImportRun.objects.values_list("done", flat=True).get(pk=run.pk)
    try:
        with run.file.open("rb") as file:
            table = read_table(file)
            rows = table.rows()
            seen = _seen_in(reader_for(run), islice(rows, done))
            for batch in batched(rows, BATCH):
                if not _save_batch(run, table, batch, seen, expected=done):
                    return
                done += len(batch)
    except UnreadableFileError as error:
        ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FAILED, problem=str(error)[:300])
        return
    ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKING, done=done).update(state=ImportState.CHECKED, done=0)


def _seen_in(reader: RowReader, rows: Iterator[tuple[int, list[str]]]) -> dict:
    """By which keys the rows are known that were checked before a restart."""
    seen: dict = {}
    for number, cells in rows:
        person, problems = reader.read(cells)
        for key in person.keys if not problems else ():
            seen.setdefault(key, number)
    return seen


@transaction.atomic
def _save_batch(run: ImportRun, table: Table, batch: list, seen: dict, *, expected: int) -> bool:
    """Note the verdicts of one batch, unless the check was stopped or another worker is further."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state != ImportState.CHECKING or held.done != expected:
        return False
    rows = _check_batch(run, table, batch, seen)
    insert_rows(ImportRow, _SAVED, ([getattr(row, name) for name in _SAVED] for row in rows))
    ImportRun.objects.filter(pk=run.pk).update(done=expected + len(batch), total=expected + len(batch))
    return True


def _check_batch(run: ImportRun, table: Table, batch: list[tuple[int, list[str]]], seen: dict) -> list[ImportRow]:
    reader = reader_for(run)
    read = [(number, cells, *reader.read(cells)) for number, cells in batch]
    known = known_contacts(person for _number, _cells, person, problems in read if not problems)
    ids = {pk for _number, _cells, person, problems in read if not problems and (pk := match(person, known))}
    contacts = contacts_with_all(ids, (person for _number, _cells, person, _problems in read))
    rows = []
    for number, cells, person, problems in read:
        problems = [*problems, *_surplus(table, cells)]
        rows.append(_row(run, number, cells, person, problems, known, contacts, seen))
    return rows


def _surplus(table: Table, cells: list[str]) -> list[str]:
    """A sentence if cells would be lost because no heading stands over them."""
    has_surplus = any(cell.strip() for cell in cells[len(table.columns) :])
    return [_("The row has more cells than there are headings.")] if has_surplus else []


def _row(
    run: ImportRun, number: int, cells: list[str], person: Person, problems: list[str], known: dict, contacts: dict,
    seen: dict,
) -> ImportRow:  # fmt: skip
    row = ImportRow(run=run, number=number)
    cells = [clean_text(cell) for cell in cells]
    if problems:
        row.verdict, row.reasons, row.cells = Verdict.REJECT, problems, cells
        return row
    pk = match(person, known)
    earlier = match(person, seen)
    for key in person.keys:
        seen.setdefault(key, number)
    if pk is not None:
        contact = contacts[pk]
        row.contact = contact
        changes = changes_to(contact, person, overwrite=bool(run.options.get("overwrite")))
        row.verdict = Verdict.UPDATE if changes else Verdict.SAME
        if changes.clash:
            row.verdict, row.reasons, row.cells = Verdict.REJECT, [changes.clash], cells
    elif earlier is not None:
        row.verdict, row.reasons = Verdict.UPDATE, [_("The same person as in row %(row)s.") % {"row": earlier}]
    elif not person.name:
        row.verdict, row.cells = Verdict.REJECT, cells
        row.reasons = [
            _("Nobody has the member number %(number)s, and there is no name.") % {"number": person.member_number}
        ]
    else:
        row.verdict = Verdict.CREATE
    return row
