"""Erasing a person: nothing by which they could be found stays, while sums, numbers and counts do."""

from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry, Revision

from members.batching import batched
from members.domain.holdings import Holding, Person, all_holdings, mentions, plain_text
from members.domain.merging_journal import files_in
from members.exceptions import AlreadyErasedError, ErasureRefusedError
from members.models import Contact, Erasure, Merge, Relationship, SearchTerm, User
from members.signals import person_erased

BATCH = 500


@dataclass(frozen=True)
class PreviewLine:
    """How many rows of one kind there are, whether they go, and if they stay why."""

    label: str
    count: int
    goes: bool
    why_kept: str


@dataclass(frozen=True)
class ErasurePreview:
    """What erasing somebody would do. With `refusals` it would do nothing but say them."""

    lines: list[PreviewLine]
    refusals: list[str]

    @property
    def going(self) -> list[PreviewLine]:
        return [line for line in self.lines if line.goes]

    @property
    def staying(self) -> list[PreviewLine]:
        return [line for line in self.lines if not line.goes]


def preview_erasure(contact: Contact) -> ErasurePreview:
    """Return what would go and what would stay, and why, if `contact` were erased now."""
    person, lines = Person(contact), []
    for holding in all_holdings():
        if count := sum(rows.count() for rows in holding.querysets(person)):
            lines.append(PreviewLine(str(holding.label), count, not holding.is_kept, str(holding.why_kept)))
    return ErasurePreview(lines, _refusals(contact))


def erase(contact: Contact, *, reason: str, by: User | None) -> Erasure:
    """Erase the person behind `contact` for good, and return the note of it, which does not say who it was.

    Their rows go; those that the law makes keep stay without them; the contact's own row stays, empty, so that kept
    rows still lead somewhere. One transaction; files are removed once it is committed.
    Raises AlreadyErasedError, and ErasureRefusedError with what has to be done first.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if contact.erased_at:
            raise AlreadyErasedError
        if refusals := _refusals(contact):
            raise ErasureRefusedError(refusals)
        # Read before anything goes: afterwards nothing tells by what they were known.
        person = Person(contact)
        words = list(person.words)
        traces = _traces_elsewhere(contact)
        for holding in all_holdings():
            if holding.before:
                holding.before(contact)
        erasure = Erasure.objects.create(contact_pk=contact.pk, reason=reason[:200], erased_by=_stays(by, person))
        # From here on no receiver writes down again what is being taken away.
        Contact.objects.filter(pk=contact.pk).update(erased_at=timezone.now())
        set_aside = _files_set_aside(Merge.objects.filter(kept=contact))
        gone, kept, files = _erase_holdings(person)
        SearchTerm.objects.filter(contact=contact).delete()
        files += set_aside + _clear_traces(traces, words)
        erasure.counts = {"gone": dict(gone), "kept": dict(kept), "files": files}
        erasure.save(update_fields=["counts"])
        contact_pk, user_pk = contact.pk, person.user.pk if person.user else None
        transaction.on_commit(lambda: _finish(erasure.pk, contact_pk, user_pk))
    return erasure


def remove_left_files() -> int:
    """Remove files of erased people that a crash right after the commit left lying, and return how many."""
    waiting = Erasure.objects.exclude(counts__files=[]).filter(counts__has_key="files")
    return sum(_remove_files(erasure) for erasure in waiting)


def _refusals(contact: Contact) -> list[str]:
    return [text for holding in all_holdings() if holding.refusal and (text := holding.refusal(contact))]


def _stays(user: User | None, person: Person) -> User | None:
    """Nobody is named by a log-in that goes at the same moment."""
    return None if user is None or user == person.user else user


# --- Rows -----------------------------------------------------------------------------------


def _erase_holdings(person: Person) -> tuple[Tally, Tally, list[list[str]]]:
    """Erase every holding, last declared first, so that rows which point at others go before them."""
    gone: Tally = Tally()
    kept: Tally = Tally()
    files: list[list[str]] = []
    # All are looked up before the first goes: later ones are found by way of earlier ones.
    found = [
        (holding, [pk for rows in holding.querysets(person) for pk in rows.values_list("pk", flat=True)])
        for holding in reversed(list(all_holdings()))
    ]
    for holding, pks in found:
        if not pks:
            continue
        (kept if holding.is_kept else gone)[holding.code] += len(pks)
        for batch in batched(pks, BATCH):
            clear_logs(holding.model, batch)
            files += take_away(holding, holding.model._default_manager.filter(pk__in=batch))
    return gone, kept, files


def take_away(holding: Holding, rows: QuerySet) -> list[list[str]]:
    """Delete `rows`, or blank them where they are kept, and return the files to remove once that is committed."""
    files = [
        [holding.code, name, stored.name]
        for name in holding.files
        for row in rows.exclude(**{name: ""})
        if (stored := getattr(row, name))
    ]
    if not holding.is_kept:
        rows.delete()
    elif holding.blank:
        _blank(holding, rows)
    return files


def _blank(holding: Holding, rows: QuerySet) -> None:
    fixed = {name: value for name, value in holding.blank.items() if not callable(value)}
    worked_out = {name: value for name, value in holding.blank.items() if callable(value)}
    if worked_out:
        changed = list(rows)
        for row in changed:
            for name, function in worked_out.items():
                setattr(row, name, function(row))
        holding.model._default_manager.bulk_update(changed, list(worked_out), batch_size=BATCH)
    if fixed:
        rows.update(**fixed)


def clear_logs(model: type[Model], pks: list[Any]) -> None:
    """Take people's names out of what Wagtail wrote down about these rows: who did what and when stays."""
    content_type, texts = ContentType.objects.get_for_model(model), [str(pk) for pk in pks]
    entries = ModelLogEntry.objects.filter(content_type=content_type, object_id__in=texts)
    entries.update(label=str(model._meta.verbose_name), data={})
    FormState.objects.filter(content_type=content_type, object_id__in=texts).delete()
    Revision.objects.filter(content_type=content_type, object_id__in=texts).delete()


# --- What others' records say of them -------------------------------------------------------


def _traces_elsewhere(contact: Contact) -> list[int]:
    """The contacts in whose logs and merge journals the person may stand: those they are related to."""
    return sorted(
        {
            pk
            for pair in Relationship.objects.of(contact).values_list("from_contact", "to_contact")
            for pk in pair
            if pk != contact.pk
        }
    )


def _files_set_aside(merges: QuerySet[Merge]) -> list[list[str]]:
    """Files that only the journals of these merges remember, such as the photo that was not kept."""
    named = [file for merge in merges for file in files_in(merge.journal.get("steps", []))]
    return [
        [model, field, name]
        for model, field, name in named
        if not apps.get_model(model)._base_manager.filter(**{field: name}).exists()
    ]


def _clear_traces(related: list[int], words: list[str]) -> list[list[str]]:
    """Empty what names the person in others' logs and journals, and return the files that no journal remembers then."""
    content_type = ContentType.objects.get_for_model(Contact)
    entries = ModelLogEntry.objects.filter(content_type=content_type, object_id__in=[str(pk) for pk in related])
    said = [entry.pk for entry in entries.exclude(data={}) if mentions(plain_text(entry.data), words)]
    ModelLogEntry.objects.filter(pk__in=said).update(data={})
    merges = Merge.objects.filter(kept__in=related)
    told = [merge.pk for merge in merges if mentions(plain_text(merge.journal), words)]
    files = _files_set_aside(Merge.objects.filter(pk__in=told))
    # Whoever opens such a merge is told that it can no longer be undone.
    Merge.objects.filter(pk__in=told).update(journal={})
    return files


# --- After the commit -----------------------------------------------------------------------


def _finish(erasure_pk: int, contact_pk: int, user_pk: int | None) -> None:
    _remove_files(Erasure.objects.get(pk=erasure_pk))
    person_erased.send_robust(Contact, contact_pk=contact_pk, user_pk=user_pk)


def _remove_files(erasure: Erasure) -> int:
    """Files are removed first and then crossed off, so that a crash in between only repeats it."""
    files = erasure.counts["files"]
    remove_files(files)
    erasure.counts = {**erasure.counts, "files": []}
    erasure.save(update_fields=["counts"])
    return len(files)


def remove_files(files: list[list[str]]) -> None:
    """Remove stored files, each given as model, field and name. One that is gone already is none the worse."""
    for model, field_name, name in files:
        apps.get_model(model)._meta.get_field(field_name).storage.delete(name)
