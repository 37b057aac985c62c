"""Retention: records of each kind go after as many months as an administrator has set, never fewer than the law asks."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from members.domain.erasing import BATCH, clear_logs, erase, remove_files, take_away
from members.domain.holdings import Holding, all_holdings
from members.domain.terms import add_months
from members.exceptions import ErasureRefusedError, RetentionTooShortError
from members.models import Contact, ContactKind, RetentionRule

logger = logging.getLogger(__name__)

PEOPLE = "members.contact"
PEOPLE_LABEL = gettext_lazy("People with no membership, gift, log-in, shift or contact for so long")
PEOPLE_LEAST_MONTHS = 12
MOST_COUNTED = 1_000
EXAMPLES = 3


@dataclass(frozen=True)
class Kind:
    """A kind of record that a rule may be made for. `holding` is None for people themselves."""

    code: str
    label: str
    least_months: int
    goes: bool
    holding: Holding | None


@dataclass(frozen=True)
class RetentionLine:
    """How many records of a kind would go, at most MOST_COUNTED, some of them, and when the next would."""

    kind: Kind
    count: int
    examples: list[str]
    next_on: date | None

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


def kinds() -> list[Kind]:
    """Every kind of record that can have a rule, people first."""
    people = Kind(PEOPLE, str(PEOPLE_LABEL), PEOPLE_LEAST_MONTHS, True, None)
    rest = [
        Kind(holding.code, str(holding.label), holding.least_months, not holding.is_kept, holding)
        for holding in all_holdings()
        if holding.is_kind
    ]
    return [people, *rest]


def save_rule(code: str, *, months: int, is_active: bool) -> RetentionRule:
    """Keep records of the kind `code` for `months`. Raises RetentionTooShortError, and KeyError for no kind."""
    kind = {kind.code: kind for kind in kinds()}[code]
    if months < max(kind.least_months, 1):
        raise RetentionTooShortError(max(kind.least_months, 1))
    rule, _is_new = RetentionRule.objects.update_or_create(
        kind=code, defaults={"months": months, "is_active": is_active}
    )
    return rule


def preview_retention(on: date) -> dict[str, RetentionLine]:
    """Return by kind what the rules, active or not, would take away on the day `on`."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return {kind.code: _line(kind, rules[kind.code].months, on) for kind in kinds() if kind.code in rules}


def apply_retention(on: date) -> dict[str, int]:
    """Carry out the active rules as of the day `on` and return how many records of each kind went.

    In batches, each a transaction of its own: a run that is killed has done what it has done, and the next goes on.
    """
    active = {rule.kind: rule for rule in RetentionRule.objects.filter(is_active=True)}
    done = {kind.code: _apply(kind, active[kind.code].months, on) for kind in kinds() if kind.code in active}
    logger.info("Retention was carried out.", extra={"facts": {"day": on.isoformat(), **done}})
    return done


def _apply(kind: Kind, months: int, on: date) -> int:
    if kind.holding is None:
        return _erase_people(months, on)
    count = 0
    for pks in _batches(due_rows(kind.holding, months, on)):
        with transaction.atomic():
            clear_logs(kind.holding.model, pks)
            files = take_away(kind.holding, kind.holding.model._default_manager.filter(pk__in=pks))
            transaction.on_commit(partial(remove_files, files))
        count += len(pks)
    return count


def _erase_people(months: int, on: date) -> int:
    count = 0
    for pks in _batches(inactive_people(months, on)):
        for contact in Contact.objects.filter(pk__in=pks):
            try:
                erase(contact, reason=f"Retention: {months} months", by=None)
            except ErasureRefusedError:
                continue  # something is under way after all; looked at again the next night
            count += 1
    return count


def _batches(rows: QuerySet) -> Iterator[list[Any]]:
    """The primary keys of `rows`, each met once even if its row still counts as due afterwards."""
    last = None
    while True:
        ahead = rows.order_by("pk") if last is None else rows.filter(pk__gt=last).order_by("pk")
        pks = list(ahead.values_list("pk", flat=True)[:BATCH])
        if not pks:
            return
        yield pks
        last = pks[-1]


# --- What is due ----------------------------------------------------------------------------


def due_rows(holding: Holding, months: int, on: date) -> QuerySet:
    """The rows of `holding` that are older than `months` on the day `on`, may be touched, and have something to lose."""
    limit = _limit(holding, months, on)
    return _touchable(holding).filter(**{f"{holding.age}__lt": limit})


def inactive_people(months: int, on: date) -> QuerySet[Contact]:
    """People on record for longer than `months` who have no younger row of any kind that ties them to us.

    Books that the law makes keep with the name count for as long as the law says.
    """
    limit = _moment(add_months(on, -max(months, PEOPLE_LEAST_MONTHS)))
    people = Contact.objects.filter(
        kind=ContactKind.INDIVIDUAL, erased_at=None, created_at__lt=limit, updated_at__lt=limit
    )
    for holding in all_holdings():
        if holding.is_tie:
            young = {f"{holding.age}__gte": _limit(holding, months, on)}
            for path in holding.paths:
                ties = holding.model._default_manager.filter(**young, **{path: OuterRef("pk")})
                people = people.filter(~Exists(ties))
    return people


def _touchable(holding: Holding) -> QuerySet:
    rows = holding.model._default_manager.filter(holding.ripe)
    if not holding.is_kept:
        return rows
    has_something = Q()
    for name, value in holding.blank.items():
        if value is None:
            has_something |= Q(**{f"{name}__isnull": False})
        elif not callable(value):
            has_something |= ~Q(**{name: value})
    return rows.filter(has_something)


def _limit(holding: Holding, months: int, on: date) -> date | datetime:
    """Rows older than this have been kept long enough; a moment where the column holds moments."""
    day = add_months(on, -max(months, holding.least_months))
    return _moment(day) if isinstance(_age_field(holding), models.DateTimeField) else day


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _age_field(holding: Holding) -> Any:
    model, field = holding.model, None
    for name in holding.age.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model or model
    return field


# --- What the preview says ------------------------------------------------------------------


def _line(kind: Kind, months: int, on: date) -> RetentionLine:
    rows = inactive_people(months, on) if kind.holding is None else due_rows(kind.holding, months, on)
    count = rows.order_by()[:MOST_COUNTED].count()
    examples = [str(row) for row in rows.order_by("pk")[:EXAMPLES]] if count else []
    return RetentionLine(kind, count, examples, _next_on(kind, months, on))


def _next_on(kind: Kind, months: int, on: date) -> date | None:
    """The first night after `on` on which another record would go. Not known of people: too much may come between."""
    holding = kind.holding
    if holding is None:
        return None
    young = _touchable(holding).filter(**{f"{holding.age}__gte": _limit(holding, months, on)})
    oldest = young.order_by(holding.age).values_list(holding.age, flat=True).first()
    if oldest is None:
        return None
    day = timezone.localdate(oldest) if isinstance(oldest, datetime) else oldest
    return add_months(day, max(months, holding.least_months)) + (date.resolution)
