"""Taking a whole import back: what it made goes, what it changed is as before, unless somebody has used it since."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from members.domain.search import index_contacts
from members.exceptions import ImportStateError
from members.models import Address, Contact, Email, ImportRow, ImportRun, ImportState, Interaction, Phone

BATCH = 200
_ENDED = [ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED]
# What an import itself gives a contact, and what is only worked out from it.
_OWN = {"email", "phone", "address", "searchterm", "importrow", "contact_tags", "duplicatepair"}


@transaction.atomic
def start_undo(run: ImportRun) -> None:
    """Let the worker take `run` back. Raises ImportStateError unless it was carried out, wholly or in part, and not undone."""
    finished = ImportRun.objects.filter(pk=run.pk, state__in=_ENDED)
    if not ImportRow.objects.filter(run=run, is_applied=True).exists() or not finished.update(
        state=ImportState.UNDOING
    ):
        raise ImportStateError


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
    for row in rows:
        if row.before and row.contact_id:
            _restore(row)
        row.is_applied = False
    created = {row.contact_id: row for row in rows if row.verdict == "create" and row.contact_id}
    in_use = _in_use(list(created), run)
    for pk in in_use:
        created[pk].reasons = [*created[pk].reasons, _("Kept: something else belongs to this contact by now.")]
    ImportRow.objects.bulk_update(rows, ["is_applied", "reasons"])
    Contact.objects.filter(pk__in=set(created) - in_use).delete()
    touched = {row.contact_id for row in rows if row.before and row.contact_id}
    index_contacts(Contact.objects.filter(pk__in=touched).values_list("pk", flat=True))
    return True


def _in_use(ids: list[int], run: ImportRun) -> set[int]:
    """Of these contacts, those to whom anything has come to belong that the import did not bring: asked of every table."""
    used: set[int] = set(Contact.objects.filter(pk__in=ids, user__isnull=False).values_list("pk", flat=True))
    for relation in Contact._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model._meta.model_name in _OWN:
            continue
        rows = model._base_manager.filter(**{f"{name}__in": ids})
        if model is Interaction:
            rows = rows.exclude(subject=run.file_name[:200], created_by=run.created_by)
        used |= set(rows.values_list(name, flat=True))
    used |= _edited(ids, run)
    other_runs = ImportRow.objects.filter(contact__in=ids, is_applied=True).exclude(run=run)
    return used | set(other_runs.values_list("contact", flat=True))


def _edited(ids: list[int], run: ImportRun) -> set[int]:
    """Whom somebody has saved since: every save counts the version up, each row's own change and its undoing too."""
    own: dict[int | None, int] = {}
    changed = ImportRow.objects.filter(run=run, contact__in=ids).exclude(before={})
    for pk in changed.values_list("contact", flat=True):
        own[pk] = own.get(pk, 0) + 2
    versions = Contact.objects.filter(pk__in=ids).values_list("pk", "version")
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
    if kept:
        row.reasons = [*row.reasons, _("Kept, since it was changed later: %(fields)s.") % {"fields": " · ".join(kept)}]


def _put_back(contact: Contact, name: str, old: Any, new: Any) -> bool:
    now = getattr(contact, name)
    if (now.isoformat() if isinstance(now, date) else now) != new:
        return False
    setattr(contact, name, date.fromisoformat(old) if name == "birth_date" and old else old)
    return True
