"""Contacts by the million, written by the database itself. One SQL for SQLite and PostgreSQL."""

from django.db import connection

# One in 20 is called أحمد: 50,000 of a million, and still a full page of a thousand.
SHARED_NAME = "احمد"
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_GIVEN = f"CASE WHEN i % 20 = 0 THEN '{SHARED_NAME}' ELSE 'اسم' || (i % 4999 * 7919 % 4999) END"
_FAMILY = "'عايله' || (i % 9973 * 104729 % 9973)"

CONTACTS = f"""
{{numbers}} INSERT INTO members_contact (id, kind, given_name, family_name, organisation_name, salutation, photo, custom,
    search_name, match_key, preferred_language, calendar, version, created_at, updated_at)
SELECT i, CASE WHEN i % 25 = 0 THEN 'organisation' ELSE 'individual' END, {_GIVEN}, {_FAMILY}, '', '', '', '{{empty}}',
    {_GIVEN} || ' ' || {_FAMILY}, {_FAMILY} || ' ' || {_GIVEN}, CASE WHEN i % 3 = 0 THEN 'en' ELSE 'ar' END, 'gregorian', 1,
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM n
"""
EMAILS = """
{numbers} INSERT INTO members_email (contact_id, address, is_primary, is_undeliverable)
SELECT i, 'crowd' || i || '@many.example', {true}, {false} FROM n
"""
PHONES = """
{numbers} INSERT INTO members_phone (contact_id, number, is_primary)
SELECT i, '+9627' || (90000000 + i), {true} FROM n
"""
TERMS = f"""
{{numbers}} INSERT INTO members_searchterm (contact_id, term, name)
SELECT i, {_GIVEN}, {_GIVEN} || ' ' || {_FAMILY} FROM n
UNION ALL SELECT i, {_FAMILY}, {_GIVEN} || ' ' || {_FAMILY} FROM n
UNION ALL SELECT i, 'crowd' || i || '@many.example', {_GIVEN} || ' ' || {_FAMILY} FROM n
UNION ALL SELECT i, '9627' || (90000000 + i), {_GIVEN} || ' ' || {_FAMILY} FROM n
"""
CHUNK = 100_000


def fill(first: int, last: int) -> None:
    """Add the contacts numbered `first` to `last`, each with an e-mail address, a telephone and four search terms."""
    is_sqlite = connection.vendor == "sqlite"
    facts = {"true": "1" if is_sqlite else "TRUE", "false": "0" if is_sqlite else "FALSE", "empty": "{}"}
    for start in range(first, last + 1, CHUNK):
        numbers = _NUMBERS.format(first=start, last=min(start + CHUNK - 1, last))
        with connection.cursor() as cursor:
            for statement in (CONTACTS, EMAILS, PHONES, TERMS):
                cursor.execute(statement.format(numbers=numbers, **facts))
    with connection.cursor() as cursor:
        if not is_sqlite:
            # Whoever is added next gets the number after these.
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('members_contact', 'id'), max(id)) FROM members_contact"
            )
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
