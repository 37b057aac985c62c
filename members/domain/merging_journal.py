"""What a merge did to the rows of any table, written so that it can be taken back step by step."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import Field, FileField, ForeignKey, JSONField, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.batching import batched

ROWS_AT_ONCE = 500
# The label of a model ("donations.gift") and the primary key of one of its rows, as text.
RowName = tuple[str, str]


def row_name(row: Model) -> RowName:
    return (row._meta.label_lower, str(row.pk))


class Journal:
    """Carries out changes past `save`, so that nothing else changes with them, and notes how to take each one back.

    A step is `move` (rows that point at one thing point at another), `remove` (a row goes) or `change` (some columns).
    """

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []

    def move(self, model: type[Model], column: str, target: type[Model], old: Any, new: Any, pks: list) -> None:
        """Let the rows `pks` of `model` point with `column` at `new` instead of `old`. Raises IntegrityError."""
        with transaction.atomic():
            for some in batched(pks, ROWS_AT_ONCE):
                model._base_manager.filter(pk__in=some).update(**{column: new})
        step = {"do": "move", "model": model._meta.label_lower, "column": column, "target": target._meta.label_lower}
        self.steps.append({**step, "old": old, "new": new, "pks": [_plain(pk) for pk in pks]})

    def remove(self, row: Model, *, for_the_sake_of: Model | None = None) -> None:
        """Delete one row, without what Django would delete or say along with it."""
        step = {"do": "remove", "model": row._meta.label_lower, "row": written(row)}
        self.steps.append({**step, "winner": row_name(for_the_sake_of) if for_the_sake_of else None})
        rows = row.__class__._base_manager.filter(pk=row.pk)
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]

    def change(self, row: Model, values: Mapping[str, Any]) -> None:
        """Set columns of one row; `values` by the names that `update` takes for columns (`owner_id`)."""
        before = written(row)
        for name, value in values.items():
            setattr(row, name, value)
        after = written(row)
        changed = [name for name in values if before[name] != after[name]]
        if not changed:
            return
        row.__class__._base_manager.filter(pk=row.pk).update(**{name: values[name] for name in changed})
        step = {"do": "change", "model": row._meta.label_lower, "pk": _plain(row.pk)}
        self.steps.append(
            {
                **step,
                "before": {name: before[name] for name in changed},
                "after": {name: after[name] for name in changed},
            }
        )


def touched(steps: Iterable[dict]) -> set[RowName]:
    """Return the rows that were moved or changed by these steps."""
    found: set[RowName] = set()
    for step in steps:
        if step["do"] == "move":
            found.update((step["model"], str(pk)) for pk in step["pks"])
        elif step["do"] == "change":
            found.add((step["model"], str(step["pk"])))
    return found


def leaned_on(steps: Iterable[dict]) -> set[RowName]:
    """Return the rows that were removed by these steps, and those for the sake of which others were removed."""
    found: set[RowName] = set()
    for step in steps:
        if step["do"] == "remove":
            model = apps.get_model(step["model"])
            found.add((step["model"], str(step["row"][model._meta.pk.attname])))
            if step["winner"]:
                found.add(tuple(step["winner"]))
    return found


def files_in(steps: Iterable[dict]) -> list[list[str]]:
    """Return the files that these steps name, as [model, field, name]: perhaps nothing else remembers them."""
    found: set[tuple[str, str, str]] = set()
    for step in steps:
        model = apps.get_model(step["model"])
        for values in (step.get("row", {}), step.get("before", {}), step.get("after", {})):
            for column in model._meta.concrete_fields:
                if isinstance(column, FileField) and values.get(column.attname):
                    found.add((step["model"], column.name, values[column.attname]))
    return sorted(list(file) for file in found)


# --- Taking it back ------------------------------------------------------------------------


@dataclass
class Replay:
    """Takes the steps of a journal back, the last one first. What it must leave as it is, it says in `left`."""

    left: list[str] = field(default_factory=list)
    missing: set[RowName] = field(default_factory=set)

    def take_back(self, steps: list[dict]) -> None:
        undo = {"move": self._move_back, "remove": self._put_back, "change": self._change_back}
        for step in reversed(steps):
            undo[step["do"]](step)

    def _move_back(self, step: dict) -> None:
        if (step["target"], str(step["old"])) in self.missing:
            return  # what they belonged to could not be put back, and was reported; they stay where they are
        model = apps.get_model(step["model"])
        moved = 0
        for some in batched(step["pks"], ROWS_AT_ONCE):
            rows = model._base_manager.filter(pk__in=some, **{step["column"]: step["new"]})
            moved += rows.update(**{step["column"]: step["old"]})
        if gone := len(step["pks"]) - moved:
            self.left.append(
                ngettext(
                    "%(kind)s: %(number)s was deleted or given to somebody else since, and stays so.",
                    "%(kind)s: %(number)s were deleted or given to somebody else since, and stay so.",
                    gone,
                )
                % {"kind": capfirst(model._meta.verbose_name_plural), "number": gone}
            )

    def _put_back(self, step: dict) -> None:
        model = apps.get_model(step["model"])
        row = read_back(model, step["row"])
        lost = self._forget_lost_targets(row)
        try:
            if lost:
                raise IntegrityError(lost)  # noqa: TRY301
            with transaction.atomic():
                row.save_base(raw=True, force_insert=True)
        except IntegrityError:
            # Such as a place on a shift that somebody else took since. The journal still has it.
            self.missing.add(row_name(row))
            self.left.append(
                _("%(kind)s: “%(row)s” could not be put back, because something else stands in its place.")
                % {"kind": capfirst(model._meta.verbose_name), "row": _said(row)}
            )

    def _forget_lost_targets(self, row: Model) -> str:
        """Empty the keys to rows that were deleted since. Returns the name of one that cannot be empty, or ""."""
        for key in row._meta.concrete_fields:
            value = getattr(row, key.attname)
            if not isinstance(key, ForeignKey) or value is None or not key.db_constraint:  # type: ignore[attr-defined]
                continue
            target = key.related_model._base_manager.filter(**{key.target_field.attname: value})
            is_taken = key.unique and row.__class__._base_manager.filter(**{key.attname: value}).exists()
            if target.exists() and not is_taken:
                continue
            if not key.null:
                return key.name
            setattr(row, key.attname, None)
            self.left.append(
                _("%(field)s: what was here was deleted or given to others since, and is left empty.")
                % {"field": capfirst(key.verbose_name)}
            )
        return ""

    def _change_back(self, step: dict) -> None:
        model = apps.get_model(step["model"])
        row = model._base_manager.filter(pk=step["pk"]).first()
        if row is None:
            self.left.append(
                _("%(kind)s #%(number)s was deleted since.")
                % {"kind": capfirst(model._meta.verbose_name), "number": step["pk"]}
            )
            return
        now = written(row)
        unchanged = [name for name, value in step["after"].items() if now[name] == value]
        model._base_manager.filter(pk=step["pk"]).update(
            **{name: _read(model._meta.get_field(name), step["before"][name]) for name in unchanged}
        )
        for name in step["after"].keys() - {*unchanged, *_BOOKKEEPING}:
            self.left.append(
                _("%(field)s: changed since the merge, and left as it is now.")
                % {"field": capfirst(model._meta.get_field(name).verbose_name)}
            )


def _said(row: Model) -> str:
    try:
        return str(row)
    except ObjectDoesNotExist:
        return f"#{row.pk}"


# What every save moves on: nobody needs to be told.
_BOOKKEEPING = {"version", "updated_at", "search_name", "match_key"}


# --- Rows as JSON --------------------------------------------------------------------------


def written(row: Model) -> dict[str, Any]:
    """Return the columns of `row` in a form that JSON keeps to the last microsecond."""
    return {column.attname: _write(column, row) for column in row._meta.concrete_fields}


def read_back(model: type[Model], columns: Mapping[str, Any]) -> Model:
    """Return the row, not saved. A column that the table has got since takes its default."""
    values = {
        column.attname: _read(column, columns[column.attname]) if column.attname in columns else column.get_default()
        for column in model._meta.concrete_fields
    }
    return model.from_db("default", list(values), list(values.values()))


def _write(column: Field, row: Model) -> Any:
    value = column.value_from_object(row)
    if value is None:
        return None
    if isinstance(column, JSONField):
        return json.loads(json.dumps(value, cls=column.encoder))
    return _plain(column.value_to_string(row))


def _read(column: Field, value: Any) -> Any:
    return value if value is None or isinstance(column, JSONField) else column.to_python(value)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else str(value)
