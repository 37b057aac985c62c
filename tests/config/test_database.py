"""The database that an address names, and how it is asked."""

import pytest
from django.db import connection

from config.settings.base import POSTGRES_OPTIONS, SQLITE_OPTIONS, database


def test_sqlite_takes_its_lock_at_the_start(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = database("sqlite:////tmp/x.sqlite3")
    assert (found["NAME"], found["OPTIONS"]) == ("/tmp/x.sqlite3", SQLITE_OPTIONS)


def test_postgresql_keeps_what_the_address_says_and_adds_ours(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://one@db/sanduq?sslmode=require")
    assert database("")["OPTIONS"] == {"options": POSTGRES_OPTIONS, "sslmode": "require"}


def test_an_operator_may_say_otherwise(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://one@db/sanduq?options=-c%20jit%3Don")
    assert database("")["OPTIONS"]["options"] == "-c jit=on"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has helpers")
def test_no_page_waits_for_helpers_to_start():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_parallel_workers_per_gather'), current_setting('jit')")
        assert cursor.fetchone() == ("0", "off")
