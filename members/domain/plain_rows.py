"""Writing very many rows of plain values: as the database takes them, without an object for each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateField, Field, JSONField, Model


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each a value for every one of `fields`. No signal is sent and no default filled in.

    A fifth of the time of `bulk_create`, which matters for the six search terms of each of 100,000 contacts.
    PostgreSQL copies them in, in half the time of as many statements.
    """
    columns = ", ".join(_column(model, name) for name in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    # All of them first: who works them out may ask the database, which answers nothing in the middle of a copy.
    prepared = list(_prepared(model, fields, rows))
    if not prepared:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in prepared:
                copy.write_row(row)
    else:
        places = ", ".join(["%s"] * len(fields))
        _execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", prepared)  # noqa: S608 - our own tables


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `fields` of existing rows: each of `rows` is a value for every field and then the primary key."""
    changes = ", ".join(f"{_column(model, name)} = %s" for name in fields)
    table, key = connection.ops.quote_name(model._meta.db_table), _column(model, model._meta.pk.name)
    prepared = _prepared(model, fields, rows)
    _execute(f"UPDATE {table} SET {changes} WHERE {key} = %s", prepared)  # noqa: S608 - names of our own tables


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, Field) or field.column is None:
        raise ValueError(f"{name} is no column of {model.__name__}.")
    return connection.ops.quote_name(field.column)


def _prepared(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The rows with JSON and dates as the database takes them; all other values it takes as they are."""
    special = {
        place: field
        for place, field in enumerate(map(model._meta.get_field, fields))
        if isinstance(field, (JSONField, DateField))
    }
    for row in rows:
        values = list(row)
        for place, field in special.items():
            values[place] = field.get_db_prep_save(values[place], connection)
        yield values


def _execute(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    if values := list(rows):
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
