"""Choosing a record in a form of the staff's."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.users.models import UserProfile

from members.lists.chooser import StaffChooserWidget
from members.lists.paginator import MOST_ROWS
from members.models import Contact
from tests.factories.members import ContactFactory, EmailFactory, MembershipFactory, UserFactory
from tests.factories.people import TagFactory

pytestmark = pytest.mark.django_db


def chooser(model: str, view: str = "choose") -> str:
    return reverse(f"wagtailsnippetchoosers_members_{model}:{view}")


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def found(response) -> list[str]:
    return [str(row) for row in response.context["results"]]


@pytest.mark.parametrize("typed", ["احمد", "AHMAD@people", "2026-0042"])
@pytest.mark.parametrize("model", ["contact", "membership"])
def test_is_found_by_whatever_is_known_of_them(staff, model, typed):
    email = EmailFactory(contact__given_name="أحمد", contact__family_name="العبادي", address="ahmad@people.example")
    membership = MembershipFactory(contact=email.contact, number="2026-0042")
    MembershipFactory(contact=ContactFactory(given_name="ليلى", family_name="حداد"))
    expected = {"contact": email.contact, "membership": membership}[model]
    assert found(staff.get(chooser(model, "choose_results"), {"q": typed})) == [str(expected)]


def test_what_is_nobodys_is_found_as_in_its_list(staff):
    for name in ("Donors", "Friends"):
        TagFactory(name=name)
    assert found(staff.get(chooser("tag", "choose_results"), {"q": "frie"})) == ["Friends"]


def test_two_of_one_name_are_told_apart(staff):
    EmailFactory(contact__given_name="أحمد", contact__family_name="العبادي", address="one@people.example")
    page = staff.get(chooser("contact")).json()["html"]
    assert "one@people.example" in page


def test_nobody_who_was_erased_is_offered(staff):
    ContactFactory(given_name="أحمد", erased_at=timezone.now())
    assert found(staff.get(chooser("contact"), {"q": "أحمد"})) == []
    assert found(staff.get(chooser("contact"))) == []


def test_rows_are_counted_no_further_than_anybody_turns(staff, django_assert_max_num_queries):
    Contact.objects.bulk_create(
        Contact(given_name=f"n{number}", search_name=f"n{number}") for number in range(MOST_ROWS + 5)
    )
    with django_assert_max_num_queries(12):
        page = staff.get(chooser("contact"))
    assert page.context["results"].paginator.count == MOST_ROWS


@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_who_may_not_see_the_records_may_not_choose_among_them(client, view):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_contact"]))
    client.force_login(user)
    assert client.get(chooser("membership", view)).status_code == 403
    assert client.get(chooser("contact", view)).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("ar", "اختيار"), ("en", "Choose"), ("fa", "انتخاب")])
def test_its_words_are_its_readers(staff, language, word):
    user = UserFactory(is_superuser=True)
    UserProfile.objects.create(user=user, preferred_language=language)
    staff.force_login(user)
    assert word in staff.get(chooser("contact")).json()["html"]
    one_for_all = StaffChooserWidget(Contact)
    with override(language):
        assert word in one_for_all.render("contact", None, {"id": "contact"})
