"""Recurring gifts on the sandbox: started, charged by its clock, stopped."""

from datetime import UTC, date, datetime

import pytest
from djmoney.money import Money

from donations.domain import recurring
from donations.domain.events import apply_event, apply_pending_events, receive_event
from donations.domain.payments import open_payment
from donations.domain.recurring import start_recurring
from donations.domain.recurring_changes import stop
from donations.domain.sandbox_clock import charge_due
from donations.exceptions import DonationsError
from donations.models import (
    Gift,
    Interval,
    Payment,
    PaymentEvent,
    Receipt,
    RecurringGift,
    RecurringStatus,
    ReviewReason,
)
from donations.payments.sandbox import compose_answer, compose_charge
from donations.signals import recurring_gift_charged
from tests.factories.donations import FundFactory, RecurringGiftFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db

STARTED_AT = datetime(2026, 1, 31, 9, tzinfo=UTC)


def begin(interval: Interval = Interval.MONTH) -> tuple[RecurringGift, Payment]:
    gift = start_recurring(
        donor=ContactFactory(),
        shares=[(FundFactory(), Money(10, "JOD"))],
        interval=interval,
        gateway="sandbox",
        language="en",
    )
    payment = open_payment(
        amount=gift.amount,
        gateway="sandbox",
        payer_name="Layla Haddad",
        payer_email="",
        language="en",
        description="Monthly",
        recurring=gift,
    )
    return gift, payment


def pay_first(payment: Payment, at: datetime = STARTED_AT) -> None:
    body, headers = compose_answer("succeed", at, reference=payment.reference, amount=payment.amount, schedule=True)
    assert apply_event(receive_event("sandbox", body=body, headers=headers))


def test_it_is_active_only_once_the_first_payment_has_come_in():
    gift, payment = begin()
    assert gift.status == RecurringStatus.STARTING

    pay_first(payment)

    gift.refresh_from_db()
    assert (gift.status, gift.started_on, gift.next_charge_on) == (
        RecurringStatus.ACTIVE,
        date(2026, 1, 31),
        date(2026, 2, 28),
    )


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.MONTH, [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]),
        (Interval.QUARTER, [date(2026, 4, 30)]),
        (Interval.YEAR, []),
    ],
)
def test_it_is_charged_on_the_day_of_the_month_it_began_or_the_months_last(interval, expected):
    gift, payment = begin(interval)
    pay_first(payment)

    assert charge_due(date(2026, 5, 1)) == len(expected)

    assert list(Gift.objects.order_by("received_on").values_list("received_on", flat=True)) == expected
    assert [receipt.payment.recurring_gift for receipt in Receipt.objects.all()] == [gift] * len(expected)


def test_each_due_day_is_charged_once_however_often_the_clock_strikes():
    _gift, payment = begin()
    pay_first(payment)
    charge_due(date(2026, 2, 28))

    RecurringGift.objects.update(next_charge_on=date(2026, 2, 28))
    charge_due(date(2026, 2, 28))

    assert Gift.objects.count() == 1


def test_listeners_hear_of_each_later_charge_with_all_that_came_of_it(django_capture_on_commit_callbacks):
    heard = []

    def listen(recurring_gift, payment, gift, receipt, **kwargs):
        heard.append((recurring_gift, gift.payment == payment, receipt.payment == payment))

    gift, payment = begin()
    recurring_gift_charged.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            pay_first(payment)
            charge_due(date(2026, 3, 1))
    finally:
        recurring_gift_charged.disconnect(listen)

    assert heard == [(gift, True, True)]


def test_stopped_gift_is_charged_no_more():
    gift, payment = begin()
    pay_first(payment)

    stop(gift, by=None, at=datetime(2026, 2, 1, 9, tzinfo=UTC), words="Moving away")
    gift.refresh_from_db()

    assert charge_due(date(2027, 1, 1)) == 0
    assert (gift.status, gift.stopped_on, gift.stop_reason, gift.next_charge_on) == (
        RecurringStatus.STOPPED,
        date(2026, 2, 1),
        "Moving away",
        None,
    )


def test_first_payment_after_a_stop_does_not_start_it_but_is_shown_to_staff():
    gift, payment = begin()
    stop(gift, by=None, at=datetime(2026, 1, 30, 9, tzinfo=UTC))

    pay_first(payment)

    gift.refresh_from_db()
    payment.refresh_from_db()
    assert (gift.status, payment.is_settled, payment.review) == (RecurringStatus.STOPPED, True, ReviewReason.AFTER_STOP)


def test_sandbox_that_is_switched_off_charges_nobody(settings):
    RecurringGiftFactory()
    settings.PAYMENT_GATEWAYS = ["stripe"]

    assert charge_due(date(2027, 1, 1)) == 0


def test_crash_in_the_middle_of_a_charge_leaves_nothing_half_done(monkeypatch):
    gift = RecurringGiftFactory()
    body, headers = compose_charge(
        gift.gateway_reference,
        recurring=gift.reference,
        amount=gift.amount,
        due_on=date(2026, 2, 28),
        at=datetime(2026, 2, 28, 9, tzinfo=UTC),
    )
    receive_event("sandbox", body=body, headers=headers)

    def crash(*args, **kwargs):
        raise DonationsError

    with monkeypatch.context() as patch:
        patch.setattr(recurring, "issue_receipt", crash)
        assert apply_pending_events() == 0
    assert (Payment.objects.count(), Gift.objects.count(), Receipt.objects.count()) == (0, 0, 0)

    assert apply_pending_events() == 1
    assert (Payment.objects.count(), Gift.objects.count(), Receipt.objects.get().number) == (1, 1, 1)
    assert PaymentEvent.objects.get().error == ""
