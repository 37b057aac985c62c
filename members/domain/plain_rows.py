"""Writing very many rows of plain values: as the database takes them, without an object for each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each a value for every one of `fields`. No signal is sent and no default filled in.

    A fifth of the time of `bulk_create`, which matters for the six search terms of each of 100,000 contacts.
    """
    columns = ", ".join(_column(model, name) for name in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    _execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 - names of our own tables


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `fields` of existing rows: each of `rows` is a value for every field and then the primary key."""
    changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
    table, key = connection.ops.quote_name(model._meta.db_table), _column(model, model._meta.pk.name)
    _execute(f"UPDATE {table} SET {changes} WHERE {key} = %s", rows)  # noqa: S608 - names of our own tables


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, Field) or field.column is None:
        raise ValueError(f"{name} is no column of {model.__name__}.")
    return connection.ops.quote_name(field.column)


def _execute(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    if values := list(rows):
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
