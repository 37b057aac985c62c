"""The list that all lists of the staff's are made of, tried on the contacts."""

import pytest
from django.urls import reverse

from members.lists.paginator import MOST_FOUND, MOST_ROWS
from members.models import Contact, SavedView
from tests.factories.members import ContactFactory, EmailFactory, MembershipFactory, UserFactory
from tests.factories.people import PhoneFactory, TagFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.user = UserFactory(is_superuser=True)
    client.force_login(client.user)
    return client


@pytest.fixture
def url():
    return reverse("contacts:list")


def names(page):
    return [row.name for row in page.context["object_list"]]


class TestSearch:
    @pytest.mark.parametrize(
        "typed",
        ["احمد", "أحمد", "العبادى", "عبادي", "احم العبا", "AHMAD@people", "ahmad@people.example", "0791234567", "079 123 4567",
         "٠٧٩١٢٣٤٥٦٧", "+962 79 123", "00962791234567", "791234567", "2026-0042", "٢٠٢٦-٠٠٤٢"],
    )  # fmt: skip
    def test_somebody_is_found_by_whatever_is_known_of_them(self, staff, url, typed):
        ahmad = EmailFactory(
            contact__given_name="أحمد", contact__family_name="العبادي", address="ahmad@people.example"
        ).contact
        PhoneFactory(contact=ahmad, number="+962791234567")
        MembershipFactory(contact=ahmad, number="2026-0042")
        ContactFactory(given_name="ليلى", family_name="حداد")
        assert names(staff.get(url, {"q": typed})) == ["أحمد العبادي"]

    @pytest.mark.parametrize("typed", ["zzz", "%", "'; drop table", "@", "\u202e", "0" * 300, "احمد زيد"])
    def test_what_nobody_is_called_finds_nobody(self, staff, url, typed):
        ContactFactory(given_name="أحمد", family_name="العبادي")
        assert names(staff.get(url, {"q": typed})) == []

    def test_somebody_with_two_such_words_stands_there_once(self, staff, url):
        ContactFactory(given_name="محمد", family_name="محمدي")
        assert names(staff.get(url, {"q": "محمد"})) == ["محمد محمدي"]

    def test_whole_words_come_first(self, staff, url):
        ContactFactory(given_name="نورة", family_name="حداد")
        ContactFactory(given_name="نور", family_name="زيد")
        assert names(staff.get(url, {"q": "نور"})) == ["نور زيد", "نورة حداد"]

    def test_an_address_that_was_removed_finds_nobody_any_more(self, staff, url):
        email = EmailFactory(address="old@people.example")
        email.delete()
        assert names(staff.get(url, {"q": "old@people.example"})) == []

    def test_search_and_filter_work_together(self, staff, url):
        tag = TagFactory()
        ContactFactory(given_name="Nour", family_name="Zaid").tags.add(tag)
        ContactFactory(given_name="Nour", family_name="Haddad")
        assert names(staff.get(url, {"q": "nour", "tags": tag.pk})) == ["Nour Zaid"]


class TestLength:
    def test_no_more_is_counted_than_can_be_turned_to(self, staff, url, monkeypatch, django_assert_max_num_queries):
        monkeypatch.setattr("members.lists.paginator.MOST_ROWS", 40)
        contacts = Contact.objects.bulk_create(Contact(given_name=f"N{number:04}") for number in range(60))
        for contact in contacts:
            contact.fold_name()
        Contact.objects.bulk_update(contacts, ["search_name"])
        with django_assert_max_num_queries(25) as asked:
            page = staff.get(url)
        assert page.context["paginator"].count == 40
        assert "The first 40" in page.text
        counts = [
            query["sql"]
            for query in asked.captured_queries
            if "COUNT(" in query["sql"] and "members_contact" in query["sql"]
        ]
        assert len(counts) == 1
        assert "LIMIT 41" in counts[0]

    def test_a_search_is_counted_less_far(self, staff, url, monkeypatch):
        monkeypatch.setattr("members.lists.paginator.MOST_FOUND", 2)
        for given_name in ("Nour", "Nouran", "Nouri"):
            ContactFactory(given_name=given_name)
        page = staff.get(url, {"q": "nour"})
        assert (page.context["paginator"].count, "The first 2." in page.text) == (2, True)

    def test_the_limit_is_what_an_office_turns_through(self):
        assert (MOST_ROWS, MOST_FOUND) == (300, 90)


class TestMemory:
    def test_a_list_opens_as_it_was_left(self, staff, url):
        ContactFactory(given_name="A", kind="individual")
        ContactFactory(organisation_name="Bayader", kind="organisation")
        staff.get(url, {"kind": "organisation", "ordering": "-search_name"})
        again = staff.get(url, follow=True)
        assert names(again) == ["Bayader"]
        assert again.redirect_chain == [(f"{url}?kind=organisation&ordering=-search_name", 302)]

    def test_a_search_is_passing_and_changes_nothing(self, staff, url):
        staff.get(url, {"kind": "organisation"})
        staff.get(url, {"q": "nour"})
        assert SavedView.objects.get().query == "kind=organisation"

    def test_everybody_has_their_own(self, staff, url, client):
        staff.get(url, {"kind": "organisation"})
        client.force_login(UserFactory(is_superuser=True))
        assert client.get(url).status_code == 200

    def test_it_can_be_reset(self, staff, url):
        staff.get(url, {"kind": "organisation"})
        staff.get(url, {"reset": "1"})
        assert staff.get(url).status_code == 200

    def test_columns_are_chosen_and_the_first_one_stays(self, staff, url):
        staff.post(url, {"columns": "1", "shown": ["kind"]})
        assert [column.name for column in staff.get(url).context["view"].columns] == ["bulk_actions", "name", "kind"]

    def test_a_column_that_does_not_exist_is_refused(self, staff, url):
        staff.post(url, {"columns": "1", "shown": ["password"]})
        assert not SavedView.objects.exists()


class TestNamedViews:
    @pytest.fixture
    def view(self, staff, url):
        staff.get(url, {"kind": "organisation"})
        staff.post(url, {"columns": "1", "shown": ["kind"]})
        staff.post(url, {"save": "1", "name": "Organisations", "is_shared": "on"})
        return SavedView.objects.get(name="Organisations")

    def test_it_keeps_columns_and_filters(self, view):
        assert (view.columns, view.query, view.is_shared) == (["kind"], "kind=organisation", True)

    def test_a_colleague_may_use_a_shared_one(self, view, client, url):
        client.force_login(UserFactory(is_superuser=True))
        client.post(url, {"use": "1", "view": view.pk})
        assert client.get(url).url == f"{url}?kind=organisation"

    def test_a_colleague_may_not_use_one_that_is_not_shared(self, view, client, url):
        SavedView.objects.update(is_shared=False)
        client.force_login(UserFactory(is_superuser=True))
        client.post(url, {"use": "1", "view": view.pk})
        assert client.get(url).status_code == 200

    def test_a_colleague_may_not_delete_it(self, view, client, url):
        client.force_login(UserFactory(is_superuser=True))
        client.post(url, {"delete": "1", "view": view.pk})
        assert SavedView.objects.filter(pk=view.pk).exists()

    def test_its_maker_deletes_it(self, view, staff, url):
        staff.post(url, {"delete": "1", "view": view.pk})
        assert not SavedView.objects.filter(pk=view.pk).exists()

    def test_it_stands_on_the_page_of_views(self, view, staff, url):
        assert "Organisations" in staff.get(url, {"views": "1"}).text


def test_a_list_prints_with_the_columns_and_filters_that_it_has(staff, url):
    ContactFactory(given_name="A", kind="individual")
    ContactFactory(organisation_name="Bayader", kind="organisation")
    staff.post(url, {"columns": "1", "shown": ["kind"]})
    text = staff.get(url, {"kind": "organisation", "print": "1"}).text
    assert "<td><bdi>Bayader</bdi></td><td><bdi>Organisation</bdi></td>" in text
    assert "<bdi>A</bdi>" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"reachable": "email"}, ["Mail"]),
        ({"reachable": "phone"}, ["Phone"]),
        ({"reachable": "none"}, ["Nothing"]),
        ({"born_from": "1990-01-01"}, ["Young"]),
    ],
)
def test_filters_find_whom_they_say(staff, url, query, found):
    EmailFactory(contact__given_name="Mail", contact__family_name="")
    PhoneFactory(contact__given_name="Phone", contact__family_name="")
    ContactFactory(given_name="Nothing", family_name="")
    young = ContactFactory(given_name="Young", family_name="", birth_date="1995-05-05")
    EmailFactory(contact=young, is_undeliverable=True)
    PhoneFactory(contact=young)
    if query.get("reachable") == "phone":
        found = [*found, "Young"]
    assert names(staff.get(url, query)) == found
