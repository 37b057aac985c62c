"""What staff do to people's records, written down for many at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.domain.plain_rows import insert_rows
from members.models import Contact, User


def log_many(contact_ids: Iterable[int], action: str, *, by: User | None, data: dict[str, Any] | None = None) -> None:
    """Note on each of these contacts that `by` did `action`: what Wagtail's log() does for one, in one statement.

    The label stays empty, so that a log of numbers alone is left when a person is erased.
    """
    kind, now = ContentType.objects.get_for_model(Contact), timezone.now()
    same = {"content_type": kind.pk, "label": "", "action": action, "data": data or {}, "timestamp": now,
            "user": by.pk if by else None, "content_changed": False, "deleted": False}  # fmt: skip
    insert_rows(ModelLogEntry, [*same, "object_id"], ((*same.values(), str(pk)) for pk in contact_ids))
