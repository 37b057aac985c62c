"""The page that shows everything about one contact, as far as the reader's role goes."""

from datetime import date

import pytest
from django.urls import reverse
from djmoney.money import Money
from wagtail.admin.widgets.button import Button
from wagtail.models import ModelLogEntry

from dashboard.domain.person import sections_for
from donations.models import Allocation
from members.models import Contact, CustomFieldChoice, CustomFieldKind, Interaction
from tests.factories.complaints import CaseFactory
from tests.factories.donations import FundFactory, GiftFactory
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, UserFactory
from tests.factories.outreach import DeliveryFactory
from tests.factories.people import CustomFieldFactory, RelationshipFactory
from tests.factories.privacy import person_in_all_wings
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


def test_what_can_be_done_is_offered_in_the_colours_of_its_menu(person, staff):
    offered = staff("administrator").get(page_of(person)).context["view"].header_more_buttons
    assert {type(button) for button in offered} == {Button}


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


MOST_QUERIES = 24


def test_5000_things_on_the_time_line_take_fewer_than_25_queries(staff, django_assert_max_num_queries):
    contact = person_in_all_wings(seed=3).contact
    town = CustomFieldFactory(code="branch", kind=CustomFieldKind.CHOICE)
    CustomFieldChoice.objects.create(field=town, code="irbid", label="Irbid")
    owner = UserFactory()
    Contact.objects.filter(pk=contact.pk).update(custom={"branch": "irbid"}, owner=owner)
    # Who belongs through another.
    employer = RelationshipFactory(from_contact=contact).to_contact
    TermFactory(membership__contact=employer)
    Interaction.objects.bulk_create(
        Interaction(contact=contact, subject=f"Call {number}", text="A long talk", owner=owner)
        for number in range(4_900)
    )
    for _thing in range(25):
        add_things(contact)
    client = staff("administrator")
    client.get(page_of(contact))
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(page_of(contact))
    assert "Irbid" in page.content.decode()


def test_a_long_history_takes_no_more_queries_than_a_short_one(staff, person, django_assert_max_num_queries):
    client = staff("administrator")
    client.get(page_of(person))
    with django_assert_max_num_queries(MOST_QUERIES) as short:
        client.get(page_of(person))
    for _thing in range(5):
        add_things(person)
    with django_assert_max_num_queries(len(short.captured_queries)):
        client.get(page_of(person))


class TestGiving:
    def giving_of(self, person):
        sections = sections_for(person, reader=UserFactory(is_superuser=True), on=date(2026, 7, 1))
        return next(section for section in sections if section.code == "giving")

    def test_the_sum_of_the_year_is_said_in_each_currency_however_many_gifts_came_after(self):
        donor = ContactFactory()
        GiftFactory(donor=donor, amount=Money(7, "USD"), received_on=date(2026, 1, 2))
        GiftFactory(donor=donor, amount=Money(9, "EUR"), received_on=date(2025, 12, 31))
        for _gift in range(30):
            GiftFactory(donor=donor, amount=Money(10, "JOD"), received_on=date(2026, 6, 1))
        giving = self.giving_of(donor)
        assert giving.facts["this_year"] == [Money(300, "JOD"), Money(7, "USD")]
        assert len(giving.rows) == 25

    def test_a_gift_split_between_funds_is_one_row_with_both_names_and_counts_once(self):
        gift = GiftFactory(amount=Money(10, "JOD"), received_on=date(2026, 6, 1))
        gift.allocations.all().delete()
        for name, share in (("Roof", 4), ("Books", 6)):
            Allocation.objects.create(gift=gift, fund=FundFactory(name=name), amount=Money(share, "JOD"))
        giving = self.giving_of(gift.donor)
        assert [(row.pk, row.funds) for row in giving.rows] == [(gift.pk, ["Roof", "Books"])]
        assert giving.facts["this_year"] == [Money(10, "JOD")]


class TestRelationships:
    def rows_of(self, contact):
        sections = sections_for(contact, reader=UserFactory(is_superuser=True), on=date(2026, 7, 1))
        return next(section for section in sections if section.code == "relationships").rows

    @pytest.mark.parametrize(
        ("ends_on", "term_ends_on", "number"),
        [
            (None, date(2026, 12, 31), "2026-0077"),
            (date(2026, 6, 30), date(2026, 12, 31), ""),
            (None, date(2026, 6, 30), ""),
        ],
        ids=["both run", "the relationship has ended", "the term has ended"],
    )
    def test_a_membership_is_shared_while_relationship_and_term_both_run(self, ends_on, term_ends_on, number):
        relationship = RelationshipFactory(ends_on=ends_on)
        term = TermFactory(
            membership__contact=relationship.to_contact,
            membership__number="2026-0077",
            starts_on=date(2026, 1, 1),
            ends_on=term_ends_on,
        )
        term.tier.confers_to.add(relationship.type)
        assert [row.shared_number for row in self.rows_of(relationship.from_contact)] == [number]
        assert [row.shared_number for row in self.rows_of(relationship.to_contact)] == [""]


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


def test_a_message_that_waits_is_called_by_what_it_is_about(person, staff):
    DeliveryFactory(contact=person, template="recurring-stopped")
    DeliveryFactory(contact=person, template="of-later", subject="")
    rows = {
        section.code: section.rows
        for section in sections_for(person, reader=UserFactory(is_superuser=True), on=date(2026, 1, 1))
    }
    assert [row.title for row in rows["messages"]] == ["of-later", "Regular donation stopped", "A letter to Layla"]
