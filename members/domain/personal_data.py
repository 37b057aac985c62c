""" "My data": everything held about one person as a ZIP, to be read by them (HTML) and by machines (JSON)."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField, Manager, Model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.domain.holdings import Holding, Person, all_holdings, without_what_is_withheld
from members.models import Contact
from members.wording import listed

CHUNK = 500
# Kept in memory up to here, on disk beyond.
SPOOLED_BYTES = 4 * 2**20
# With more of them, a row is written as a list, one thing below the other.
MOST_COLUMNS = 9
_NAMES = {"label": gettext_lazy("number"), "custom": gettext_lazy("fields of our own")}


@dataclass(frozen=True)
class Column:
    """One thing that is told of each row of a kind."""

    name: str
    heading: str


def personal_data(contact: Contact, *, at: datetime, language: str = "") -> IO[bytes]:
    """Return a ZIP, open at its start, with all that is held about `contact` as of the moment `at`.

    `data.json`, `index.html` in `language` (the person's own unless given), and a folder with their files. Of anybody
    else it tells the name at most. Rows are read in chunks, so that a long history takes no more memory than a short one.
    """
    person = Person(contact)
    file = tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115 - whoever asked for it closes it
    with (
        translation.override(language or contact.preferred_language),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        holdings = [holding for holding in all_holdings() if holding.shows]
        with archive.open("data.json", "w") as out:
            _write(out, _json(person, holdings, at=at))
        with archive.open("index.html", "w") as out:
            _write(out, _html(person, holdings, at=at))
        for name, stored in _files(person, holdings):
            with archive.open(name, "w") as out, stored.open("rb") as content:
                _write_bytes(out, content.chunks())
    file.seek(0)
    return file


def _write(out: IO[bytes], texts: Iterable[str]) -> None:
    _write_bytes(out, (text.encode() for text in texts))


def _write_bytes(out: IO[bytes], pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        out.write(piece)


def _rows(holding: Holding, person: Person) -> Iterator[Model]:
    related = [
        name for name in holding.shows if (field := _field(holding.model, name)) is not None and field.many_to_one
    ]
    for rows in holding.querysets(person):
        yield from without_what_is_withheld(rows.select_related(*related), chunk_size=CHUNK)


@cache
def _field(model: type[Model], name: str) -> Any:
    return next((field for field in model._meta.get_fields() if field.name == name), None)


def _columns(holding: Holding) -> list[Column]:
    found = []
    for name in holding.shows:
        field = _field(holding.model, name)
        heading = _NAMES.get(name) or (field.verbose_name if field else name)
        found.append(Column(name, capfirst(str(heading))))
    return found


# --- For machines ---------------------------------------------------------------------------


def _json(person: Person, holdings: list[Holding], *, at: datetime) -> Iterator[str]:
    yield f'{{"made_at": {json.dumps(at.isoformat())}, "number": {person.contact.pk}, "data": {{'
    for number, holding in enumerate(holdings):
        yield f'{"," if number else ""}\n"{holding.code}": ['
        for position, row in enumerate(_rows(holding, person)):
            facts = {name: _plain(row, name) for name in holding.shows}
            yield ("," if position else "") + "\n" + json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False)
        yield "]"
    yield "\n}}\n"


def _plain(row: Model, name: str) -> Any:
    """The value as it is stored; of another record its name."""
    value = getattr(row, name)
    if isinstance(value, Manager):
        return [str(one) for one in value.all()]
    if isinstance(value, Model):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, dict, list, date, datetime)):
        return value
    if isinstance(_field(type(row), name), FileField):
        return _name_in_archive(type(row), value.name) if value else ""
    return str(value)


# --- For people -----------------------------------------------------------------------------


def _html(person: Person, holdings: list[Holding], *, at: datetime) -> Iterator[str]:
    language = translation.get_language() or "en"
    frame = render_to_string(
        "members/privacy/my_data.html",
        {
            "name": person.contact.name,
            "made_at": at,
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "content": "\0",
        },
    )
    head, _mark, foot = frame.partition("\0")
    yield head
    for holding in holdings:
        yield from _section(person, holding)
    yield foot


def _section(person: Person, holding: Holding) -> Iterator[str]:
    columns = _columns(holding)
    is_begun = False
    for row in _rows(holding, person):
        if not is_begun:
            headings = "".join(f'<th scope="col">{escape(column.heading)}</th>' for column in columns)
            shape = ' class="wide"' if len(columns) > MOST_COLUMNS else ""
            yield f"<section><h2>{escape(holding.label)}</h2><div><table{shape}><thead><tr>{headings}</tr></thead><tbody>\n"
            is_begun = True
        cells = "".join(
            f'<td data-heading="{escape(column.heading)}">{_cell(row, column.name)}</td>' for column in columns
        )
        yield f"<tr>{cells}</tr>\n"
    if is_begun:
        yield "</tbody></table></div></section>\n"


def _cell(row: Model, name: str) -> str:
    """The value as people read it, escaped; a file is a link."""
    value = getattr(row, name)
    field = _field(type(row), name)
    if isinstance(field, FileField):
        if not value:
            return ""
        inside = _name_in_archive(type(row), value.name)
        return f'<a href="{escape(inside)}"><bdi>{escape(PurePosixPath(inside).name)}</bdi></a>'
    if field is not None and getattr(field, "choices", None):
        return escape(getattr(row, f"get_{name}_display")())
    return f"<bdi>{escape(_readable(value))}</bdi>"


def _readable(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Manager):
        return listed(value.all())
    if isinstance(value, dict):
        return listed(f"{key}: {_readable(part)}" for key, part in value.items())
    if isinstance(value, list):
        return listed(map(_readable, value))
    if isinstance(value, float):
        return number_format(value)
    return str(value)


# --- Files ----------------------------------------------------------------------------------


def _files(person: Person, holdings: list[Holding]) -> Iterator[tuple[str, Any]]:
    for holding in holdings:
        for name in set(holding.files) & set(holding.shows):
            for row in _rows(holding, person):
                stored = getattr(row, name)
                # A file that is missing on disk must not keep somebody from all the rest.
                if stored and stored.storage.exists(stored.name):
                    yield _name_in_archive(type(row), stored.name), stored


def _name_in_archive(model: type[Model], stored_name: str) -> str:
    return f"files/{model._meta.model_name}/{PurePosixPath(stored_name).name}"
