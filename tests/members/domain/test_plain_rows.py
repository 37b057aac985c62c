"""Rows of plain values, as the database takes them."""

from datetime import UTC, date, datetime

import pytest

from members.domain.plain_rows import insert_rows, update_rows
from members.models import Contact, SearchTerm, Tag
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db


def test_rows_may_be_worked_out_from_what_is_in_the_database():
    for name in ("a", "b"):
        ContactFactory(given_name=name, family_name="")
    SearchTerm.objects.all().delete()
    contacts = Contact.objects.order_by("given_name").iterator()
    insert_rows(
        SearchTerm, ["contact", "term", "name"], ((one.pk, Contact.objects.get(pk=one.pk).name, "") for one in contacts)
    )
    assert list(SearchTerm.objects.order_by("term").values_list("term", flat=True)) == ["a", "b"]


def test_text_comes_back_as_it_was_whatever_is_in_it():
    names = ["tab\there", "line\nbreak", "back\\slash \\N", "quote ' \" %s", "ليلى", ""]
    insert_rows(Tag, ["name"], ([name] for name in names))
    assert sorted(Tag.objects.values_list("name", flat=True)) == sorted(names)


def test_json_and_dates_are_changed_as_the_models_would():
    contact = ContactFactory()
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    update_rows(
        Contact, ["custom", "birth_date", "updated_at"], [({"a": [1, "ب"]}, date(1990, 5, 23), now, contact.pk)]
    )
    contact.refresh_from_db()
    assert (contact.custom, contact.birth_date, contact.updated_at) == ({"a": [1, "ب"]}, date(1990, 5, 23), now)


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows(Tag, ["name"], [])
        update_rows(Tag, ["name"], [])


def test_what_is_no_column_is_refused():
    with pytest.raises(ValueError, match="no column"):
        insert_rows(Contact, ["emails"], [[1]])
