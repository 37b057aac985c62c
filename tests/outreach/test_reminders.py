"""Reminders of renewing: who gets which, once, and who gets none."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from donations.models import Payment
from members.domain.decisions import Decision, decide
from members.domain.memberships import renew
from members.domain.renewal import say_not_renewing, take_back_not_renewing
from members.domain.seats import BILLING
from members.domain.terms import cut_term
from members.models import CutReason, DecisionKind, LeavingReason, RelationshipType, RenewalReminder
from outreach.domain.reminders import out_of_reach, queue_reminders
from outreach.domain.sending import send_due
from outreach.models import Delivery, DeliveryState, Suppression
from tests.factories.members import (
    ContactFactory,
    EmailFactory,
    RenewalReminderFactory,
    TermFactory,
    TierFactory,
    UserFactory,
)
from tests.factories.people import PhoneFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def schedule(db):
    """30 and 7 days before, on the day, 14 days after: for all tiers."""
    RenewalReminder.objects.all().delete()
    for days, side in ((30, "before"), (7, "before"), (0, "before"), (14, "after")):
        RenewalReminderFactory(tier=None, days=days, side=side)


@pytest.fixture
def term():
    return TermFactory(membership__contact=EmailFactory(address="layla@people.example").contact, ends_on=END)


def noon(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def queue(day) -> int:
    with time_machine.travel(noon(day), tick=False):
        return queue_reminders(on=day, at=timezone.now())


def send(day) -> list:
    mail.outbox.clear()
    with time_machine.travel(noon(day), tick=False):
        send_due(at=timezone.now())
    return mail.outbox


def day_of(offset):
    return END + timedelta(days=offset)


def keys() -> list[str]:
    return sorted(Delivery.objects.filter(template__startswith="renewal").values_list("key", flat=True))


class TestSchedule:
    def test_day_by_day_each_reminder_comes_on_its_day_and_once(self, term):
        told = {}
        for offset in range(-60, 60):
            for _time in range(2):
                if queue(day_of(offset)):
                    told.setdefault(offset, 0)
                    told[offset] += 1
        assert told == {-30: 1, -7: 1, 0: 1, 14: 1}
        assert keys() == sorted(f"renewal-{term.pk}-{offset}" for offset in (-30, -7, 0, 14))

    def test_a_tier_with_a_schedule_of_its_own_has_only_that(self, term):
        RenewalReminderFactory(tier=term.tier, days=10)
        assert [offset for offset in range(-60, 60) if queue(day_of(offset))] == [-10]

    def test_nothing_comes_once_grace_is_over(self, term):
        term.tier.grace_days = 13
        term.tier.save()
        assert queue(day_of(14)) == 0

    @pytest.mark.parametrize(("late", "expected"), [(1, 1), (3, 1), (4, 0)])
    def test_a_clock_that_stood_still_catches_up_for_three_days(self, term, late, expected):
        assert queue(day_of(-30 + late)) == expected

    def test_one_that_is_late_gives_way_to_the_next(self, term):
        RenewalReminderFactory(tier=None, days=6)
        assert queue(day_of(-6)) == 1
        assert keys() == [f"renewal-{term.pk}--6"]

    def test_a_reminder_that_is_deleted_and_made_again_is_not_sent_again(self, term):
        queue(day_of(-7))
        RenewalReminder.objects.filter(days=7).delete()
        RenewalReminderFactory(tier=None, days=7)
        assert queue(day_of(-7)) == 0


class TestWhoIsNotReminded:
    @pytest.mark.parametrize("act", ["renewed", "no", "suspended", "leaves", "died", "erased", "refunded"])
    def test_who_renewed_said_no_rests_leaves_died_or_was_erased(self, term, act):
        membership, contact = term.membership, term.membership.contact
        day = day_of(-7)
        match act:
            case "renewed":
                renew(membership, tier=term.tier, on=day)
            case "no":
                say_not_renewing(term, reason="", at=noon(day))
            case "suspended":
                decide(membership, Decision(DecisionKind.SUSPENDED, day, LeavingReason.TIME), by=None)
            case "leaves":
                leaves = Decision(DecisionKind.CANCELLED, END + timedelta(days=1), LeavingReason.TIME)
                decide(membership, leaves, by=None)
            case "died":
                contact.died_on = day
                contact.save()
            case "erased":
                contact.erased_at = noon(day)
                contact.save()
            case "refunded":
                cut_term(term, ends_on=END - timedelta(days=1), reason=CutReason.REFUNDED)
        assert queue(day) == 0

    def test_who_took_the_no_back_is_reminded_again(self, term):
        say_not_renewing(term, reason="", at=noon(day_of(-20)))
        take_back_not_renewing(term, at=noon(day_of(-10)))
        assert queue(day_of(-7)) == 1

    def test_who_renews_between_queue_and_post_is_not_written_to(self, term):
        queue(day_of(-7))
        renew(term.membership, tier=term.tier, on=day_of(-7))
        assert send(day_of(-7)) == []
        assert Delivery.objects.get(template="renewal-reminder").state == DeliveryState.SKIPPED

    def test_who_belongs_through_somebody_else_is_not_but_the_holder_is(self, term):
        child = RelationshipFactory(to_contact=term.membership.contact)
        EmailFactory(contact=child.from_contact)
        term.tier.confers_to.add(child.type)
        queue(day_of(-7))
        assert [delivery.address for delivery in Delivery.objects.all()] == ["layla@people.example"]


class TestWhereItGoes:
    def test_of_an_organisation_to_whom_it_named_for_its_bills_even_if_it_has_an_address(self):
        office = EmailFactory(contact__kind="organisation", contact__organisation_name="Haddad", address="o@h.example")
        clerk = EmailFactory(address="bills@h.example").contact
        term = TermFactory(membership__contact=office.contact, ends_on=END)
        kind = RelationshipType.objects.get(code=BILLING)
        relationship = RelationshipFactory(type=kind, from_contact=clerk, to_contact=office.contact)
        queue(day_of(-30))
        relationship.ends_on = day_of(-8)
        relationship.save()
        queue(day_of(-7))
        assert [one.address for one in Delivery.objects.order_by("pk")] == ["bills@h.example", "o@h.example"]
        assert {one.context["term"] for one in Delivery.objects.all()} == {term.pk}

    def test_to_whoever_is_responsible_if_the_member_has_no_address(self):
        term = TermFactory(ends_on=END)
        head = EmailFactory(contact__preferred_language="ar").contact
        kind = RelationshipType.objects.get_or_create(
            code="household-head", defaults={"name": "x", "reverse_name": "y"}
        )
        RelationshipFactory(type=kind[0], from_contact=head, to_contact=term.membership.contact)
        assert queue(day_of(-7)) == 1
        delivery = Delivery.objects.get()
        assert (delivery.contact, delivery.language) == (head, "ar")
        assert list(out_of_reach(day_of(-7))) == []

    @pytest.mark.parametrize("why", ["none", "undeliverable", "suppressed"])
    def test_who_cannot_be_written_to_is_on_the_list_for_the_telephone(
        self, why, client, django_assert_max_num_queries
    ):
        contact = ContactFactory()
        PhoneFactory(contact=contact, number="+962791112233")
        if why != "none":
            email = EmailFactory(contact=contact, is_undeliverable=why == "undeliverable")
            if why == "suppressed":
                Suppression.objects.create(address=email.address.upper(), reason="bounced")
        term = TermFactory(membership__contact=contact, ends_on=END)
        assert queue(day_of(-7)) == 0
        assert list(out_of_reach(day_of(-7))) == [term]
        assert list(out_of_reach(day_of(-31))) == []
        assert list(out_of_reach(day_of(31))) == []
        client.force_login(UserFactory(is_superuser=True))
        with time_machine.travel(noon(day_of(-7)), tick=False), django_assert_max_num_queries(25):
            client.force_login(UserFactory(is_superuser=True))
            page = client.get(reverse("outreach_renewals_by_hand")).text
        assert "+962 7 9111 2233" in page


class TestTheLetter:
    @pytest.mark.parametrize("language", ["ar", "en", "fa"])
    def test_it_leads_to_renewing_and_to_saying_no_in_the_readers_language(self, term, language, client):
        contact = term.membership.contact
        contact.preferred_language = language
        contact.save()
        queue(day_of(-7))
        [letter] = send(day_of(-7))
        html = letter.alternatives[0][0]
        for text in (letter.body, html):
            assert f"/{language}/pay/renew/link/" in text
            assert f"/{language}/pay/renew/not-this-year/" in text
        assert "{" not in letter.body + letter.subject
        assert term.membership.number not in letter.body

    def test_after_the_end_it_says_until_when_there_is_no_gap(self, term):
        queue(day_of(14))
        [letter] = send(day_of(14))
        assert "30 January 2027" in letter.body


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_queue_each_reminder_once():
    tier = TierFactory()
    RenewalReminderFactory(tier=tier, days=7)
    for _number in range(20):
        TermFactory(tier=tier, membership__contact=EmailFactory().contact, ends_on=END)
    start = Barrier(2)

    def run():
        try:
            start.wait()
            queue_reminders(on=day_of(-7), at=noon(day_of(-7)))
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Delivery.objects.filter(template="renewal-reminder").count() == 20


class TestStaffScreens:
    def test_the_membership_says_what_was_sent_and_what_will_be(self, client, term):
        queue(day_of(-30))
        send(day_of(-30))
        say_not_renewing(term, reason=LeavingReason.COST, at=noon(day_of(-29)))
        take_back_not_renewing(term, at=noon(day_of(-28)))
        with time_machine.travel(noon(day_of(-20)), tick=False):
            client.force_login(UserFactory(is_superuser=True))
            page = client.get(reverse("members_membership", args=[term.membership_id])).text
        assert all(words in page for words in ("30 days before the end", "Sent", "7 days before the end", "planned"))
        assert Payment.objects.count() == 0

    def test_it_says_that_they_will_not_renew_and_why(self, client, term):
        with time_machine.travel(noon(day_of(-20)), tick=False):
            say_not_renewing(term, reason=LeavingReason.COST, at=timezone.now())
            client.force_login(UserFactory(is_superuser=True))
            page = client.get(reverse("members_membership", args=[term.membership_id])).text
        assert "will not renew" in page
        assert "The fee is too high" in page


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        pytest.param("Asia/Beirut", date(2026, 3, 29), id="a day without its first hour"),
        pytest.param("Asia/Beirut", date(2026, 10, 25), id="an hour twice around midnight"),
        pytest.param("Pacific/Apia", date(2011, 12, 31), id="after a day that was left out"),
    ],
)
def test_the_night_in_which_clocks_change_ends_a_term_once_and_reminds_once(zone, night, term):
    term.starts_on, term.ends_on = night - timedelta(days=365), night - timedelta(days=1)
    term.save()
    with timezone.override(zone):
        seen, queued = [], 0
        start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=2)
        for half_hours in range(144):
            with time_machine.travel(start + timedelta(minutes=30 * half_hours), tick=False):
                today = timezone.localdate()
                seen.append(term.membership.status_on(today).value)
                queued += queue_reminders(on=today, at=timezone.now())
    assert (list(dict.fromkeys(seen)), seen == sorted(seen), queued) == (["current", "grace"], True, 1)
