import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.domain.contacts import claim_contact, find_or_create_contact
from members.domain.search import find_contacts
from members.models import Contact
from tests.factories.members import ContactFactory, EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


def find(**changes):
    person = {"given_name": "أحمد", "family_name": "حداد", "email": "ahmad@people.example", "language": "ar"}
    return find_or_create_contact(**{**person, **changes})


def test_the_same_name_and_address_in_another_spelling_is_the_same_person():
    first = find()
    assert find(given_name="احمد", email="Ahmad@People.example") == first
    assert Contact.objects.count() == 1


def test_a_shared_address_does_not_make_two_people_one():
    assert find() != find(given_name="هبة")


def test_what_is_on_record_is_not_overwritten_from_a_public_form():
    first = find()
    find(language="en", phone="+962790000000")
    first.refresh_from_db()
    assert (first.preferred_language, first.phone) == ("ar", "")


def test_somebody_logged_in_keeps_their_own_record_whatever_they_type():
    user = UserFactory()
    own = ContactFactory(user=user)
    assert find(user=user) == own


def test_a_proven_address_finds_its_owner():
    email = EmailFactory(address="layla@people.example")
    user = UserFactory()
    assert claim_contact(user, verified_email="LAYLA@people.example") == email.contact
    email.contact.refresh_from_db()
    assert email.contact.user == user


def test_an_address_that_two_people_share_opens_neither_record():
    EmailFactory(address="family@people.example")
    EmailFactory(address="family@people.example")
    assert claim_contact(UserFactory(), verified_email="family@people.example") is None
    assert not Contact.objects.exclude(user=None).exists()


def test_a_record_with_a_log_in_is_never_given_to_another():
    owner = UserFactory()
    EmailFactory(address="layla@people.example", contact__user=owner)
    assert claim_contact(UserFactory(), verified_email="layla@people.example") is None


def test_typing_somebodys_name_and_address_opens_their_record_to_no_log_in():
    first = find()
    stranger = UserFactory(email="stranger@people.example")
    assert find(user=stranger) == first
    assert not Contact.objects.filter(user=stranger).exists()


def test_the_address_with_which_one_logs_in_opens_the_record_that_was_there():
    first = find()
    owner = UserFactory(email="Ahmad@people.example")
    assert find(user=owner) == first
    assert Contact.objects.get(user=owner) == first


def test_a_record_that_was_not_there_before_is_the_writers():
    user = UserFactory(email="another@people.example")
    assert find(user=user) == Contact.objects.get(user=user)


def test_search_forgives_spelling_and_finds_whole_addresses():
    ahmad = ContactFactory(given_name="أحمد", family_name="العبادي")
    EmailFactory(contact=ahmad, address="a@people.example")
    ContactFactory(given_name="ليلى", family_name="حداد")
    assert list(find_contacts("العبادى احمد")) == [ahmad]
    assert list(find_contacts("A@people.example")) == [ahmad]


def test_saving_the_log_in_alone_leaves_the_words_of_the_search_alone():
    contact = ContactFactory(given_name="Layla")
    contact.user = UserFactory()
    with CaptureQueriesContext(connection) as asked:
        contact.save(update_fields=["user"])
    assert not [query["sql"] for query in asked.captured_queries if "searchterm" in query["sql"]]
    assert list(find_contacts("layla")) == [contact]


def test_saving_a_part_of_the_name_alone_changes_how_the_contact_is_found():
    contact = ContactFactory(given_name="Layla")
    contact.given_name = "Salma"
    contact.save(update_fields=["given_name"])
    assert list(find_contacts("salma")) == [contact]
    assert not find_contacts("layla").exists()
