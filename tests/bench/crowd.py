"""Contacts by the million, written by the database itself. One SQL for SQLite and PostgreSQL, but for days."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from members.names import match_key, normalise_name

# One in 62 bears the commonest name: 16,000 of a million. The others share theirs with some 50.
NAMES, ONE_IN = 20_000, 62
COMMON_NAME = ("أحمد", "الخطيب")
# A prime, so that people of one name are not born on one day as well.
FIRST_BIRTH, BIRTH_DAYS = date(1940, 1, 1), 24_989
CHUNK = 100_000
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
# Every fiftieth contact is the one before written again; in every tenth line somebody shares another's address.
_SELF = "CASE WHEN i % 50 = 1 THEN i - 1 ELSE i END"
_MAIL = "CASE WHEN i % 50 = 1 OR i % 10 = 5 THEN i - 1 ELSE i END"
_NAME = f"CASE WHEN ({_SELF}) % {{one_in}} = 0 THEN 0 ELSE 1 + ({_SELF}) % {NAMES} * 7919 % {NAMES - 1} END"
_NAMED = f"FROM n JOIN bench_names ON bench_names.number = {_NAME}"

CONTACTS = f"""
{{numbers}} INSERT INTO members_contact (id, kind, given_name, family_name, organisation_name, salutation, photo, custom,
    search_name, match_key, birth_date, preferred_language, calendar, version, created_at, updated_at)
SELECT i, CASE WHEN i % 25 = 2 THEN 'organisation' ELSE 'individual' END, given_name, family_name, '', '', '', '{{empty}}',
    search_name, match_key, {{birth}}, CASE WHEN i % 3 = 0 THEN 'en' ELSE 'ar' END, 'gregorian', 1,
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP {_NAMED}
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
TERMS = f"""
{{numbers}} INSERT INTO members_searchterm (contact_id, term, name)
SELECT i, given_term, search_name {_NAMED} UNION ALL SELECT i, family_term, search_name {_NAMED} WHERE family_term <> given_term
UNION ALL SELECT i, 'crowd' || ({_MAIL}) || '@many.example', search_name {_NAMED}
UNION ALL SELECT i, '9627' || (90000000 + {_MAIL}), search_name {_NAMED} WHERE i % 2 = 0
"""


def fill(first: int, last: int, *, one_in: int = ONE_IN) -> None:
    """Add the contacts numbered `first` to `last` with addresses, numbers and search terms; one in `one_in` has the
    commonest name."""
    is_sqlite = connection.vendor == "sqlite"
    days = f"(({_SELF}) % {BIRTH_DAYS} * 31 % {BIRTH_DAYS})"
    facts = {
        "true": "1" if is_sqlite else "TRUE",
        "false": "0" if is_sqlite else "FALSE",
        "birth": f"date('{FIRST_BIRTH}', '+' || {days} || ' days')"
        if is_sqlite
        else f"DATE '{FIRST_BIRTH}' + {days}::int",
        "empty": "{}",
        "one_in": one_in,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_names (number integer PRIMARY KEY, given_name text, family_name text,"
            " search_name text, match_key text, given_term text, family_term text)"
        )
        cursor.executemany("INSERT INTO bench_names VALUES (%s, %s, %s, %s, %s, %s, %s)", list(_names()))
        for start in range(first, last + 1, CHUNK):
            numbers = _NUMBERS.format(first=start, last=min(start + CHUNK - 1, last))
            for statement in (CONTACTS, EMAILS, PHONES, ADDRESSES, TERMS):
                cursor.execute(statement.format(numbers=numbers, **facts))
        cursor.execute("DROP TABLE bench_names")
        if not is_sqlite:
            # Whoever is added next gets the number after these.
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('members_contact', 'id'), max(id)) FROM members_contact"
            )
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def _names() -> Iterator[tuple[int, str, str, str, str, str, str]]:
    """The commonest name, then made-up ones of three consonants each, as typed, as compared, and word by word."""
    letters = "بتجحدرسشصطعفقكلمنه"
    for number in range(NAMES):
        given = _word(letters, number * 31 + 7)
        family = _word(letters, number * 17 + 3)
        given, family = COMMON_NAME if number == 0 else (given, family)
        name = f"{given} {family}"
        words = normalise_name(given), normalise_name(family)
        yield number, given, family, normalise_name(name), match_key(name), *words


def _word(letters: str, number: int) -> str:
    size = len(letters)
    return letters[number % size] + letters[number // size % size] + "ا" + letters[number // size**2 % size]
