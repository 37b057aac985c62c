"""A donor changes, pauses, skips and stops a recurring gift, told to the gateway first, which may be out of order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from donations.domain.recurring_changes import change_amount, change_day, hold_failing, pause, resume, skip, stop
from donations.domain.sandbox_clock import charge_due
from donations.domain.schedules import next_charge_after
from donations.exceptions import (
    AmountError,
    ChangeUnderWayError,
    DayOutOfReachError,
    NothingToChangeError,
    RecurringStoppedError,
)
from donations.models import (
    ChangeKind,
    ChangeState,
    Gift,
    Interval,
    Payment,
    RecurringChange,
    RecurringGift,
    RecurringStatus,
    StopCause,
)
from donations.payments.sandbox import REFUSED_LATER
from tests.factories.donations import FundFactory, RecurringGiftFactory
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db

# The factory's gift began on 31 January 2026, is of 10 dinars a month, and is due next on 28 February.
NOW = datetime(2026, 2, 10, 9, tzinfo=UTC)


def charged_until(day: date) -> list[tuple[date, Money]]:
    with TestCase.captureOnCommitCallbacks(execute=True):
        charge_due(day)
    return [
        (timezone.localdate(payment.settled_at), payment.amount) for payment in Payment.objects.order_by("settled_at")
    ]


def test_another_amount_holds_from_the_next_charge_on_and_is_logged_by_what_it_means_in_a_year():
    gift, fund, by = RecurringGiftFactory(), FundFactory(), UserFactory()

    change = change_amount(gift, [(fund, Money("7.5", "JOD"))], by=by, at=NOW)

    gift.refresh_from_db()
    assert (gift.amount, gift.shares.get().fund, gift.next_charge_on) == (Money("7.5", "JOD"), fund, date(2026, 2, 28))
    assert (change.kind, change.state, change.by, change.yearly_before, change.yearly_after) == (
        ChangeKind.AMOUNT,
        ChangeState.DONE,
        by,
        Money(120, "JOD"),
        Money(90, "JOD"),
    )
    assert charged_until(date(2026, 2, 28)) == [(date(2026, 2, 28), Money("7.5", "JOD"))]


def test_the_same_amount_for_something_else_is_a_change_of_purpose():
    gift, first, second = RecurringGiftFactory(), FundFactory(), FundFactory()

    change = change_amount(gift, [(first, Money(6, "JOD")), (second, Money(4, "JOD"))], by=None, at=NOW)

    charged_until(date(2026, 2, 28))
    parts = [(part.fund, part.amount) for part in Gift.objects.get().allocations.all()]
    assert (change.kind, change.yearly_after) == (ChangeKind.FUNDS, Money(120, "JOD"))
    assert parts == [(first, Money(6, "JOD")), (second, Money(4, "JOD"))]


def test_what_covers_the_cost_of_the_payment_is_charged_and_is_no_part_of_the_gift():
    gift = RecurringGiftFactory()

    change_amount(gift, [(FundFactory(), Money(10, "JOD"))], fee_cover=Money("0.5", "JOD"), by=None, at=NOW)

    assert charged_until(date(2026, 2, 28)) == [(date(2026, 2, 28), Money("10.5", "JOD"))]
    assert Gift.objects.get().amount == Money(10, "JOD")


def test_a_pause_charges_nothing_before_its_day_and_makes_up_for_nothing():
    gift = RecurringGiftFactory()

    pause(gift, date(2026, 5, 1), by=None, at=NOW)

    gift.refresh_from_db()
    assert gift.next_charge_on == date(2026, 5, 31)
    assert [day for day, _amount in charged_until(date(2026, 6, 30))] == [date(2026, 5, 31), date(2026, 6, 30)]


def test_a_skipped_charge_is_one():
    gift = RecurringGiftFactory()

    skip(gift, by=None, at=NOW)

    assert [day for day, _amount in charged_until(date(2026, 4, 30))] == [date(2026, 3, 31), date(2026, 4, 30)]


def test_who_goes_on_is_charged_by_the_old_schedule():
    gift = RecurringGiftFactory()
    pause(gift, date(2026, 9, 1), by=None, at=NOW)
    gift.refresh_from_db()

    resume(gift, by=None, at=NOW)

    gift.refresh_from_db()
    assert (gift.paused_until, gift.next_charge_on) == (None, date(2026, 2, 28))


def test_another_day_moves_all_that_follow():
    gift = RecurringGiftFactory()

    change_day(gift, date(2026, 3, 5), by=None, at=NOW)

    assert [day for day, _amount in charged_until(date(2026, 5, 6))] == [
        date(2026, 3, 5),
        date(2026, 4, 5),
        date(2026, 5, 5),
    ]


def test_a_stop_keeps_what_was_said():
    gift = RecurringGiftFactory()

    change = stop(gift, by=None, at=NOW, cause=StopCause.MONEY, words="Sorry")

    gift.refresh_from_db()
    assert (gift.status, gift.stopped_on, gift.stop_reason) == (RecurringStatus.STOPPED, date(2026, 2, 10), "Sorry")
    assert (change.cause, change.words, change.yearly_after) == ("money", "Sorry", Money(0, "JOD"))
    assert charged_until(date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    ("act", "error"),
    [
        pytest.param(lambda gift: skip(gift, by=None, at=NOW), RecurringStoppedError, id="skip a stopped one"),
        pytest.param(lambda gift: stop(gift, by=None, at=NOW), RecurringStoppedError, id="stop it twice"),
    ],
)
def test_what_is_stopped_changes_no_more(act, error):
    gift = RecurringGiftFactory(status=RecurringStatus.STOPPED, stopped_on=date(2026, 2, 1))
    with pytest.raises(error):
        act(gift)
    assert RecurringChange.objects.count() == 0


@pytest.mark.parametrize(
    ("act", "error"),
    [
        pytest.param(lambda gift: pause(gift, NOW.date(), by=None, at=NOW), DayOutOfReachError, id="pause until today"),
        pytest.param(
            lambda gift: pause(gift, date(2028, 1, 1), by=None, at=NOW), DayOutOfReachError, id="pause for years"
        ),
        pytest.param(
            lambda gift: change_day(gift, date(2026, 2, 11), by=None, at=NOW), DayOutOfReachError, id="tomorrow"
        ),
        pytest.param(
            lambda gift: change_day(gift, date(2026, 4, 1), by=None, at=NOW), DayOutOfReachError, id="too far away"
        ),
        pytest.param(lambda gift: resume(gift, by=None, at=NOW), NothingToChangeError, id="go on with what runs"),
        pytest.param(
            lambda gift: change_amount(gift, [(FundFactory(), Money(10, "EUR"))], by=None, at=NOW),
            NothingToChangeError,
            id="another currency",
        ),
        pytest.param(lambda gift: change_amount(gift, [], by=None, at=NOW), AmountError, id="nothing at all"),
        pytest.param(
            lambda gift: change_amount(
                gift, [(share.fund, share.amount) for share in gift.shares.all()], by=None, at=NOW
            ),
            NothingToChangeError,
            id="as it is",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(act, error):
    gift = RecurringGiftFactory()
    with pytest.raises(error):
        act(gift)
    gift.refresh_from_db()
    assert (gift.amount, gift.next_charge_on, RecurringChange.objects.count()) == (
        Money(10, "JOD"),
        date(2026, 2, 28),
        0,
    )


def test_a_second_change_waits_for_the_first_but_a_stop_never_does():
    gift = RecurringGiftFactory()
    asked = RecurringChange.objects.create(
        recurring_gift=gift, kind="paused", yearly_before=gift.yearly, yearly_after=gift.yearly, asked_at=NOW
    )
    with pytest.raises(ChangeUnderWayError):
        skip(gift, by=None, at=NOW)

    change = stop(gift, by=None, at=NOW)

    asked.refresh_from_db()
    assert (change.state, asked.state) == (ChangeState.DONE, ChangeState.OVERTAKEN)


def test_while_a_charge_fails_no_other_is_opened_and_afterwards_it_goes_on():
    gift = RecurringGiftFactory(gateway_reference=f"subscription{REFUSED_LATER}")
    charged_until(date(2026, 8, 1))
    gift.refresh_from_db()
    assert (gift.failing_since, Payment.objects.count()) == (date(2026, 2, 28), 0)

    hold_failing()
    gift.refresh_from_db()
    assert gift.is_held

    RecurringGift.objects.update(failing_since=None, gateway_reference="subscription")
    hold_failing()
    gift.refresh_from_db()
    assert not gift.is_held


def test_every_friday_begins_now_and_goes_on_with_a_friday_that_is_not_too_near():
    gift = RecurringGiftFactory(
        interval=Interval.FRIDAY,
        started_on=date(2026, 2, 4),
        counted_from=date(2026, 2, 13),
        next_charge_on=date(2026, 2, 13),
    )
    assert [day.isoformat() for day, _amount in charged_until(date(2026, 2, 27))] == [
        "2026-02-13",
        "2026-02-20",
        "2026-02-27",
    ]
    assert gift.yearly == Money(520, "JOD")


class TestSchedules(HypothesisCase):
    """Whatever a donor does, the schedule never charges in a pause and never leaves its day."""

    @settings(max_examples=40)
    @given(
        interval=st.sampled_from(Interval.values),
        began=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        waits=st.integers(0, 500),
        paused=st.none() | st.integers(1, 366),
    )
    def test_the_next_charge_lies_after_the_day_and_after_the_pause(self, interval, began, waits, paused):
        today = began + timedelta(days=waits)
        until = today + timedelta(days=paused) if paused else None
        gift = RecurringGift(interval=interval, started_on=began, paused_until=until)
        due = next_charge_after(gift, today)
        assert due > today
        assert until is None or due >= until
        if interval == Interval.FRIDAY:
            assert due.weekday() == 4
            assert due - max(today, until or today) <= timedelta(days=7)
        else:
            assert due.day == began.day or (due + timedelta(days=1)).day == 1
