"""A membership on the staff's desk: what stands there, and what can be decided."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import ModelLogEntry

from dashboard.domain.roles import sync_roles
from members.models import FOR_LIFE, DecisionKind, Membership, MembershipDecision, RelationshipType, Term, User
from tests.factories.members import ContactFactory, TermFactory, UserFactory
from tests.factories.people import RelationshipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 6, 1)):
        yield


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


@pytest.fixture
def membership():
    return TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).membership


def address(name, membership, *more):
    return reverse(name, args=[membership.pk, *more])


def typed(**changes):
    return {"starts_on": "2026-07-01", "reason": "moved", "note": ""} | changes


def test_its_page_says_where_it_stands_and_takes_few_queries(staff, membership, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        page = staff.get(address("members_membership", membership)).text
    assert all(words in page for words in ("Current", membership.number, "Supporting member"))


def test_a_membership_for_life_says_so_instead_of_a_day_in_the_year_9999(staff):
    membership = TermFactory(ends_on=FOR_LIFE).membership
    page = staff.get(address("members_membership", membership)).text
    listed = staff.get(reverse("wagtailsnippets_members_membership:list")).text
    assert ("for life" in page, "for life" in listed, "9999" in page + listed) == (True, True, False)


def test_suspending_is_noted_and_logged(staff, membership):
    reply = staff.post(address("members_decide", membership, DecisionKind.SUSPENDED), typed(ends_on="2026-07-31"))
    assert reply.url == address("members_membership", membership)
    decision = MembershipDecision.objects.get()
    assert (decision.kind, decision.starts_on, decision.ends_on, decision.reason, decision.decided_by) == (
        "suspended",
        date(2026, 7, 1),
        date(2026, 7, 31),
        "moved",
        User.objects.get(),
    )
    assert ModelLogEntry.objects.filter(action="sanduq.membership_decided").count() == 1


def test_cancelling_tells_first_what_is_lost_and_is_done_when_saved_again(staff, membership):
    kind = RelationshipType.objects.get(code="household-member")
    Term.objects.get().tier.confers_to.add(kind)
    RelationshipFactory(type=kind, from_contact=ContactFactory(given_name="Samir"), to_contact=membership.contact)
    page = address("members_decide", membership, DecisionKind.CANCELLED)
    asked = staff.post(page, typed())
    assert not MembershipDecision.objects.exists()
    assert "Samir" in asked.text
    assert "184 days that were paid for are lost" in asked.text
    staff.post(page, typed(confirmed=asked.context["form"].data["confirmed"]))
    fresh = Membership.objects.get()
    assert (fresh.status_on(date(2026, 7, 1)), fresh.paid_until) == ("cancelled", date(2026, 6, 30))


def test_a_warning_about_another_day_is_asked_about_again(staff, membership):
    page = address("members_decide", membership, DecisionKind.CANCELLED)
    asked = staff.post(page, typed())
    staff.post(page, typed(starts_on="2026-08-01", confirmed=asked.context["form"].data["confirmed"]))
    assert not MembershipDecision.objects.exists()


def test_what_cannot_be_decided_is_said_beside_the_day(staff, membership):
    reply = staff.post(address("members_decide", membership, DecisionKind.SUSPENDED), typed(starts_on="2028-01-01"))
    assert "There is no membership to suspend or cancel" in reply.text


def test_taking_it_back_lets_the_membership_go_on(staff, membership):
    page = address("members_decide", membership, DecisionKind.CANCELLED)
    asked = staff.post(page, typed())
    staff.post(page, typed(confirmed=asked.context["form"].data["confirmed"]))
    decision = MembershipDecision.objects.get()
    assert "Take back" in staff.get(address("members_membership", membership)).text
    staff.post(address("members_take_back_decision", membership, decision.pk), {"before": "2026-07-01"})
    fresh = Membership.objects.get()
    assert (fresh.status_on(date(2026, 7, 1)), fresh.paid_until) == ("current", date(2026, 12, 31))


@pytest.mark.parametrize("name", ["members_membership", "members_decide"])
def test_who_may_not_is_refused(client, membership, name):
    sync_roles()
    user = UserFactory()
    user.groups.add(Group.objects.get(name="feedback"))
    client.force_login(user)
    more = [DecisionKind.SUSPENDED] if name == "members_decide" else []
    assert client.get(address(name, membership, *more)).status_code == 403


def test_staff_cannot_enter_a_term_over_another(staff, membership):
    term = Term.objects.get()
    reply = staff.post(
        reverse("wagtailsnippets_members_term:add"),
        {"membership": membership.pk, "tier": term.tier_id, "starts_on": "2026-12-31", "ends_on": "2027-12-30"},
    )
    assert "covers some of these days" in reply.text
    assert Term.objects.count() == 1
