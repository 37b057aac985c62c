"""Who a new contact may be, and who stands in the records twice."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.domain import duplicate_search
from members.domain.duplicate_search import cancel_search, find_all_duplicates, start_search, take_standing_searches
from members.domain.duplicates import MOST_ALIKE, Candidate, duplicates_of, not_a_duplicate
from members.exceptions import SameContactError, SearchRunningError
from members.models import (
    Address,
    Contact,
    ContactKind,
    DuplicatePair,
    DuplicateSearch,
    NotDuplicate,
    Phone,
    SearchState,
)
from members.tasks import search_for_duplicates
from tests.factories.members import ContactFactory, EmailFactory

pytestmark = pytest.mark.django_db

BORN = date(1980, 5, 17)
LAYLA = {"given_name": "Layla", "family_name": "Haddad"}
FULL = Candidate(
    **LAYLA,
    emails=["Layla@People.example"],
    phones=["+962790000001"],
    birth_date=BORN,
    addresses=[("12 King Hussein Street", "11181", "Amman")],
)


def layla(**values) -> Contact:
    return ContactFactory(**{**LAYLA, **values})


def found(candidate: Candidate) -> list[tuple[Contact, int, tuple[str, ...]]]:
    return [(alike.contact, alike.points, alike.reasons) for alike in duplicates_of(candidate)]


def pairs() -> list[tuple[int, int, int, list[str]]]:
    return list(DuplicatePair.objects.order_by("pk").values_list("first", "second", "score", "reasons"))


def search() -> DuplicateSearch:
    noted = start_search(None)
    find_all_duplicates(noted)
    noted.refresh_from_db()
    return noted


# --- One new contact -----------------------------------------------------------------------


def test_a_contact_is_found_by_name_and_any_one_fact():
    by_email = EmailFactory(contact=layla(), address="layla@people.example").contact
    by_phone = Phone.objects.create(contact=layla(), number="+962790000001").contact
    by_birth = layla(given_name="Leila", birth_date=BORN)
    by_address = Address.objects.create(contact=layla(), lines="12 King Hussein street", city="AMMAN").contact
    layla()  # only the name
    EmailFactory(contact=ContactFactory(given_name="Omar", family_name="Haddad"), address="layla@people.example")
    assert found(FULL) == [
        (by_email, 85, ("name_same", "email")),
        (by_phone, 80, ("name_same", "phone")),
        (by_address, 75, ("name_same", "address")),
        (by_birth, 70, ("name_spelled", "birth_date")),
    ]


def test_swapped_names_are_found():
    swapped = layla(given_name="Haddad", family_name="Layla", birth_date=BORN)
    assert found(FULL) == [(swapped, 72, ("name_swapped", "birth_date"))]


def test_one_is_not_a_duplicate_of_oneself_nor_of_whom_one_was_told_apart_from():
    me, twin = layla(birth_date=BORN), layla(birth_date=BORN)
    other = layla(birth_date=BORN)
    not_a_duplicate(other, me, by=None)
    candidate = Candidate(**LAYLA, birth_date=BORN, pk=me.pk)
    assert found(candidate) == [(twin, 75, ("name_same", "birth_date"))]


def test_an_erased_person_is_not_brought_up():
    layla(birth_date=BORN, erased_at=timezone.now())
    assert found(FULL) == []


def test_somebody_without_anything_is_nobody():
    assert duplicates_of(Candidate()) == []


@pytest.mark.parametrize("namesakes", [1, MOST_ALIKE + 20])
def test_as_many_queries_are_asked_for_a_common_name_as_for_a_rare_one(namesakes, django_assert_num_queries):
    for _number in range(namesakes):
        layla()
    same = layla(birth_date=BORN)
    with django_assert_num_queries(10):
        assert found(FULL) == [(same, 75, ("name_same", "birth_date"))]


# --- Among all -----------------------------------------------------------------------------


def test_a_search_finds_each_likely_pair_once_with_its_reasons():
    first = EmailFactory(contact=layla(birth_date=BORN), address="layla@people.example").contact
    second = EmailFactory(contact=layla(birth_date=BORN), address="LAYLA@people.example").contact
    third = layla(given_name="Leila", birth_date=BORN)
    omar = ContactFactory(given_name="Omar", family_name="Haddad", birth_date=BORN)
    EmailFactory(contact=omar, address="layla@people.example")
    layla()
    done = search()
    assert sorted(pairs()) == [
        (first.pk, second.pk, 100, ["name_same", "email", "birth_date"]),
        (first.pk, third.pk, 70, ["name_spelled", "birth_date"]),
        (second.pk, third.pk, 70, ["name_spelled", "birth_date"]),
    ]
    assert (done.state, done.found, done.done, done.skipped) == (SearchState.DONE, 3, done.total, 0)


def test_a_search_finds_by_telephone_and_by_street():
    first, second = layla(), layla()
    for contact in (first, second):
        Phone.objects.create(contact=contact, number="+962790000001")
    third, fourth = layla(family_name="Mansour"), layla(family_name="Mansour")
    for contact, lines in ((third, "شارع الملك ١٢"), (fourth, "شارع الملك، 12")):
        Address.objects.create(contact=contact, lines=lines)
    search()
    assert sorted(pairs()) == [
        (first.pk, second.pk, 80, ["name_same", "phone"]),
        (third.pk, fourth.pk, 75, ["name_same", "address"]),
    ]


def test_a_slip_in_the_name_is_found_by_birth_date_and_street():
    first, second = layla(given_name="Fatima", birth_date=BORN), layla(given_name="Fatma", birth_date=BORN)
    for contact in (first, second):
        Address.objects.create(contact=contact, lines="12 King Hussein Street")
    search()
    assert pairs() == [(first.pk, second.pk, 95, ["name_typo", "address", "birth_date"])]


def test_a_search_begun_again_doubles_no_pair_and_drops_those_no_longer_alike():
    first, second, third = (layla(birth_date=BORN) for _ in range(3))
    search()
    Contact.objects.filter(pk=third.pk).update(birth_date=date(1999, 1, 1))
    search()
    assert pairs() == [(first.pk, second.pk, 75, ["name_same", "birth_date"])]


def test_those_told_apart_never_come_back():
    first, second = layla(birth_date=BORN), layla(birth_date=BORN)
    search()
    not_a_duplicate(second, first, by=None)
    assert pairs() == []
    search()
    assert pairs() == []
    assert NotDuplicate.objects.values_list("first", "second").get() == (first.pk, second.pk)


def test_telling_apart_twice_is_telling_once_and_nobody_is_told_apart_from_themselves():
    first, second = layla(), layla()
    assert not_a_duplicate(first, second, by=None) == not_a_duplicate(second, first, by=None)
    with pytest.raises(SameContactError):
        not_a_duplicate(first, first, by=None)


def test_what_very_many_share_is_split_by_name_and_else_skipped(monkeypatch):
    monkeypatch.setattr(duplicate_search, "LARGEST_GROUP", 3)
    for number in range(5):
        EmailFactory(contact=ContactFactory(given_name=f"{'bdfkm'[number]}anan"), address="info@town.example")
    first, second = (EmailFactory(contact=layla(), address="info@town.example").contact for _ in range(2))
    for _number in range(4):
        layla(family_name="Mansour", birth_date=BORN)
    done = search()
    assert pairs() == [(first.pk, second.pk, 85, ["name_same", "email"])]
    assert done.skipped == 1


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_pages_of_any_size_lose_no_group(monkeypatch, rows):
    monkeypatch.setattr(duplicate_search, "ROWS_AT_ONCE", rows)
    monkeypatch.setattr(duplicate_search, "PAIRS_AT_ONCE", 2)
    families = ["Barghouti", "Haddad", "Mansour"]
    people = [[layla(family_name=family, birth_date=BORN) for _ in range(3)] for family in families]
    for family in people:
        for contact in family:
            EmailFactory(contact=contact, address=f"{family[0].family_name}@people.example")
    search()
    expected = [(a.pk, b.pk) for a, b, c in people for a, b in ((a, b), (a, c), (b, c))]
    assert sorted((first, second) for first, second, *_ in pairs()) == sorted(expected)


def test_only_one_search_is_under_way_and_a_cancelled_one_stops(monkeypatch):
    first, second = layla(birth_date=BORN), layla(birth_date=BORN)
    noted = start_search(None)
    with pytest.raises(SearchRunningError):
        start_search(None)
    cancel_search(noted)
    find_all_duplicates(noted)
    noted.refresh_from_db()
    assert (noted.state, pairs()) == (SearchState.CANCELLED, [])
    search()
    assert [(one, other) for one, other, *_ in pairs()] == [(first.pk, second.pk)]


def test_a_search_cancelled_on_its_way_keeps_what_it_found_and_what_earlier_ones_found(monkeypatch):
    old, twin = layla(birth_date=BORN), layla(birth_date=BORN)
    search()
    Contact.objects.filter(pk=twin.pk).update(birth_date=None)
    noted = start_search(None)
    keep = duplicate_search._keep_likely
    monkeypatch.setattr(duplicate_search, "_keep_likely", lambda pairs: cancel_search(noted) or keep(pairs))
    find_all_duplicates(noted)
    noted.refresh_from_db()
    assert noted.state == SearchState.CANCELLED
    assert [(one, other) for one, other, *_ in pairs()] == [(old.pk, twin.pk)]


def test_a_search_that_lost_its_process_is_seen_and_begins_again():
    layla(birth_date=BORN), layla(birth_date=BORN)
    noted = start_search(None)
    assert take_standing_searches(timezone.now()) == []
    DuplicateSearch.objects.update(moved_at=timezone.now() - timedelta(minutes=6), state=SearchState.RUNNING)
    assert [take_standing_searches(timezone.now()) for _ in range(2)] == [[noted.pk], []]
    search_for_duplicates.func(noted.pk)
    noted.refresh_from_db()
    assert (noted.state, noted.found) == (SearchState.DONE, 1)


def test_a_search_that_breaks_off_says_so_and_another_may_start(monkeypatch):
    noted = start_search(None)
    monkeypatch.setattr(duplicate_search, "_steps", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        search_for_duplicates.func(noted.pk)
    noted.refresh_from_db()
    assert noted.state == SearchState.FAILED
    start_search(None)


def test_organisations_and_people_are_not_paired():
    for kind in (ContactKind.ORGANISATION, ContactKind.INDIVIDUAL):
        contact = ContactFactory(kind=kind, given_name="", family_name="", organisation_name="Amal")
        EmailFactory(contact=contact, address="info@amal.example")
    search()
    assert pairs() == []
