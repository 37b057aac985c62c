"""Moving all that points at one row to another, in every table of every app, whoever added it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.db.models import F, ForeignKey, Model, OrderBy, Q, QuerySet, UniqueConstraint
from django.db.models.lookups import Exact
from wagtail.models import ReferenceIndex

from members.domain.merging_journal import Journal
from members.exceptions import CannotMergeError

# Which of two rows that cannot both stay is the better one: given the kept contact's and the merged one's, whether the
# latter. A wing says it of its own tables with `prefer`; else the kept contact's row stays.
Preference = Callable[[Any, Any], bool]
_preferences: dict[type[Model], Preference] = {}
# What the row that stays takes over from the one that goes: given the two, columns and their values.
Combination = Callable[[Any, Any], Mapping[str, Any]]
_combinations: dict[type[Model], Combination] = {}
# By which columns two rows of one contact are the same, where the database does not say it.
_same_by: dict[type[Model], tuple[str, ...]] = {}


def prefer(model: type[Model], merged_is_better: Preference) -> None:
    """Say which of two rows of `model` stays when both cannot."""
    _preferences[model] = merged_is_better


def combine(model: type[Model], values: Combination) -> None:
    """Say what of two rows of `model` that cannot both stay goes into the one that does."""
    _combinations[model] = values


def same_by(model: type[Model], *columns: str) -> None:
    """Say that two rows of one contact with the same `columns` are one row written twice."""
    _same_by[model] = columns


@dataclass(frozen=True)
class Pointer:
    """A column of `model` that holds the key of a row; `rows` are those that hold this one."""

    model: type[Model]
    column: str
    rows: QuerySet
    key: Any  # the row's key as this column writes it
    is_outbound: bool = False  # not a pointer at the row, but an index entry about it

    @property
    def is_key(self) -> bool:
        """Whether the database itself holds the row that is pointed at."""
        return isinstance(self.model._meta.get_field(self.column), ForeignKey)


def pointers_at(model: type[Model], pk: Any) -> Iterator[Pointer]:
    """Return all that may point at the row `pk` of `model`: foreign keys, one-to-one, many-to-many, and by content type."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        key = relation.field  # type: ignore[union-attr]
        if isinstance(key, ForeignKey) and key.model._meta.managed and not key.model._meta.proxy:
            yield Pointer(key.model, key.attname, key.model._base_manager.filter(**{key.attname: pk}), pk)
    yield from _pointers_by_content_type(model, pk)


def _pointers_by_content_type(model: type[Model], pk: Any) -> Iterator[Pointer]:
    """Keys that a pair of columns says: `content_type` and `object_id`, `to_content_type` and `to_object_id`, ..."""
    try:
        # Not get_for_model, which would write a row of its own for tables that nothing points at in this way.
        kind = ContentType.objects.get_by_natural_key(model._meta.app_label, model.__name__.lower())
    except ContentType.DoesNotExist:
        return
    for other in apps.get_models(include_auto_created=True):
        if not other._meta.managed or other._meta.proxy:
            continue
        for column, type_columns in _pairs_of(other).items():
            of_this_type = Q()
            for type_column in type_columns:
                of_this_type |= Q(**{type_column: kind})
            rows = other._base_manager.filter(of_this_type, **{column: str(pk)})
            yield Pointer(other, column, rows, str(pk), other is ReferenceIndex and column == "object_id")


def _pairs_of(model: type[Model]) -> dict[str, list[str]]:
    """Column of the key: the columns that say of which model it is."""
    names = {field.name for field in model._meta.concrete_fields}
    pairs: dict[str, list[str]] = {}
    for field in model._meta.private_fields:
        if hasattr(field, "ct_field") and hasattr(field, "fk_field") and {field.ct_field, field.fk_field} <= names:
            pairs.setdefault(field.fk_field, []).append(field.ct_field)
    for field in model._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or field.related_model is not ContentType:
            continue
        for prefix in (field.name.removesuffix("content_type"), ""):
            if field.name.endswith("content_type") and f"{prefix}object_id" in names:
                pairs.setdefault(f"{prefix}object_id", []).append(field.name)
                break
    return pairs


def absorb(journal: Journal, winner: Model, loser: Model, *, but: tuple[type[Model], ...] = ()) -> None:
    """Let everything that points at `loser` point at `winner`, except the tables `but`.

    The database says which rows cannot both stay. Of those the better one does, and takes over what points at the
    other one, which is kept in the journal. Raises CannotMergeError if something hangs on a row that nothing replaces.
    """
    for pointer in list(pointers_at(loser.__class__, loser.pk)):
        if pointer.model in but:
            continue
        if pointer.is_outbound:
            _remove_all(journal, pointer.rows)
            continue
        pks = list(pointer.rows.order_by("pk").values_list("pk", flat=True))
        if pks and (pointer.model in _same_by or not _move(journal, pointer, winner, pks)):
            for row in pointer.model._base_manager.filter(pk__in=pks).order_by("pk"):
                _move_one(journal, pointer, winner, row)


def _move(journal: Journal, pointer: Pointer, winner: Model, pks: list) -> bool:
    new = str(winner.pk) if isinstance(pointer.key, str) else winner.pk
    try:
        journal.move(pointer.model, pointer.column, winner.__class__, pointer.key, new, pks)
    except IntegrityError:
        return False
    return True


def _move_one(journal: Journal, pointer: Pointer, winner: Model, row: Model) -> None:
    rival = _twin(pointer, winner, row)
    if rival is None:
        if _move(journal, pointer, winner, [row.pk]):
            return
        rival = _rival(pointer, winner, row)
    is_better = _preferences.get(pointer.model)
    if rival is not None and is_better and is_better(rival, row):
        _displace(journal, rival, row)
        if not _move(journal, pointer, winner, [row.pk]):
            raise CannotMergeError(row)
    else:
        _displace(journal, row, rival)


def _displace(journal: Journal, row: Model, rival: Model | None) -> None:
    if rival is not None:
        if combination := _combinations.get(row.__class__):
            journal.change(rival, combination(rival, row))
        absorb(journal, rival, row)
    else:
        # Such as a relationship between the two, who cannot be related to themselves.
        for pointer in list(pointers_at(row.__class__, row.pk)):
            if pointer.is_outbound:
                _remove_all(journal, pointer.rows)
            elif pointer.is_key and pointer.rows.exists():
                raise CannotMergeError(row)
    journal.remove(row, for_the_sake_of=rival)


def _remove_all(journal: Journal, rows: QuerySet) -> None:
    for row in rows.order_by("pk"):
        journal.remove(row)


def _twin(pointer: Pointer, winner: Model, row: Model) -> Model | None:
    columns = _same_by.get(pointer.model)
    if not columns:
        return None
    same = {column: getattr(row, column) for column in columns} | {pointer.column: winner.pk}
    return pointer.model._base_manager.filter(**same).exclude(pk=row.pk).order_by("pk").first()


def _rival(pointer: Pointer, winner: Model, row: Model) -> Model | None:
    """The row with which this one cannot both belong to `winner`, or None if no other is in the way."""
    model = pointer.model
    setattr(row, pointer.column, str(winner.pk) if isinstance(pointer.key, str) else winner.pk)
    others = model._base_manager.exclude(pk=row.pk)
    try:
        for alike in _unique_queries(model, row):
            if alike and (rival := others.filter(alike).order_by("pk").first()):
                return rival
        return None
    finally:
        setattr(row, pointer.column, pointer.key)


def _unique_queries(model: type[Model], row: Model) -> Iterator[Q]:
    """What the rows are like that no other may be like, if `row` was saved."""
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield _alike(model, row, (field.name,))
    for names in model._meta.unique_together:
        yield _alike(model, row, names)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            condition = constraint.condition or Q()
            by_fields, by_expressions = constraint.fields, constraint.expressions
            alike = _alike(model, row, by_fields) if by_fields else _alike_by_expressions(model, row, by_expressions)
            yield alike and condition & alike


def _alike(model: type[Model], row: Model, names: Sequence[str]) -> Q:
    """Nothing is like an empty value, not even another empty one."""
    columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    values = {column: getattr(row, column) for column in columns}
    return Q() if None in values.values() else Q(**values)


def _alike_by_expressions(model: type[Model], row: Model, expressions: Sequence) -> Q:
    values: dict[Any, Any] = {F(name): value for name, value in row._get_field_expression_map(meta=model._meta).items()}  # type: ignore[attr-defined]
    alike = Q()
    for expression in expressions:
        plain = expression.expression if isinstance(expression, OrderBy) else expression
        alike &= Q(Exact(plain, plain.replace_expressions(values)))
    return alike
