"""Looking for a word in everything that is kept: every column of every table, every file, the cache."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection

from members.domain.holdings import all_holdings
from members.names import normalise_name


def places_of(words: list[str]) -> list[str]:
    """Where one of `words` stands, in any case, spelling or escape: as "table.column" or the path of a file."""
    forms = {form for word in words for form in (word.lower(), normalise_name(word), json.dumps(word)[1:-1].lower())}
    found = []
    for place, text in _everything():
        plain = text.lower()
        spellings = (plain,) if plain.isascii() else (plain, normalise_name(plain))
        if any(form in spelling for form in forms for spelling in spellings):
            found.append(place)
    return sorted(set(found))


def _everything() -> Iterator[tuple[str, str]]:
    yield from _tables()
    for folder in _folders():
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), f"{path.name} {path.read_bytes().decode(errors='replace')}"
    yield "cache", repr(getattr(cache, "_cache", {}))


def _folders() -> set[Path]:
    fields = [holding.model._meta.get_field(name) for holding in all_holdings() for name in holding.files]
    stores = [storages["default"], *(field.storage for field in fields)]
    return {Path(store.location) for store in stores if Path(store.location).exists()}


def _tables() -> Iterator[tuple[str, str]]:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, (bytes, memoryview)):
                        value = bytes(value).decode(errors="replace")
                    if column == "session_data":
                        value = repr(store.decode(value))
                    if value is not None:
                        yield f"{table}.{column}", str(value)
