"""Taking a whole import back: what it made goes, what it changed is as before, unless somebody has used it since."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.domain.accountability import log_many
from members.domain.importing.memberships import take_back
from members.domain.search import index_contacts
from members.exceptions import ImportStateError
from members.models import (
    Address,
    Contact,
    Email,
    ImportRow,
    ImportRun,
    ImportState,
    Interaction,
    Membership,
    Phone,
    Term,
    User,
    Verdict,
)

BATCH = 200
_ENDED = [ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED]
# What an import itself gives a contact, and what is only worked out from it.
_OWN = {"email", "phone", "address", "searchterm", "importrow", "contact_tags", "duplicatepair"}


@dataclass(frozen=True)
class UndoPreview:
    """How many contacts an undo would remove, put back as they were, and leave since they have been used."""

    going: int
    restored: int
    staying: int


def can_be_undone(run: ImportRun) -> bool:
    """Whether `start_undo` would do something: the run has ended, and something of it is in place."""
    return run.state in _ENDED and ImportRow.objects.filter(run=run, is_applied=True).exists()


def preview_undo(run: ImportRun) -> UndoPreview:
    """Return what taking `run` back would do now. As many queries for any number of rows."""
    applied = ImportRow.objects.filter(run=run, is_applied=True, contact__isnull=False).order_by()
    created = Contact.objects.filter(pk__in=applied.filter(verdict=Verdict.CREATE).values("contact")).order_by()
    changed = applied.exclude(before={}).exclude(contact__in=created.values("pk"))
    staying = len(_in_use(created.values("pk"), run))
    return UndoPreview(created.count() - staying, changed.values("contact").distinct().count(), staying)


def undo_progress(run: ImportRun) -> tuple[int, int]:
    """Return how many rows of `run` are taken back, and of how many: those that were carried out."""
    return run.done, run.done + ImportRow.objects.filter(run=run, is_applied=True).count()


@transaction.atomic
def start_undo(run: ImportRun, *, by: User) -> None:
    """Let the worker take `run` back in the name of `by`. Raises ImportStateError where `can_be_undone` says no."""
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not can_be_undone(held):
        raise ImportStateError
    held.state, held.done = ImportState.UNDOING, 0
    held.options = {**held.options, "undone_by": by.pk, "language": get_language()}
    held.save(update_fields=["state", "done", "options"])


def undo_rows(run: ImportRun) -> None:
    """Take back what is left of `run`, the last row first."""
    while _one_batch(run.pk):
        pass
    ImportRun.objects.filter(pk=run.pk, state=ImportState.UNDOING).update(
        state=ImportState.UNDONE, finished_at=timezone.now()
    )


@transaction.atomic
def _one_batch(run_pk: int) -> bool:
    run = ImportRun.objects.select_for_update().get(pk=run_pk)
    if run.state != ImportState.UNDOING:
        return False
    rows = list(ImportRow.objects.filter(run=run, is_applied=True).order_by("-number")[:BATCH])
    if not rows:
        return False
    restored = {row.contact_id for row in rows if row.before and row.contact_id}
    for row in rows:
        if row.before and row.contact_id:
            _restore(row)
    # Before anybody is asked after: who was edited is told by how many changes are taken back already.
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(is_applied=False)
    gone = _remove_created(rows, run)
    ImportRow.objects.bulk_update([row for row in rows if row.reasons], ["reasons"])
    index_contacts(restored - gone)
    by = User.objects.filter(pk=run.options.get("undone_by")).first()
    log_many(sorted(restored - gone), "sanduq.import_undone", by=by, data={"import": run.pk})
    run.done += len(rows)
    run.save(update_fields=["done"])
    return True


def _remove_created(rows: list[ImportRow], run: ImportRun) -> set[int]:
    """Remove whom these rows made and return who went; a row whose contact stays says why."""
    created = {row.contact_id: row for row in rows if row.verdict == Verdict.CREATE and row.contact_id}
    in_use = _in_use(list(created), run)
    for pk in in_use:
        created[pk].reasons = [*created[pk].reasons, _("Kept: something else belongs to this contact by now.")]
    gone = set(created) - in_use
    Contact.objects.filter(pk__in=gone).delete()
    return gone


def _in_use(contacts: list[int] | QuerySet, run: ImportRun) -> set[int]:
    """Of these contacts, those to whom anything has come to belong that the import did not bring: asked of every table.

    `contacts` are ids, or the question that finds them.
    """
    used: set[int] = set(Contact.objects.filter(pk__in=contacts, user__isnull=False).values_list("pk", flat=True))
    for relation in Contact._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model._meta.model_name in _OWN:
            continue
        rows = model._base_manager.filter(**{f"{name}__in": contacts})
        if model is Interaction:
            rows = rows.exclude(subject=run.file_name[:200], created_by=run.created_by)
        if model is Membership:
            used |= _with_other_memberships(rows, run)
            continue
        used |= set(rows.values_list(name, flat=True))
    used |= _edited(contacts, run)
    other_runs = ImportRow.objects.filter(contact__in=contacts, is_applied=True).exclude(run=run)
    return used | set(other_runs.values_list("contact", flat=True))


def _with_other_memberships(memberships: QuerySet[Membership], run: ImportRun) -> set[int]:
    """Whose membership `run` did not bring, or to whose membership something was added since."""
    brought: dict[str, set[int]] = {"terms": set(), "memberships": set()}
    applied = ImportRow.objects.filter(run=run, is_applied=True).exclude(before={})
    for before in applied.values_list("before", flat=True):
        for code, ids in brought.items():
            ids.update(before.get(code, []))
    terms = Term.objects.filter(membership__in=memberships.values("pk")).values_list("pk", "membership")
    grown = {membership for pk, membership in terms if pk not in brought["terms"]}
    grown |= set(memberships.filter(decisions__isnull=False).values_list("pk", flat=True))
    pairs = memberships.values_list("pk", "contact")
    return {contact for pk, contact in pairs if pk not in brought["memberships"] or pk in grown}


def _edited(contacts: list[int] | QuerySet, run: ImportRun) -> set[int]:
    """Whom somebody has saved since: every save counts the version up, each row's own change and its undoing too."""
    own: dict[int | None, int] = {}
    changed = ImportRow.objects.filter(run=run, contact__in=contacts).exclude(before={})
    for pk, before, is_applied in changed.values_list("contact", "before", "is_applied"):
        saves = bool(before["fields"] or before["custom"]) + (not is_applied)
        own[pk] = own.get(pk, 0) + saves
    versions = Contact.objects.filter(pk__in=contacts).values_list("pk", "version")
    return {pk for pk, version in versions if version > 1 + own.get(pk, 0)}


def _restore(row: ImportRow) -> None:
    """Put back what the row changed, where it is still as the row left it; say so where it is not."""
    contact = Contact.objects.select_for_update().get(pk=row.contact_id)
    before: dict[str, Any] = row.before
    kept = [name for name, (old, new) in before["fields"].items() if not _put_back(contact, name, old, new)]
    for code, (old, new) in before["custom"].items():
        if contact.custom.get(code) != new:
            kept.append(code)
        elif old is None:
            del contact.custom[code]
        else:
            contact.custom[code] = old
    contact.fold_name()
    contact.version = F("version") + 1
    contact.save(update_fields=[*before["fields"], "custom", "version", "updated_at"])
    for model, name in ((Email, "emails"), (Phone, "phones"), (Address, "addresses"), (Interaction, "notes")):
        model.objects.filter(pk__in=before.get(name, []), contact=contact).delete()
    contact.tags.remove(*before.get("tags", []))
    if not take_back(before.get("terms", []), before.get("memberships", [])):
        kept.append(_("Membership"))
    if kept:
        row.reasons = [*row.reasons, _("Kept, since it was changed later: %(fields)s.") % {"fields": " · ".join(kept)}]


def _put_back(contact: Contact, name: str, old: Any, new: Any) -> bool:
    now = getattr(contact, name)
    if (now.isoformat() if isinstance(now, date) else now) != new:
        return False
    setattr(contact, name, date.fromisoformat(old) if name == "birth_date" and old else old)
    return True
