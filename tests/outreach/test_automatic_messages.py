"""What members are told of automatic renewal, and when the ordinary reminders are kept back for it."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.automatic import renewal_of, stop, stop_token
from checkout.domain.automatic_charging import charge_due
from checkout.domain.automatic_plans import plan_charges
from checkout.models import AutomaticCharge, AutomaticRenewal, DropReason, StopReason
from donations.payments import registry
from members.models import RenewalReminder
from outreach.domain.automatic_messages import queue_automatic_messages
from outreach.domain.reminders import out_of_reach, queue_reminders
from outreach.domain.sending import send_due
from outreach.models import Delivery, DeliveryState, Suppression
from tests.card_bank import ASKS_HOLDER, DECLINED, GOOD, CardBank
from tests.factories.checkout import AutomaticRenewalFactory
from tests.factories.members import ContactFactory, EmailFactory, RenewalReminderFactory, TermFactory

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)
NOTICE, CHARGE = date(2026, 12, 10), date(2026, 12, 28)


@pytest.fixture(autouse=True)
def bank(monkeypatch):
    found = CardBank()
    monkeypatch.setitem(registry._GATEWAYS, "sandbox", found.gateway)
    return found


@pytest.fixture(autouse=True)
def schedule(db):
    RenewalReminder.objects.all().delete()
    for days, side in ((30, "before"), (7, "before"), (0, "before"), (14, "after")):
        RenewalReminderFactory(tier=None, days=days, side=side)


@pytest.fixture
def term():
    return a_term(EmailFactory(address="layla@people.example").contact)


def a_term(contact):
    term = TermFactory(membership__contact=contact, ends_on=END, tier__price=Money(25, "JOD"))
    AutomaticRenewalFactory(membership=term.membership)
    return term


def a_day(day, *, sends=True) -> dict[str, str]:
    """All that the clock does on `day`; returns subject and text of what went out."""
    mail.outbox.clear()
    with time_machine.travel(datetime(day.year, day.month, day.day, 10), tick=False):
        at = timezone.now()
        plan_charges(on=day, at=at)
        queue_automatic_messages(on=day, at=at)
        charge_due(on=day, at=at)
        queue_automatic_messages(on=day, at=at)
        queue_reminders(on=day, at=at)
        if sends:
            send_due(at=at)
            queue_automatic_messages(on=day, at=at)
    return {message.subject: message.body for message in mail.outbox}


def days(first, last) -> dict[date, list[str]]:
    """Day by day, the subjects of what went out."""
    found = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if subjects := list(a_day(day)):
            found[day] = subjects
    return found


class TestTheNotice:
    def test_it_says_how_much_when_with_which_card_for_which_days_and_how_to_stop(self, term):
        [(subject, body)] = a_day(NOTICE).items()
        renewal = AutomaticRenewal.objects.get()
        assert subject == "The membership is renewed on 28 December 2026: JOD 25"
        for words in (
            "On 28 December 2026, or in the days after, we charge JOD 25 to your card (Visa ending 4242).",
            "from 1 January 2027 until 31 December 2027",
            f"/en/pay/automatic/stop/{stop_token(renewal)}/",
            f"/en/pay/automatic/card/{stop_token(renewal)}/",
        ):
            assert words in body.replace("\xa0", " ")

    @pytest.mark.parametrize("language", ["ar", "fa"])
    def test_it_comes_in_the_readers_language(self, term, language):
        term.membership.contact.preferred_language = language
        term.membership.contact.save()
        [(subject, body)] = a_day(NOTICE).items()
        assert f"/{language}/pay/automatic/stop/" in body
        assert "{" not in subject + body

    def test_the_days_count_from_the_day_on_which_it_went_out(self, term, bank):
        a_day(NOTICE, sends=False)
        assert AutomaticCharge.objects.get().told_on is None
        a_day(CHARGE - timedelta(days=10))
        assert AutomaticCharge.objects.get().told_on == CHARGE - timedelta(days=10)
        days(CHARGE - timedelta(days=9), CHARGE + timedelta(days=3))
        assert bank.asked == []
        a_day(CHARGE + timedelta(days=4))
        assert len(bank.taken) == 1

    @pytest.mark.parametrize("why", ["no address", "suppressed", "suppressed later", "refused", "uncertain"])
    def test_whom_it_does_not_reach_is_not_charged(self, bank, why):
        contact = ContactFactory() if why == "no address" else EmailFactory(address="a@b.example").contact
        term = a_term(contact)
        if why == "suppressed":
            Suppression.objects.create(address="a@b.example", reason="bounced")
        a_day(NOTICE, sends=False)
        if why == "suppressed later":
            Suppression.objects.create(address="a@b.example", reason="bounced")
        elif why in ("refused", "uncertain"):
            Delivery.objects.update(state=DeliveryState.FAILED if why == "refused" else DeliveryState.UNCERTAIN)
        days(NOTICE, CHARGE + timedelta(days=40))
        assert bank.asked == []
        charge = AutomaticCharge.objects.get(term=term)
        assert charge.told_on is None
        # What nobody can know waits for a person, until the membership is over.
        assert charge.drop_reason == (DropReason.STOPPED if why == "uncertain" else DropReason.UNTOLD)

    def test_whom_no_letter_reaches_is_on_the_list_for_the_telephone(self):
        term = a_term(ContactFactory())
        assert list(out_of_reach(date(2026, 12, 5))) == []
        a_day(NOTICE)
        assert list(out_of_reach(CHARGE)) == [term]

    def test_who_stops_before_it_goes_out_does_not_get_it(self, term):
        a_day(NOTICE, sends=False)
        stop(renewal_of(term.membership), reason=StopReason.MEMBER, at=timezone.now())
        assert "is renewed on" not in "".join(a_day(NOTICE + timedelta(days=1)))


class TestOrdinaryReminders:
    def test_they_are_kept_back_while_it_stands(self, term):
        sent = days(date(2026, 11, 25), date(2027, 1, 20))
        assert [day for day, subjects in sent.items() if any("runs until" in one for one in subjects)] == []
        # Not even queued, to be held back at the last moment.
        assert not Delivery.objects.filter(template__in=["renewal-reminder", "renewal-ended"]).exists()
        assert [ends.ends_on for ends in term.membership.terms.all()] == [END, date(2027, 12, 31)]

    def test_they_go_on_after_it_was_stopped(self, term):
        days(date(2026, 11, 25), date(2026, 12, 20))
        stop(renewal_of(term.membership), reason=StopReason.MEMBER, at=timezone.now())
        sent = days(date(2026, 12, 21), date(2027, 1, 20))
        reminded = [day for day, subjects in sent.items() if any("paid" in one or "runs" in one for one in subjects)]
        assert reminded[:2] == [date(2026, 12, 24), END]

    def test_they_go_on_after_a_charge_failed(self, term, bank):
        days(date(2026, 11, 25), date(2026, 12, 27))
        bank.behaves = DECLINED
        sent = days(CHARGE, END)
        assert list(sent) == [CHARGE, END]
        assert "The membership runs until 31 December 2026" in sent[END]

    def test_they_go_on_where_the_notice_does_not_go_out(self, term):
        a_day(NOTICE, sends=False)
        assert queue_reminders(on=date(2026, 12, 24), at=timezone.now()) == 1

    def test_they_go_on_where_the_card_expires_before(self, term):
        card = renewal_of(term.membership).card
        card.expires_on = date(2026, 11, 30)
        card.save()
        sent = days(date(2026, 11, 25), date(2026, 12, 31))
        assert sent[date(2026, 11, 28)] == ["Your card expires before the next payment"]
        assert [day for day in sent if "The membership runs until 31 December 2026" in sent[day]] == [
            date(2026, 12, 1),
            date(2026, 12, 24),
            END,
        ]


class TestFailures:
    def test_each_is_told_at_once_with_the_way_to_pay(self, term, bank):
        days(NOTICE, CHARGE - timedelta(days=1))
        bank.behaves = DECLINED
        first = a_day(CHARGE)["The membership could not be renewed"]
        assert "We try again on 31 December 2026." in first
        assert "The bank declined it." in first
        assert "/en/pay/renew/link/" in first
        assert "/en/pay/automatic/card/" in first
        last = days(CHARGE + timedelta(days=1), CHARGE + timedelta(days=7))
        told = [day for day, subjects in last.items() if "The membership could not be renewed" in subjects]
        assert told == [CHARGE + timedelta(days=3), CHARGE + timedelta(days=7)]
        assert "the automatic renewal has ended" in mail.outbox[0].body
        assert "/en/pay/automatic/card/" not in mail.outbox[0].body
        assert renewal_of(term.membership) is None

    def test_a_bank_that_wants_the_holder_is_said_so(self, term, bank):
        days(NOTICE, CHARGE - timedelta(days=1))
        bank.behaves = ASKS_HOLDER
        body = a_day(CHARGE)["The membership could not be renewed"]
        assert "Your bank wants you to confirm the payment yourself." in body
        assert "We do not try again with this card." in body

    def test_who_renewed_by_hand_meanwhile_is_not_told(self, term, bank):
        from members.domain.memberships import renew

        days(NOTICE, CHARGE - timedelta(days=1))
        bank.behaves = DECLINED
        a_day(CHARGE, sends=False)
        bank.behaves = GOOD
        renew(term.membership, tier=term.tier, on=CHARGE)
        assert "could not be renewed" not in "".join(a_day(CHARGE + timedelta(days=1)))


def test_a_notice_of_an_amount_that_changed_meanwhile_is_not_sent(term):
    a_day(NOTICE, sends=False)
    AutomaticCharge.objects.update(announcement=2, amount=Money(30, "JOD"))
    with time_machine.travel(datetime(2026, 12, 11, 10), tick=False):
        send_due(at=timezone.now())
        assert mail.outbox == []
        queue_automatic_messages(on=date(2026, 12, 11), at=timezone.now())
        send_due(at=timezone.now())
    assert [message.subject.endswith("JOD 30") or message.subject.endswith("JOD\xa030") for message in mail.outbox] == [
        True
    ]
