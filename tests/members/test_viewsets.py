"""The staff's lists about memberships and consent."""

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.roles import sync_roles
from members.domain.consent import record_consent
from members.models import Channel, ConsentEvent, Membership, Phone, Purpose, Term, Tier
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    sync_roles()
    client.force_login(UserFactory(is_superuser=True))
    return client


@pytest.mark.parametrize(("granted", "word"), [(True, "نعم"), (False, "لا")])
def test_an_answer_about_consent_is_shown_in_words(staff, granted, word):
    contact = ContactFactory()
    event = record_consent(contact, channel=Channel.POST, purpose=Purpose.NEWS, granted=granted, source="office")
    names = ConsentEvent.snippet_viewset
    page = reverse(names.get_url_name("inspect"), args=[event.pk])
    arabic = {"accept-language": "ar"}
    row = staff.get(reverse(names.get_url_name("list")), headers=arabic).text
    assert f'<a href="{page}">' in row
    assert f">{word}</td>" in row
    shown = {field["label"]: field["value"] for field in staff.get(page, headers=arabic).context["fields"]}
    assert shown["الوقت"].utcoffset() == timezone.localtime().utcoffset()
    assert (shown["جهة اتصال"], shown["الجواب"], shown["التدوين بواسطة"]) == (contact, word, "–")


def test_whether_a_tier_is_offered_is_said_in_words(staff):
    TierFactory()
    text = staff.get(reverse(Tier.snippet_viewset.get_url_name("list")), headers={"accept-language": "ar"}).text
    assert ">نعم</td>" in text
    assert "True" not in text


def test_the_way_to_a_list_begins_in_the_readers_language(staff):
    for viewset in (Tier.snippet_viewset, ConsentEvent.snippet_viewset):
        page = staff.get(reverse(viewset.get_url_name("list")), headers={"accept-language": "en"})
        assert str(page.context["breadcrumbs_items"][0]["label"]) == "Home"


def test_every_cell_of_a_list_says_what_it_holds(staff):
    TermFactory(starts_on="2026-03-01", ends_on="2027-02-28")
    text = staff.get(reverse(Term.snippet_viewset.get_url_name("list")), headers={"accept-language": "en"}).text
    assert '<td data-label="Starts on">1 March 2026</td>' in text
    assert text.count("<td data-label=") == 4


def test_both_inputs_of_a_fee_have_a_name(staff):
    page = staff.get(
        reverse(Tier.snippet_viewset.get_url_name("edit"), args=[TierFactory().pk]), headers={"accept-language": "en"}
    )
    assert 'aria-label="Fee"' in page.text
    assert 'aria-label="Currency"' in page.text


@pytest.mark.parametrize("typed", ["احمد", "خطيب احمد", "0790 000 001", "AHMAD@people.example"])
@pytest.mark.parametrize("model", [Membership, Term])
def test_a_list_about_members_is_searched_as_the_list_of_people_is(staff, model, typed):
    contact = ContactFactory(given_name="أحمد", family_name="الخطيب")
    EmailFactory(contact=contact, address="ahmad@people.example")
    Phone.objects.create(contact=contact, number="+962790000001")
    term = TermFactory(membership__contact=contact)
    TermFactory(membership__contact=ContactFactory(given_name="سلمى", family_name="الخطيب"))
    page = staff.get(reverse(model.snippet_viewset.get_url_name("list")), {"q": typed})
    assert list(page.context["object_list"]) == [term if model is Term else term.membership]


def test_a_membership_is_found_by_its_number_and_in_the_order_asked_for(staff):
    terms = [TermFactory(membership__contact=ContactFactory(given_name=name)) for name in ("Nour", "Nouran")]
    memberships = [term.membership for term in terms]
    page = reverse(Membership.snippet_viewset.get_url_name("list"))
    assert list(staff.get(page, {"q": memberships[1].number}).context["object_list"]) == memberships[1:]
    ordered = staff.get(page, {"q": "nour", "ordering": "-contact__search_name"})
    assert list(ordered.context["object_list"]) == memberships[::-1]
