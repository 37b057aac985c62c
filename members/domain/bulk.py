"""One thing done to many contacts: in batches, with progress, cancelled or taken up again at any batch, and undone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.domain.accountability import log_many
from members.domain.relationships import MEMBER
from members.domain.survivors import survivors
from members.exceptions import NotUndoableError
from members.models import BulkRun, BulkState, Contact, ContactKind, Relationship, RelationshipType, User

BATCH = 500


@dataclass(frozen=True)
class BulkVerb:
    """`apply` does it to one batch and returns what `undo` needs; without `undo` it is done for good.

    Whom a rule forbids it for, `apply` adds to the run's refusals. `outcome` says in sentences what came of a run. What
    takes long for one has a small `batch`, since others wait to write while one is done.
    """

    label: Any
    apply: Callable[[BulkRun, list[int]], list]
    undo: Callable[[BulkRun, list], None] | None = None
    outcome: Callable[[BulkRun], list[str]] | None = None
    batch: int | None = None


def register_verb(action: str, verb: BulkVerb) -> None:
    """Let `action` be done to many; another wing does so once, when it is loaded."""
    VERBS[action] = verb


def start_bulk(action: str, *, contact_ids: Iterable[int], values: dict[str, Any], by: User) -> BulkRun:
    """Note what is to be done to whom, and return it; the worker does it. Raises KeyError for an unknown action."""
    if action not in VERBS:
        raise KeyError(action)
    return BulkRun.objects.create(action=action, contact_ids=sorted(set(contact_ids)), values=values, user=by)


def carry_out(run_pk: int) -> None:
    """Do what is left of a run. Of two workers on one run, each batch is done by one."""
    while _one_batch(run_pk):
        pass


def carry_out_all() -> None:
    """Take up every run that waits, or that a stopped worker left half-way."""
    for pk in BulkRun.objects.filter(state__in=[BulkState.WAITING, BulkState.RUNNING]).values_list("pk", flat=True):
        carry_out(pk)


@transaction.atomic
def _one_batch(run_pk: int) -> bool:
    """Do one batch, and say whether there may be more. What was done and how far it came are saved together."""
    run = BulkRun.objects.select_for_update().get(pk=run_pk)
    if run.state not in {BulkState.WAITING, BulkState.RUNNING}:
        return False
    verb = VERBS[run.action]
    ids = run.contact_ids[run.done : run.done + (verb.batch or BATCH)]
    meant = Contact.objects.filter(pk__in=survivors(ids), erased_at=None)
    alive = list(meant.order_by("pk").values_list("pk", flat=True))
    refused_before = len(run.refusals)
    run.journal += verb.apply(run, alive)
    refused = {pk for pk, _sentence in run.refusals[refused_before:]}
    _log([pk for pk in alive if pk not in refused], run)
    run.done += len(ids)
    run.state = BulkState.RUNNING
    if run.done >= len(run.contact_ids):
        run.state, run.finished_at = BulkState.DONE, timezone.now()
    run.save()
    return run.state == BulkState.RUNNING


@transaction.atomic
def cancel(run: BulkRun) -> None:
    """Stop after the batch that is being done. What was done stays, and can be undone."""
    held = BulkRun.objects.select_for_update().get(pk=run.pk)
    if held.state in {BulkState.WAITING, BulkState.RUNNING}:
        held.state, held.finished_at = BulkState.CANCELLED, timezone.now()
        held.save(update_fields=["state", "finished_at"])


def can_be_undone(run: BulkRun) -> bool:
    """Whether `undo_bulk` would do something."""
    verb = VERBS.get(run.action)
    return bool(verb and verb.undo) and run.state in {BulkState.DONE, BulkState.CANCELLED} and bool(run.journal)


@transaction.atomic
def undo_bulk(run: BulkRun, *, by: User) -> None:
    """Take back what a run did, wherever nobody has changed it since. Raises NotUndoableError."""
    held = BulkRun.objects.select_for_update().get(pk=run.pk)
    if not can_be_undone(held):
        raise NotUndoableError
    take_back = VERBS[held.action].undo
    if take_back is not None:
        take_back(held, held.journal)
    held.state = BulkState.UNDONE
    held.save(update_fields=["state"])
    held.user = by
    _log(survivors(held.contact_ids[: held.done]), held)


def _log(contact_ids: list[int], run: BulkRun) -> None:
    action = "sanduq.bulk_undone" if run.state == BulkState.UNDONE else "sanduq.bulk"
    log_many(contact_ids, action, by=run.user, data={"bulk": run.pk, "what": run.action})


# --- The verbs ----------------------------------------------------------------------------


def _tag(run: BulkRun, ids: list[int]) -> list:
    through, tag = Contact.tags.through, run.values["tag"]
    have = set(through.objects.filter(tag=tag, contact__in=ids).values_list("contact_id", flat=True))
    new = [pk for pk in ids if pk not in have]
    through.objects.bulk_create(through(contact_id=pk, tag_id=tag) for pk in new)
    return new


def _untag(run: BulkRun, ids: list[int]) -> list:
    rows = Contact.tags.through.objects.filter(tag=run.values["tag"], contact__in=ids)
    had = list(rows.values_list("contact_id", flat=True))
    rows.delete()
    return had


def _undo_tag(run: BulkRun, journal: list) -> None:
    _untag(run, survivors(journal))


def _undo_untag(run: BulkRun, journal: list) -> None:
    _tag(run, survivors(journal))


def _set_owner(run: BulkRun, ids: list[int]) -> list:
    changed = Contact.objects.filter(pk__in=ids).exclude(owner=run.values["owner"])
    before = list(changed.values_list("pk", "owner"))
    Contact.objects.filter(pk__in=[pk for pk, _owner in before]).update(owner=run.values["owner"])
    return [list(pair) for pair in before]


def _restore_owner(run: BulkRun, journal: list) -> None:
    by_owner: dict[int | None, list[int]] = {}
    for pk, owner in journal:
        by_owner.setdefault(owner, []).append(pk)
    for owner, ids in by_owner.items():
        Contact.objects.filter(pk__in=survivors(ids), owner=run.values["owner"]).update(owner=owner)


def _add_to_household(run: BulkRun, ids: list[int]) -> list:
    kind, household = RelationshipType.objects.get(code=MEMBER), run.values["household"]
    people = Contact.objects.filter(pk__in=ids, kind=ContactKind.INDIVIDUAL)
    there = Relationship.objects.filter(type=kind, to_contact=household, from_contact__in=ids).values("from_contact")
    made = Relationship.objects.bulk_create(
        Relationship(type=kind, from_contact=person, to_contact_id=household) for person in people.exclude(pk__in=there)
    )
    return [relationship.pk for relationship in made]


def _take_from_household(run: BulkRun, journal: list) -> None:
    Relationship.objects.filter(pk__in=journal).delete()


VERBS: dict[str, BulkVerb] = {
    "tag": BulkVerb(gettext_lazy("Tag"), _tag, _undo_tag),
    "untag": BulkVerb(gettext_lazy("Remove a tag"), _untag, _undo_untag),
    "owner": BulkVerb(gettext_lazy("Set who looks after them"), _set_owner, _restore_owner),
    "household": BulkVerb(gettext_lazy("Add to a household"), _add_to_household, _take_from_household),
}


def outcome_of(run: BulkRun) -> list[str]:
    """What came of a run so far, in sentences; empty where nothing is to be said but how many."""
    verb = VERBS.get(run.action)
    return verb.outcome(run) if verb and verb.outcome else []


def refused_in(run: BulkRun) -> list[tuple[Contact, str]]:
    """For whom a rule forbade it, each with its sentence; nobody who was erased since."""
    contacts = Contact.objects.filter(erased_at=None).in_bulk([pk for pk, _sentence in run.refusals])
    return [(contacts[pk], sentence) for pk, sentence in run.refusals if pk in contacts]


def action_label(run: BulkRun) -> str:
    """What was done, in the reader's language."""
    others = {"message": _("Write to them"), "export": _("Export")}
    verb = VERBS.get(run.action)
    return str(verb.label) if verb else others.get(run.action, run.action)
