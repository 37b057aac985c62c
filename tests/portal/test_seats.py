"""Whoever looks after a household invites, and whoever is invited says yes: on the site, by link."""

from datetime import date

import pytest
import time_machine

from members.domain.relationships import belonging_through
from members.models import Contact, Relationship, RelationshipType, SeatInvitation
from outreach.models import Delivery
from tests.factories.members import ContactFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
def holder(client):
    contact = ContactFactory(given_name="Layla", user=UserFactory())
    client.force_login(contact.user)
    return contact


@pytest.fixture
def membership(holder):
    tier = TierFactory(seats=1)
    tier.confers_to.add(RelationshipType.objects.get(code="spouse"))
    return TermFactory(
        tier=tier, membership__contact=holder, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    ).membership


def page(membership, rest=""):
    return f"/en/me/seats/{membership.pk}/{rest}"


def invite(client, membership, email="omar@people.example"):
    kind = RelationshipType.objects.get(code="spouse")
    return client.post(page(membership), {"email": email, "kind": kind.pk})


def people(membership):
    return list(belonging_through(membership, on=TODAY))


def test_from_invitation_to_membership_without_an_account(client, membership):
    invite(client, membership)
    delivery = Delivery.objects.get()
    invitation = SeatInvitation.objects.get()
    link = f"/en/me/invitation/{invitation.pk}/"
    assert (delivery.template, delivery.address) == ("seat-invitation", "omar@people.example")
    assert link in delivery.context["button_url"]
    client.logout()
    shown = client.get(link).text
    assert "Layla invites you" in shown
    assert membership.contact.family_name not in shown
    client.post(link, {"given_name": "Omar", "family_name": "Haddad", "email": "omar@people.example"})
    assert [person.given_name for person in people(membership)] == ["Omar"]
    assert "You belong now" in client.get(link).text


def test_who_is_logged_in_takes_it_with_one_press(client, membership):
    invite(client, membership)
    other = ContactFactory(user=UserFactory())
    client.force_login(other.user)
    client.post(f"/en/me/invitation/{SeatInvitation.objects.get().pk}/")
    assert people(membership) == [other]


def test_a_full_membership_says_so_instead_of_a_form(client, membership):
    invite(client, membership)
    shown = client.get(page(membership)).text
    assert "All seats are taken" in shown
    assert 'name="email"' not in shown
    assert "All seats are taken" in invite(client, membership, "two@people.example").text
    assert SeatInvitation.objects.count() == 1


def test_an_invitation_taken_back_leads_nowhere(client, membership):
    invite(client, membership)
    invitation = SeatInvitation.objects.get()
    client.post(page(membership, f"withdraw/{invitation.pk}/"))
    link = f"/en/me/invitation/{invitation.pk}/"
    client.logout()
    assert "no longer valid" in client.get(link).text
    client.post(link, {"given_name": "Omar", "family_name": "Haddad", "email": "omar@people.example"})
    assert (people(membership), Contact.objects.count()) == ([], 1)


def test_whoever_looks_after_it_can_remove_somebody(client, membership):
    person = ContactFactory()
    Relationship.objects.create(
        type=RelationshipType.objects.get(code="spouse"), from_contact=person, to_contact=membership.contact
    )
    client.post(page(membership, f"remove/{person.pk}/"))
    assert people(membership) == []


@pytest.mark.parametrize("rest", ["", "remove/1/", "withdraw/00000000-0000-0000-0000-000000000000/"])
def test_nobody_looks_after_what_is_not_theirs(client, membership, rest):
    stranger = ContactFactory(user=UserFactory())
    client.force_login(stranger.user)
    assert client.post(page(membership, rest), {"email": "a@b.example"}).status_code == 404
    assert not SeatInvitation.objects.exists()


def test_a_representative_looks_after_the_membership_of_the_organisation(client, membership):
    someone = ContactFactory(user=UserFactory())
    Relationship.objects.create(
        type=RelationshipType.objects.get(code="representative"), from_contact=someone, to_contact=membership.contact
    )
    client.force_login(someone.user)
    assert page(membership) in client.get("/en/me/").text
    assert client.get(page(membership)).status_code == 200
