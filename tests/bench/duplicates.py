"""How long it takes to find who is on record twice: for one new contact, and among all."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

from members.domain.duplicate_search import find_all_duplicates, start_search
from members.domain.duplicates import Candidate, duplicates_of
from members.models import Contact, DuplicatePair
from members.names import normalise_name
from tests.bench.crowd import BIRTH_DAYS, COMMON_NAME, FIRST_BIRTH


def measure(contacts: int, *, first: int = 10_000, rounds: int = 30) -> None:
    """Look for duplicates of one of a crowd of so many, numbered from `first`, and among all contacts there are.

    Prints "DUPLICATES <ms for a rare name> <for the commonest> <at worst> <seconds for all> <contacts> <pairs>".
    """
    one = [1000 * seconds for _name, seconds in one_new_contact(first, contacts, rounds=rounds)]
    search, started = start_search(None), time.perf_counter()
    find_all_duplicates(search)
    seconds = time.perf_counter() - started
    print(
        "DUPLICATES",
        *(f"{ms:.1f}" for ms in one),
        f"{seconds:.1f}",
        Contact.objects.count(),
        DuplicatePair.objects.count(),
    )


def one_new_contact(first: int, contacts: int, *, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield how long one new contact takes: the middle for a rare name, the middle and the worst for the commonest."""
    rare = (
        Contact.objects.order_by("pk").exclude(search_name=normalise_name(" ".join(COMMON_NAME))).filter(pk__gte=first)
    )
    step = max(contacts // rounds // 2, 1)
    _seconds(COMMON_NAME, first)  # what is imported and prepared once
    names = list(rare.values_list("given_name", "family_name")[: step * rounds : step])
    yield "rare, median", statistics.median(_seconds(name, first + number * step) for number, name in enumerate(names))
    common = [_seconds(COMMON_NAME, first + number * step) for number in range(rounds)]
    yield "common, median", statistics.median(common)
    yield "common, worst", max(common)


def _seconds(name: tuple[str, str], number: int) -> float:
    candidate = Candidate(
        given_name=name[0],
        family_name=name[1],
        emails=[f"crowd{number}@many.example"],
        phones=[f"+9627{90000000 + number}"],
        birth_date=FIRST_BIRTH + timedelta(days=number * 31 % BIRTH_DAYS),
        addresses=[(f"شارع الملك حسين {number // 4}", "", "عمان")],
    )
    started = time.perf_counter()
    duplicates_of(candidate)
    return time.perf_counter() - started
