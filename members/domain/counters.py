"""Numbers without gaps: a rolled back transaction gives its number back."""

from django.db import transaction

from members.models import Counter


def take_next(series: str) -> int:
    """Return the next number of `series`, from 1, and hold the series until the surrounding transaction ends."""
    return take_many(series, 1)[0]


@transaction.atomic
def take_many(series: str, count: int) -> range:
    """Return the next `count` numbers of `series`, as `take_next` does."""
    counter = _held(series)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return range(first, first + count)


@transaction.atomic
def go_on_after(series: str, number: int) -> None:
    """Let `series` give out no number up to `number`, since these were given out elsewhere."""
    counter = _held(series)
    if counter.last < number:
        counter.last = number
        counter.save(update_fields=["last"])


def _held(series: str) -> Counter:
    Counter.objects.get_or_create(series=series)
    return Counter.objects.select_for_update().get(series=series)
