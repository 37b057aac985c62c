"""How long it takes to find who is on record twice: for one new contact, and among all."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection

from members.domain.duplicate_search import find_all_duplicates, start_search
from members.domain.duplicates import Candidate, duplicates_of
from members.models import Contact, DuplicatePair
from members.names import match_key, normalise_name

# One in 62 bears the first name: 16,000 of a million. The others share theirs with some 50.
NAMES, ONE_IN = 20_000, 62
COMMON_NAME = ("أحمد", "الخطيب")
FIRST_BIRTH, BIRTH_DAYS = date(1940, 1, 1), 25_000
CHUNK = 100_000
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
# Every fiftieth contact is the one before written again; in every tenth line somebody shares another's address.
_SELF = "CASE WHEN i % 50 = 1 THEN i - 1 ELSE i END"
_MAIL = "CASE WHEN i % 50 = 1 OR i % 10 = 5 THEN i - 1 ELSE i END"
_NAME = f"CASE WHEN ({_SELF}) % {ONE_IN} = 0 THEN 0 ELSE 1 + ({_SELF}) * 7919 % {NAMES - 1} END"

CONTACTS = f"""
{{numbers}} INSERT INTO members_contact (id, kind, given_name, family_name, organisation_name, salutation, photo, custom,
    search_name, match_key, birth_date, preferred_language, calendar, version, created_at, updated_at)
SELECT i, 'individual', given_name, family_name, '', '', '', '{{empty}}', search_name, match_key, {{birth}}, 'ar',
    'gregorian', 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
FROM n JOIN bench_names ON bench_names.number = {_NAME}
"""
EMAILS = f"""
{{numbers}} INSERT INTO members_email (contact_id, address, is_primary, is_undeliverable)
SELECT i, 'crowd' || ({_MAIL}) || '@many.example', {{true}}, {{false}} FROM n
"""
PHONES = f"""
{{numbers}} INSERT INTO members_phone (contact_id, number, is_primary)
SELECT i, '+9627' || (90000000 + {_MAIL}), {{true}} FROM n WHERE i % 2 = 0
"""
ADDRESSES = """
{numbers} INSERT INTO members_address (contact_id, kind, lines, city, postcode, country, is_primary, is_undeliverable)
SELECT i, 'home', 'شارع الملك حسين ' || (i / 4), 'عمان', '', 'JO', {true}, {false} FROM n WHERE i % 2 = 0
"""


def measure(contacts: int, *, first: int = 10_000, rounds: int = 30) -> dict[str, float]:
    """Fill the database with so many contacts, numbered from `first`, and return seconds and counts by name."""
    fill(first, first + contacts - 1)
    figures = dict(one_new_contact(first, contacts, rounds=rounds))
    search, started = start_search(None), time.perf_counter()
    find_all_duplicates(search)
    figures["all"] = time.perf_counter() - started
    search.refresh_from_db()
    return {**figures, "pairs": DuplicatePair.objects.count(), "skipped": search.skipped}


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


def fill(first: int, last: int) -> None:
    """Add the contacts numbered `first` to `last`. One SQL for SQLite and PostgreSQL, but for the arithmetic of days."""
    is_sqlite = connection.vendor == "sqlite"
    days = f"(({_SELF}) * 31 % {BIRTH_DAYS})"
    facts = {
        "true": "1" if is_sqlite else "TRUE",
        "false": "0" if is_sqlite else "FALSE",
        "birth": f"date('{FIRST_BIRTH}', '+' || {days} || ' days')"
        if is_sqlite
        else f"DATE '{FIRST_BIRTH}' + {days}::int",
        "empty": "{}",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_names (number integer PRIMARY KEY, given_name text, family_name text,"
            " search_name text, match_key text)"
        )
        cursor.executemany("INSERT INTO bench_names VALUES (%s, %s, %s, %s, %s)", list(_names()))
        for start in range(first, last + 1, CHUNK):
            numbers = _NUMBERS.format(first=start, last=min(start + CHUNK - 1, last))
            for statement in (CONTACTS, EMAILS, PHONES, ADDRESSES):
                cursor.execute(statement.format(numbers=numbers, **facts))
        cursor.execute("DROP TABLE bench_names")
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def _names() -> Iterator[tuple[int, str, str, str, str]]:
    """The commonest name, then made-up ones of three consonants each."""
    letters = "بتجحدرسشصطعفقكلمنه"
    for number in range(NAMES):
        given = _word(letters, number * 31 + 7)
        family = _word(letters, number * 17 + 3)
        given, family = COMMON_NAME if number == 0 else (given, family)
        name = f"{given} {family}"
        yield number, given, family, normalise_name(name), match_key(name)


def _word(letters: str, number: int) -> str:
    size = len(letters)
    return letters[number % size] + letters[number // size % size] + "ا" + letters[number // size**2 % size]
