"""Finding everybody who may stand in the records twice, among all contacts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, groupby
from operator import itemgetter

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Upper
from django.utils import timezone

from members.domain.duplicates import read_facts
from members.domain.likeness import address_key, likeness
from members.exceptions import SearchRunningError
from members.models import (
    Address,
    Contact,
    DuplicatePair,
    DuplicateSearch,
    Email,
    NotDuplicate,
    Phone,
    SearchState,
    User,
)

# A group that shares one thing (a town hall's e-mail address) is compared pair by pair only up to this size.
LARGEST_GROUP = 50
ROWS_AT_ONCE = 50_000
PAIRS_AT_ONCE = 2_000
# A search that has not moved for so long lost its process.
STANDSTILL = timedelta(minutes=5)
_UNDERWAY = (SearchState.WAITING, SearchState.RUNNING)


def start_search(by: User | None) -> DuplicateSearch:
    """Note that all contacts are to be searched. Raises SearchRunningError while another search is under way."""
    try:
        with transaction.atomic():
            return DuplicateSearch.objects.create(user=by)
    except IntegrityError as clash:
        raise SearchRunningError from clash


def cancel_search(search: DuplicateSearch) -> None:
    """Stop it after the step it is at. What it found so far stays."""
    _note(search, state=SearchState.CANCELLED, finished_at=timezone.now())


def fail_search(search: DuplicateSearch) -> None:
    """Say that it broke off, so that another may be started."""
    _note(search, state=SearchState.FAILED, finished_at=timezone.now())


def take_standing_searches(at: datetime) -> list[int]:
    """Return the searches whose process seems to be lost at the moment `at`: they are to begin again.

    Each counts as moving from now on, so that it is not taken twice.
    """
    lost = DuplicateSearch.objects.filter(state__in=_UNDERWAY, moved_at__lt=at - STANDSTILL)
    taken = list(lost.values_list("pk", flat=True))
    lost.filter(pk__in=taken).update(moved_at=at)
    return taken


def find_all_duplicates(search: DuplicateSearch) -> None:
    """Compare all contacts who share something that can make two of them one, and keep the likely pairs.

    By the weights of `likeness` nobody else can reach the threshold: two must share an e-mail address or a telephone
    number, or the sound of their names or their date of birth together with a street or a date of birth. Each table is
    read once, in the order of what is shared, a page at a time. A pair is written once however often it is met, so a
    search that was killed simply begins again. Pairs of earlier searches that are no longer found go at the end; those
    that somebody told apart never come back. Ends early once the search is cancelled.
    """
    started_at = timezone.now()
    steps = _steps()
    total = sum(step.rows.count() for step in steps)
    if not _note(search, state=SearchState.RUNNING, done=0, found=0, skipped=0, total=total):
        return
    if _Comparison(search).run(steps):
        DuplicatePair.objects.filter(found_at__lt=started_at).delete()
        found = DuplicatePair.objects.count()
        _note(search, state=SearchState.DONE, done=total, found=found, finished_at=timezone.now())


def _note(search: DuplicateSearch, **values) -> bool:
    """Write down how far a search has come; False once it is over."""
    underway = DuplicateSearch.objects.filter(pk=search.pk, state__in=_UNDERWAY)
    return bool(underway.update(moved_at=timezone.now(), **values))


# --- What is read --------------------------------------------------------------------------

# Contact, match key, and whatever else a step reads.
Row = tuple


@dataclass(frozen=True)
class Step:
    """One table: `rows` in the order of `key`. Those of one key are compared if they also have one `part` in common.

    `value` is the key as it is read, `columns` are what is read with it.
    """

    rows: QuerySet
    key: str
    value: str
    columns: tuple[str, ...]
    part: Callable[[Row], object]

    def pages(self) -> Iterator[list[Row]]:
        """All rows, some at a time, those of one key together.

        No cursor stays open between them: on SQLite, nobody could write meanwhile and then we could not.
        """
        ordered = self.rows.order_by(self.key)
        rest = ordered
        while page := list(rest.values_list(self.value, *self.columns)[:ROWS_AT_ONCE]):
            last = page[-1][0]
            if len(page) < ROWS_AT_ONCE:
                yield page
                return
            whole = [row for row in page if row[0] != last]
            if whole:
                yield whole
                rest = ordered.filter(**{f"{self.key}__gte": last})
            else:
                yield list(ordered.filter(**{self.key: last}).values_list(self.value, *self.columns))
                rest = ordered.filter(**{f"{self.key}__gt": last})


def _steps() -> list[Step]:
    emails = Email.objects.annotate(folded=Upper("address"))
    phones = Phone.objects.as_stored()
    born = Contact.objects.filter(birth_date__isnull=False, erased_at=None)
    addresses = Address.objects.all()
    who = ("contact_id", "contact__match_key")
    place = (*who, "lines", "postcode", "city")
    return [
        Step(emails, "folded", "folded", who, part=_anything),
        Step(phones, "number", "digits", who, part=_anything),
        Step(born, "birth_date", "birth_date", ("pk", "match_key"), part=_name),
        Step(addresses, "contact__match_key", "contact__match_key", place, part=_street),
        Step(
            addresses.filter(contact__birth_date__isnull=False),
            "contact__birth_date",
            "contact__birth_date",
            place,
            part=_street,
        ),
    ]


def _anything(row: Row) -> object:
    return True


def _name(row: Row) -> object:
    return row[2]


def _street(row: Row) -> object:
    address = address_key(*row[3:6])
    return address[0] if address else None


# --- What is compared ----------------------------------------------------------------------


class _Comparison:
    """The pairs that one search has yet to compare, and how far it has come."""

    def __init__(self, search: DuplicateSearch):
        self.search = search
        self.pairs: set[tuple[int, int]] = set()
        self.done = self.skipped = self.found = 0

    def run(self, steps: list[Step]) -> bool:
        """Compare everything; False if the search was cancelled meanwhile."""
        for step in steps:
            for page in step.pages():
                if not all(self._compare(group) for group in self._groups(step, page)):
                    return False
                self.done += len(page)
                if not self._tell():
                    return False
        return self._compare_waiting()

    def _groups(self, step: Step, page: list[Row]) -> Iterator[set[int]]:
        for _key, rows in groupby(page, key=itemgetter(0)):
            for group in _parts(list(rows), step.part):
                if len(group) <= LARGEST_GROUP:
                    yield {row[1] for row in group}
                    continue
                # What very many share says little; with the sound of the name it says more.
                for smaller in _parts(group, _name):
                    if len(smaller) <= LARGEST_GROUP:
                        yield {row[1] for row in smaller}
                    else:
                        self.skipped += 1

    def _compare(self, group: set[int]) -> bool:
        self.pairs.update(combinations(sorted(group), 2))
        return len(self.pairs) < PAIRS_AT_ONCE or self._compare_waiting()

    def _compare_waiting(self) -> bool:
        self.found += _keep_likely(self.pairs)
        self.pairs = set()
        return self._tell()

    def _tell(self) -> bool:
        return _note(self.search, done=self.done, found=self.found, skipped=self.skipped)


def _parts(rows: list[Row], part: Callable[[Row], object]) -> Iterable[list[Row]]:
    """The rows that have a part in common, two or more each. None is nothing to have in common."""
    if len(rows) < 2:
        return []
    parts: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        parts[part(row)].append(row)
    parts.pop(None, None)
    return [group for group in parts.values() if len(group) > 1]


def _keep_likely(pairs: set[tuple[int, int]]) -> int:
    """Compare these pairs, write down the likely ones, and return how many they are."""
    ids = {pk for pair in pairs for pk in pair}
    facts = read_facts(ids)
    likely = []
    for first, second in sorted(pairs):
        if first in facts and second in facts and (score := likeness(facts[first], facts[second])).is_likely:
            likely.append(
                DuplicatePair(first_id=first, second_id=second, score=score.points, reasons=list(score.reasons))
            )
    return _write(likely)


@transaction.atomic
def _write(found: list[DuplicatePair]) -> int:
    """Leaves out who was merged or erased since they were read, and those whom somebody told apart."""
    ids = {pk for pair in found for pk in (pair.first_id, pair.second_id)}
    contacts = Contact.objects.select_for_update(no_key=True).filter(pk__in=ids, erased_at=None).order_by("pk")
    there = set(contacts.values_list("pk", flat=True))
    apart = set(NotDuplicate.objects.filter(first__in=there).values_list("first_id", "second_id"))
    kept = [pair for pair in found if {pair.first_id, pair.second_id} <= there]
    kept = [pair for pair in kept if (pair.first_id, pair.second_id) not in apart]
    DuplicatePair.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "reasons", "found_at"],
    )
    return len(kept)
