"""The page that shows everything about one contact, as far as the reader's role goes."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import Contact
from tests.factories.complaints import CaseFactory
from tests.factories.donations import GiftFactory
from tests.factories.members import EmailFactory, TermFactory
from tests.factories.outreach import DeliveryFactory
from tests.factories.volunteers import HoursEntryFactory

pytestmark = pytest.mark.django_db

HEADINGS = {
    "membership": "section-membership",
    "giving": "section-giving",
    "volunteering": "section-volunteering",
    "cases": "section-cases",
    "messages": "section-messages",
    "consent": "section-consent",
}


@pytest.fixture
def person():
    contact = EmailFactory(contact__given_name="Layla", contact__family_name="Haddad").contact
    TermFactory(membership__contact=contact, membership__number="2026-0042", ends_on=date(2030, 1, 1))
    add_things(contact)
    return contact


def add_things(contact):
    GiftFactory(donor=contact)
    HoursEntryFactory(contact=contact)
    CaseFactory(contact=contact)
    DeliveryFactory(contact=contact, subject="A letter to Layla")


def page_of(person):
    return reverse(Contact.snippet_viewset.get_url_name("inspect"), args=[person.pk])


def sections_in(text):
    return {name for name, anchor in HEADINGS.items() if anchor in text}


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        ("administrator", set(HEADINGS)),
        ("auditor", set(HEADINGS)),
        ("membership", {"membership", "volunteering", "messages", "consent"}),
        ("fundraising", {"membership", "giving", "messages", "consent"}),
        ("volunteers", {"membership", "volunteering"}),
        ("feedback", {"cases"}),
        ("outreach", {"messages", "consent"}),
    ],
)
def test_each_role_sees_its_sections_and_no_other(staff, person, role, sections):
    page = staff(role).get(page_of(person))
    assert page.status_code == 200
    assert sections_in(page.content.decode()) == sections


def test_everything_stands_on_one_page(staff, person):
    text = staff("administrator").get(page_of(person)).content.decode()
    for words in ("Layla Haddad", "2026-0042", "A letter to Layla"):
        assert words in text


def test_opening_a_record_is_logged(staff, person):
    client = staff("membership")
    client.get(page_of(person))
    entry = ModelLogEntry.objects.get(action="sanduq.seen")
    assert (entry.object_id, entry.user_id) == (str(person.pk), int(client.session["_auth_user_id"]))


def test_a_long_history_takes_no_more_queries_than_a_short_one(staff, person, django_assert_max_num_queries):
    client = staff("administrator")
    client.get(page_of(person))
    with django_assert_max_num_queries(40) as short:
        client.get(page_of(person))
    for _thing in range(5):
        add_things(person)
    with django_assert_max_num_queries(len(short.captured_queries)):
        client.get(page_of(person))


def test_the_list_of_contacts_takes_as_many_queries_for_three_as_for_one(staff, person, django_assert_max_num_queries):
    client = staff("administrator")
    url = reverse(Contact.snippet_viewset.get_url_name("list"))
    client.get(url)
    with django_assert_max_num_queries(25) as one:
        client.get(url)
    for _person in range(3):
        EmailFactory()
    with django_assert_max_num_queries(len(one.captured_queries)):
        page = client.get(url)
    assert page.content.decode().count("Layla") >= 3


def test_the_search_forgives_spelling(staff):
    EmailFactory(contact__given_name="أحمد", contact__family_name="العبادي")
    EmailFactory(contact__given_name="ليلى", contact__family_name="حداد")
    page = staff("membership").get(reverse(Contact.snippet_viewset.get_url_name("list")), {"q": "احمد العبادى"})
    assert "أحمد العبادي" in page.content.decode()
    assert "ليلى" not in page.content.decode()


def test_the_home_shows_the_figures_of_the_readers_role(staff, person):
    text = staff("membership").get("/admin/").content.decode()
    assert "Current members" in text
    assert "Open cases" not in text
