"""What is noted beside a contact: interactions, follow-ups, relationships."""

from datetime import date, timedelta

import icalendar
import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from dashboard.domain.roles import ROLES, sync_roles
from members.contacts.note_forms import InteractionForm
from members.domain.follow_up_feed import make_feed, revoke_feed
from members.domain.interactions import finish_follow_up, follow_ups_of
from members.domain.relationships import relate
from members.exceptions import WrongKindError
from members.models import FollowUpFeed, Interaction, Relationship, RelationshipType
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, UserFactory
from tests.factories.people import InteractionFactory, RelationshipFactory

pytestmark = pytest.mark.django_db


def member_of_staff(role):
    user = UserFactory()
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def staff(client):
    sync_roles()
    client.user = member_of_staff("membership")
    client.force_login(client.user)
    return client


class TestInteractions:
    def typed(self, **changes):
        return {"kind": "call", "happened_at": "2026-11-20 10:00", "subject": "Asked about the camp"} | changes

    def test_a_call_is_noted_with_who_follows_up_and_when(self, staff):
        contact = ContactFactory()
        typed = self.typed(follow_up_on="2026-12-01", owner=staff.user.pk)
        staff.post(reverse("members_add_interaction", args=[contact.pk]), typed)
        noted = Interaction.objects.get()
        assert (noted.contact, noted.owner, noted.created_by, noted.follow_up_on) == (
            contact,
            staff.user,
            staff.user,
            date(2026, 12, 1),
        )
        assert "Asked about the camp" in staff.get(reverse("contacts:inspect", args=[contact.pk])).text

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"subject": ""}, "subject"),
            ({"subject": "x" * 201}, "subject"),
            ({"text": "x" * 10_001}, "text"),
            ({"happened_at": "2199-01-01 10:00"}, "happened_at"),
            ({"follow_up_on": "2026-12-01", "owner": ""}, "owner"),
            ({"kind": "telepathy"}, "kind"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_writes_nothing(self, staff, changes, field):
        page = staff.post(reverse("members_add_interaction", args=[ContactFactory().pk]), self.typed(**changes))
        assert list(page.context["form"].errors) == [field]
        assert not Interaction.objects.exists()

    def test_a_follow_up_is_done_once(self, staff):
        noted = InteractionFactory(owner=staff.user, follow_up_on=date(2026, 12, 1))
        finish_follow_up(noted, on=date(2026, 12, 2))
        finish_follow_up(noted, on=date(2026, 12, 3))
        assert Interaction.objects.get().followed_up_on == date(2026, 12, 2)
        assert not follow_ups_of(staff.user).exists()


class TestFollowUps:
    def test_ones_own_are_listed_by_urgency(self, staff):
        with time_machine.travel("2026-11-23T09:00Z"):
            for days in (-1, 0, 5):
                InteractionFactory(
                    owner=staff.user, subject=f"in {days}", follow_up_on=date(2026, 11, 23) + timedelta(days=days)
                )
            InteractionFactory(owner=UserFactory(), follow_up_on=date(2026, 11, 23))
            page = staff.get(reverse("members_follow_ups"))
        groups = [[row.subject for row in page.context[name]] for name in ("overdue", "today", "later")]
        assert groups == [["in -1"], ["in 0"], ["in 5"]]

    def test_a_calendar_reads_them_under_a_secret_address(self, staff, client):
        noted = InteractionFactory(owner=staff.user, subject="Ring, please", follow_up_on=date(2026, 12, 1))
        token = make_feed(staff.user)
        client.logout()
        answer = client.get(reverse("follow_up_feed", args=[token]))
        [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert (event["summary"], event["dtstart"].dt) == (f"{noted.contact}: Ring, please", date(2026, 12, 1))
        assert token not in str(FollowUpFeed.objects.values_list())

    def test_an_address_taken_back_or_replaced_leads_nowhere(self, staff, client):
        first = make_feed(staff.user)
        second = make_feed(staff.user)
        assert client.get(reverse("follow_up_feed", args=[first])).status_code == 404
        revoke_feed(staff.user)
        assert client.get(reverse("follow_up_feed", args=[second])).status_code == 404

    def test_a_colleague_who_left_has_no_feed(self, staff, client):
        token = make_feed(staff.user)
        staff.user.groups.clear()
        assert client.get(reverse("follow_up_feed", args=[token])).status_code == 404

    def test_the_address_is_shown_once(self, staff):
        staff.post(reverse("members_change_feed"), {"make": "1"})
        pages = [staff.get(reverse("members_follow_ups")).text for _visit in range(2)]
        assert [".ics" in page for page in pages] == [True, False]


@pytest.mark.parametrize(("language", "label"), [("en", "What was said"), ("ar", "ما قيل")])
def test_a_note_asks_what_was_said_and_not_for_letters(language, label):
    with translation.override(language):
        assert str(InteractionForm(user=UserFactory()).fields["text"].label) == label


class TestRelationships:
    def relate(self, staff, contact, other, code, side="from", **typed):
        kind = RelationshipType.objects.get(code=code)
        url = reverse("members_add_relationship", args=[contact.pk, other.pk])
        return staff.post(url, {"kind": f"{kind.pk}-{side}", **typed})

    @pytest.mark.parametrize("side", ["from", "to"])
    def test_it_is_said_from_either_side(self, staff, side):
        ward, guardian = ContactFactory(given_name="Ward"), ContactFactory(given_name="Guardian")
        pair = (guardian, ward) if side == "from" else (ward, guardian)
        self.relate(staff, *pair, "guardian", side)
        assert list(Relationship.objects.values_list("from_contact", "to_contact")) == [(guardian.pk, ward.pk)]
        assert "is a ward of" in staff.get(reverse("contacts:inspect", args=[ward.pk])).text
        assert "is the guardian of" in staff.get(reverse("contacts:inspect", args=[guardian.pk])).text

    def test_two_of_one_name_are_told_apart_before_one_is_chosen(self, staff, django_assert_num_queries):
        contact = ContactFactory(given_name="Ward")
        for number in range(2):
            EmailFactory(
                contact__given_name="Sana", contact__family_name="Amin", address=f"sana{number}@people.example"
            )
        address = reverse("members_relate", args=[contact.pk])
        page = staff.get(address, {"q": "sana amin"})
        assert all(f"<bdi>sana{number}@people.example</bdi>" in page.text for number in range(2))
        with CaptureQueriesContext(connection) as few:
            staff.get(address, {"q": "sana amin"})
        EmailFactory(contact__given_name="Sana", contact__family_name="Amin")
        with django_assert_num_queries(len(few)):
            staff.get(address, {"q": "sana amin"})

    def test_a_circle_is_refused(self, staff):
        first, second, third = ContactFactory.create_batch(3)
        self.relate(staff, first, second, "guardian")
        self.relate(staff, second, third, "guardian")
        page = self.relate(staff, third, first, "guardian")
        assert "already stands above" in str(page.context["form"].errors)
        assert Relationship.objects.count() == 2

    def test_a_spouse_is_no_circle(self, staff):
        first, second = ContactFactory.create_batch(2)
        self.relate(staff, first, second, "spouse")
        self.relate(staff, second, first, "spouse")
        assert Relationship.objects.count() == 2

    def test_kinds_that_cannot_be_related_are_refused(self, staff):
        page = self.relate(staff, ContactFactory(), ContactFactory(), "employee")
        assert "Select a valid choice" in str(page.context["form"].errors)
        assert not Relationship.objects.exists()

    def test_the_rule_holds_without_the_form_as_well(self):
        relationship = RelationshipFactory.build(
            type=RelationshipType.objects.get(code="employee"),
            from_contact=ContactFactory(),
            to_contact=ContactFactory(),
        )
        with pytest.raises(WrongKindError):
            relate(relationship)

    def test_dates_in_the_wrong_order_are_refused(self, staff):
        page = self.relate(
            staff, *ContactFactory.create_batch(2), "guardian", starts_on="2026-12-01", ends_on="2026-01-01"
        )
        assert "cannot end before it starts" in str(page.context["form"].errors["ends_on"])

    def test_whose_inherited_membership_ends_is_said_before_it_is_saved(self, staff):
        company = ContactFactory(organisation_name="Bayader", kind="organisation")
        worker = ContactFactory(given_name="Omar", family_name="Zaid")
        kind = RelationshipType.objects.get(code="employee")
        today = timezone.localdate()
        term = TermFactory(
            membership__contact=company, starts_on=today - timedelta(days=5), ends_on=today + timedelta(days=5)
        )
        term.tier.confers_to.add(kind)
        relationship = RelationshipFactory(type=kind, from_contact=worker, to_contact=company)
        assert "Belongs through Bayader" in staff.get(reverse("contacts:inspect", args=[worker.pk])).text

        url = reverse("members_edit_relationship", args=[worker.pk, company.pk, relationship.pk])
        typed = {"kind": f"{kind.pk}-from", "ends_on": (today - timedelta(days=1)).isoformat()}
        page = staff.post(url, typed)
        assert "Omar Zaid would no longer belong through Bayader" in str(page.context["form"].errors)
        assert Relationship.objects.get().ends_on is None

        staff.post(url, typed | {"confirmed": page.context["form"]["confirmed"].value()})
        assert Relationship.objects.get().ends_on == today - timedelta(days=1)


PAGES = {
    "members_add_interaction": {"administrator", "membership", "fundraising", "volunteers"},
    "members_relate": {"administrator", "membership", "fundraising"},
    "members_photo": {role.code for role in ROLES},
    "members_follow_ups": {"administrator", "membership", "fundraising", "volunteers", "auditor"},
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", sorted(role.code for role in ROLES))
def test_each_page_is_opened_by_its_roles_alone(client, name, role):
    sync_roles()
    client.force_login(member_of_staff(role))
    arguments = [] if name == "members_follow_ups" else [ContactFactory().pk]
    answer = client.get(reverse(name, args=arguments))
    assert (answer.status_code == 403) == (role not in PAGES[name])
