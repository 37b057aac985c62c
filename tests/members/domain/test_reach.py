"""Addresses, numbers and tags of many contacts at once."""

import pytest

from members.domain.reach import EMAIL, Reach, reach_of
from tests.factories.members import ContactFactory, EmailFactory
from tests.factories.people import PhoneFactory, TagFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def layla():
    contact = ContactFactory()
    EmailFactory(contact=contact, address="old@x.example", is_primary=True, is_undeliverable=True)
    EmailFactory(contact=contact, address="second@x.example", is_primary=False)
    PhoneFactory(contact=contact, number="+962790000001", is_primary=False)
    PhoneFactory(contact=contact, number="+962790000002", is_primary=True)
    contact.tags.add(TagFactory(name="Volunteer"), TagFactory(name="Friend"))
    return contact


def test_everything_comes_in_one_query_first_choices_first(layla, django_assert_num_queries):
    nobody = ContactFactory()
    with django_assert_num_queries(1):
        reach = reach_of([layla.pk, nobody.pk])
    assert reach[layla.pk] == Reach(
        emails=[("old@x.example", True), ("second@x.example", False)],
        phones=["+962 7 9000 0002", "+962 7 9000 0001"],
        tags=["Friend", "Volunteer"],
    )
    assert reach[nobody.pk] == Reach()


def test_one_writes_to_an_address_that_arrives_before_the_first_choice_that_does_not(layla):
    reach = reach_of([layla.pk])[layla.pk]
    assert (reach.email, reach.phone) == ("second@x.example", "+962 7 9000 0002")


def test_only_what_is_asked_for_is_read(layla, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert reach_of([layla.pk], kinds={EMAIL})[layla.pk].tags == []
    with django_assert_num_queries(0):
        reach_of([layla.pk], kinds=())
        reach_of([])
