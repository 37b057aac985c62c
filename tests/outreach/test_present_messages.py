"""What giver and recipient of a present are told: once, on its day, and only as long as it is called for."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import TestCase
from django.utils import timezone

from checkout.domain.present_links import present_token
from checkout.domain.present_taking import Taker, accept_present
from checkout.domain.presents import resend_link
from checkout.exceptions import DeliveryDayError, PresentNotReadyError
from checkout.models import PresentWay
from config.tasks import deliver_presents
from donations.models import Refund, RefundStatus
from outreach.domain.sending import send_due
from outreach.models import Delivery, DeliveryState
from tests.factories.presents import PAID_AT, PresentFactory

pytestmark = pytest.mark.django_db
PAID_ON, DAY, LAST = PAID_AT.date(), date(2026, 8, 15), date(2027, 6, 1)
LAYLA, OMAR = "layla@people.example", "omar@people.example"


def by_email(**facts):
    return PresentFactory(way=PresentWay.EMAIL, recipient_email=LAYLA, deliver_on=DAY, **facts)


def a_day(day, *, sends=True) -> list[tuple[str, str]]:
    """What the clock does on `day`, twice; returns to whom what went out."""
    mail.outbox.clear()
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), tick=False):
        for _time in range(2):
            deliver_presents(timezone.now())
            if sends:
                send_due(at=timezone.now())
    return [(message.to[0], message.subject) for message in mail.outbox]


def year() -> dict[date, list[tuple[str, str]]]:
    days = (PAID_ON + timedelta(days=number) for number in range((LAST - PAID_ON).days + 40))
    return {day: sent for day in days if (sent := a_day(day))}


def give_back(present) -> None:
    payment = present.basket.attempts.get().payment
    Refund.objects.create(payment=payment, amount=payment.amount, status=RefundStatus.SETTLED, settled_at=PAID_AT)


def accept(present, at) -> None:
    with time_machine.travel(at, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        accept_present(present, Taker("Layla", "Haddad", LAYLA, "en"), on=timezone.localdate(), at=at)


def test_by_email_it_goes_out_on_its_day_and_is_recalled_once_before_the_end():
    by_email()
    assert year() == {
        DAY: [(LAYLA, "Omar Saleh has a present for you")],
        date(2027, 5, 2): [(LAYLA, "Your present from Omar Saleh waits until 1 June 2027")],
    }


def test_by_hand_the_giver_is_recalled_with_the_voucher():
    PresentFactory()
    assert year() == {date(2027, 5, 2): [(OMAR, "Your present for Layla waits to be accepted")]}


def test_in_the_recipients_language_with_the_link_in_it():
    present = by_email(language="ar")
    assert a_day(DAY) == [(LAYLA, "هدية من Omar Saleh")]
    assert f"/ar/pay/present/{present_token(present)}/" in mail.outbox[0].body


def test_what_a_standstill_missed_goes_out_afterwards_once():
    by_email()
    late = DAY + timedelta(days=30)
    assert [a_day(late), a_day(late + timedelta(days=1))] == [[(LAYLA, "Omar Saleh has a present for you")], []]


def test_what_came_late_is_not_recalled_at_once():
    PresentFactory(way=PresentWay.EMAIL, recipient_email=LAYLA, deliver_on=date(2027, 5, 20))
    with_subjects = {day: [subject for _to, subject in sent] for day, sent in year().items()}
    assert with_subjects == {
        date(2027, 5, 20): ["Omar Saleh has a present for you"],
        date(2027, 5, 27): ["Your present from Omar Saleh waits until 1 June 2027"],
    }


def test_given_back_nothing_of_it_goes_out_also_not_what_waits_already():
    given_back, queued = by_email(), by_email()
    give_back(given_back)
    a_day(DAY, sends=False)
    assert Delivery.objects.get().context == {"present": queued.pk}
    give_back(queued)
    assert a_day(DAY) == []
    assert Delivery.objects.get().state == DeliveryState.SKIPPED


def test_accepted_only_the_giver_is_told_and_once_also_if_a_crash_swallowed_it():
    present = PresentFactory()
    accept(present, PAID_AT + timedelta(days=3))
    told = Delivery.objects.filter(template="present-accepted")
    assert told.count() == 1

    Delivery.objects.all().delete()
    assert [a_day(PAID_ON + timedelta(days=number)) for number in (4, 5)] == [
        [(OMAR, "Your present for Layla was accepted")],
        [],
    ]


class TestSendingAgain:
    def again(self, present, on=DAY):
        with TestCase.captureOnCommitCallbacks(execute=True):
            resend_link(present, on=on)

    def test_it_goes_to_whoever_has_to_have_the_link_each_time(self):
        sent, handed = by_email(), PresentFactory()
        assert len(a_day(DAY)) == 1
        with time_machine.travel(datetime(2026, 8, 15, 9, tzinfo=UTC), tick=False):
            for _time in range(2):
                self.again(sent)
                self.again(handed)
        assert sorted(a_day(DAY)) == sorted(
            [(LAYLA, "Omar Saleh has a present for you"), (OMAR, "Your present for Layla waits to be accepted")] * 2
        )

    def test_not_before_its_day_nor_once_it_cannot_be_accepted(self):
        present = by_email()
        with pytest.raises(DeliveryDayError):
            self.again(present, on=DAY - timedelta(days=1))
        give_back(present)
        with pytest.raises(PresentNotReadyError):
            self.again(present)
