"""Numbers without gaps: a rolled back transaction gives its number back."""

from django.db import transaction

from members.models import Counter


@transaction.atomic
def take_next(series: str) -> int:
    """Return the next number of `series`, from 1, and hold the series until the surrounding transaction ends."""
    Counter.objects.get_or_create(series=series)
    counter = Counter.objects.select_for_update().get(series=series)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
