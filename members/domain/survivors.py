"""Who is meant by a list of contacts that was written down before some of them were merged."""

from collections.abc import Iterable

from members.models import Merge


def survivors(contact_ids: Iterable[int]) -> list[int]:
    """The same people as they stand on record now, each once: instead of one who was merged, the contact they became.

    A list kept as it was needs nothing done to it by a merge, nor by undoing one.
    """
    became = dict(Merge.objects.filter(undone_at=None).values_list("merged_pk", "kept_id"))
    return list(dict.fromkeys(became.get(pk, pk) for pk in contact_ids))
