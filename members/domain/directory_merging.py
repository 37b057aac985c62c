"""What becomes of two entries in the directory when two contacts are made one, and of one when they are two again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from members.models import AUDIENCE_COLUMNS, Contact, DirectoryEntry, stricter

_HIDDEN = ("hidden_at", "hidden_by_id", "hidden_reason")


def what_both_allow(stays: DirectoryEntry, goes: DirectoryEntry) -> dict[str, Any]:
    """What the entry that stays takes over: of each two choices the stricter, and that the office hid it."""
    born_by = [day for day in (stays.counts_if_born_by, goes.counts_if_born_by) if day]
    values: dict[str, Any] = {**_stricter_choices(stays, goes), "counts_if_born_by": min(born_by, default=None)}
    if stays.hidden_at is None and goes.hidden_at is not None:
        values |= {name: getattr(goes, name) for name in _HIDDEN}
    return values


def steps_to_take_back(steps: Iterable[dict], kept: Contact, *, since: datetime) -> list[dict]:
    """Without the change to an entry that its member has changed since the merge: their word is the newer one."""
    changed = DirectoryEntry.objects.filter(contact=kept, changed_at__gt=since).values_list("pk", flat=True)
    names = {(DirectoryEntry._meta.label_lower, pk) for pk in changed}
    return [step for step in steps if step["do"] != "change" or (step["model"], step["pk"]) not in names]


def settle_entries(kept: Contact, merged: Contact, *, since: datetime) -> None:
    """After an undo: what the one contact no longer shows since the merge, the other one does not show either.

    The same goes for being hidden by the office.
    """
    entries = {entry.contact_id: entry for entry in DirectoryEntry.objects.filter(contact__in=[kept, merged])}
    if len(entries) < 2:
        return
    one, other = entries[kept.pk], entries[merged.pk]
    values: dict[str, Any] = _stricter_choices(one, other) if one.changed_at > since else {}
    if one.hidden_at and one.hidden_at > since:
        values |= {name: getattr(one, name) for name in _HIDDEN}
    if values:
        DirectoryEntry.objects.filter(pk=other.pk).update(**values)


def _stricter_choices(first: DirectoryEntry, second: DirectoryEntry) -> dict[str, str]:
    columns = AUDIENCE_COLUMNS.values()
    return {column: str(stricter(getattr(first, column), getattr(second, column)).value) for column in columns}
