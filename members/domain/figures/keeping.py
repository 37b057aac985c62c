"""Keeping the figures: block by block, worked out again from the tables whenever something in it changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round, TruncMonth

from members.batching import batched
from members.domain.figures.histories import CohortFact, Fact, History, Spell, Stop, facts_of, first_day
from members.domain.plain_rows import insert_rows
from members.models import (
    BLOCK_SIZE,
    CohortFigure,
    FeeFigure,
    Figure,
    FigureBlock,
    FigureMark,
    Membership,
    MembershipDecision,
    NotRenewing,
    Term,
    Tier,
)

_MARKS_AT_ONCE = 10_000
_NOT_VOID = Q(ends_on__gte=F("starts_on"))


def bring_up_to_date(on: date, *, at_most: int | None = None) -> int:
    """Work out the figures of the day `on` wherever they are of another day or something changed since.

    At most so many blocks, each of up to BLOCK_SIZE memberships and less than a second; returns how many are left.
    """
    take_marks()
    stale = list(FigureBlock.objects.stale_on(on).order_by("number").values_list("number", flat=True))
    for number in stale[:at_most]:
        work_out(number, on)
    return len(stale[at_most:]) if at_most is not None else 0


def rebuild(on: date) -> int:
    """Work out every figure of the day `on` anew, whatever is marked, and return how many blocks there are.

    Each block is replaced in a transaction of its own, so that readers meanwhile find old figures or new ones, but never
    none, and nobody who writes has to wait for all of it.
    """
    numbers = _all_blocks()
    with transaction.atomic():
        _mark_blocks(numbers)
        # Whatever was marked, and whatever was written before that, is counted by what follows.
        _delete(FigureMark.objects.all())
    FigureBlock.objects.exclude(number__in=numbers).delete()
    for number in numbers:
        work_out(number, on, anyway=True)
    return len(numbers)


def take_marks() -> None:
    """Turn what the database marked into blocks that are to be worked out again."""
    last, is_more = 0, True
    while is_more:
        # The marks that are seen go together with what comes of them. Whoever writes meanwhile leaves a mark for later.
        with transaction.atomic():
            marks = list(FigureMark.objects.filter(pk__gt=last).order_by("pk")[:_MARKS_AT_ONCE])
            if marks:
                _mark_blocks(_blocks_of(marks))
                _delete(FigureMark.objects.filter(pk__in=[mark.pk for mark in marks]))
                last = marks[-1].pk
            is_more = len(marks) == _MARKS_AT_ONCE


def _blocks_of(marks: list[FigureMark]) -> set[int]:
    numbers: dict[str, set[int]] = {what: set() for what in FigureMark.What.values}
    for mark in marks:
        numbers[mark.what].add(mark.row_id)
    if numbers[FigureMark.What.EVERYTHING]:
        return set(_all_blocks())
    memberships = numbers[FigureMark.What.MEMBERSHIP]
    for some in batched(sorted(numbers[FigureMark.What.CONTACT]), 500):
        memberships.update(Membership.objects.filter(contact__in=some).values_list("pk", flat=True))
    return {pk // BLOCK_SIZE for pk in memberships}


def _all_blocks() -> list[int]:
    block = F("pk") / BLOCK_SIZE
    return sorted(Membership.objects.order_by().values_list(block, flat=True).distinct())


def _mark_blocks(numbers: Iterable[int]) -> None:
    """In the order of their numbers, so that two who do this at once never wait for each other in a circle."""
    FigureBlock.objects.bulk_create(
        [FigureBlock(number=number, as_of=None) for number in sorted(numbers)],
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["as_of"],
    )


@transaction.atomic
def work_out(number: int, on: date, *, anyway: bool = False) -> None:
    """Replace the figures of one block by those of the day `on`, unless somebody else did so just now."""
    FigureBlock.objects.get_or_create(number=number)
    # Whoever marks this block waits for the end of this, and then marks it again.
    block = FigureBlock.objects.select_for_update().get(number=number)
    if block.as_of == on and not anyway:
        return
    facts, cohorts = _sums_of(number, on)
    for model in (Figure, FeeFigure, CohortFigure):
        _delete(model._base_manager.filter(block=number))
    keys = ("block", "month", "tier", "branch")
    insert_rows(Figure, [*keys, "kind", "reason", "count"], _rows(number, facts))
    insert_rows(CohortFigure, [*keys, "years", "count"], _rows(number, cohorts))
    insert_rows(FeeFigure, [*keys, "currency", "amount", "count"], _fees(number, on))
    block.as_of = on
    block.save(update_fields=["as_of"])


def _delete(rows: QuerySet) -> None:
    """Without reading them first: nothing hangs on any of them."""
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]


# --- One block ----------------------------------------------------------------------------


def _sums_of(block: int, on: date) -> tuple[Counter[tuple], Counter[tuple]]:
    """How many there are of each fact, and of each cohort's; a key is the branch and then the fact without its number."""
    facts: dict[int | None, Counter[Fact]] = defaultdict(Counter)
    cohorts: dict[int | None, Counter[CohortFact]] = defaultdict(Counter)
    graces = dict(Tier.objects.values_list("pk", "grace_days"))
    for branch, history in _histories(block):
        found, cohort = facts_of(history, graces=graces, as_of=on)
        # A Counter counts equal things by itself, several times as fast as a loop.
        facts[branch].update(found)
        cohorts[branch].update(cohort)
    return _added_up(facts), _added_up(cohorts)


def _added_up(found: Mapping[int | None, Counter]) -> Counter[tuple]:
    sums: Counter[tuple] = Counter()
    for branch, counts in found.items():
        for fact, times in counts.items():
            sums[branch, *fact[:-1]] += fact.number * times
    return sums


def _of_block(number: int, name: str) -> dict[str, int]:
    return {f"{name}__gte": number * BLOCK_SIZE, f"{name}__lt": (number + 1) * BLOCK_SIZE}


def _histories(number: int) -> Iterator[tuple[int | None, History]]:
    """Each membership of the block that has terms, with its branch."""
    members = Membership.objects.filter(**_of_block(number, "pk")).order_by()
    branches = dict(members.filter(branch__isnull=False).values_list("pk", "branch_id"))
    deaths = dict(members.filter(contact__died_on__isnull=False).values_list("pk", "contact__died_on"))
    stops = _stops(number)
    answers = NotRenewing.objects.standing().filter(**_of_block(number, "membership")).order_by()
    said = dict(answers.values_list("term_id", "reason"))
    terms = (
        Term.objects.filter(_NOT_VOID, **_of_block(number, "membership"))
        .order_by("membership_id", "starts_on", "pk")
        .values_list("membership_id", "starts_on", "ends_on", "tier_id", "cut_reason", "pk")
    )
    for pk, rows in groupby(terms, key=itemgetter(0)):
        spells = [Spell(start, end, tier, cut, said.get(term, "")) for _pk, start, end, tier, cut, term in rows]
        yield branches.get(pk), History(spells, stops.get(pk, ()), deaths.get(pk))


def _stops(number: int) -> dict[int, list[Stop]]:
    found: dict[int, list[Stop]] = {}
    decisions = MembershipDecision.objects.filter(
        Q(ends_on=None) | _NOT_VOID, **_of_block(number, "membership")
    ).order_by("starts_on", "pk")
    for pk, kind, start, end, reason in decisions.values_list(
        "membership_id", "kind", "starts_on", "ends_on", "reason"
    ):
        found.setdefault(pk, []).append(Stop(kind, start, end, reason))
    return found


def _rows(number: int, sums: Counter[tuple]) -> Iterator[tuple]:
    for (branch, month, tier, *rest), count in sums.items():
        if count:
            yield (number, first_day(month), tier, branch, *rest, count)


def _fees(number: int, on: date) -> Iterator[tuple]:
    """Fees are summed up in whole thousandths: SQLite would add up floats."""
    paid = (
        Term.objects.filter(_NOT_VOID, fee__isnull=False, fee_currency__gt="", starts_on__lte=on)
        .filter(**_of_block(number, "membership"))
        .order_by()
        .values_list(TruncMonth("starts_on"), "tier_id", "membership__branch_id", "fee_currency")
        .annotate(thousandths=Sum(Cast(Round(F("fee") * 1000), BigIntegerField())), terms=Count("pk"))
    )
    for month, tier, branch, currency, thousandths, terms in paid:
        yield number, month, tier, branch, currency, Decimal(thousandths).scaleb(-3), terms
