"""Whatever order a gateway's messages come in, and however often, the books say the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from djmoney.money import Money
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.domain.events import apply_event, apply_pending_events, receive_event
from donations.domain.payments import open_payment
from donations.domain.recurring import start_recurring
from donations.models import Interval, Payment, PaymentEvent, RecurringGift
from donations.payments.sandbox import compose_answer, compose_charge
from tests.factories.donations import FundFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def begin() -> tuple[RecurringGift, Payment]:
    gift = start_recurring(
        donor=ContactFactory(),
        shares=[(FundFactory(), Money(10, "JOD"))],
        interval=Interval.MONTH,
        gateway="sandbox",
        language="en",
    )
    payment = open_payment(
        amount=gift.amount,
        gateway="sandbox",
        payer_name="Layla",
        payer_email="",
        language="en",
        description="Monthly",
        recurring=gift,
    )
    return gift, payment


def messages(gift: RecurringGift, payment: Payment, answers: list[str], months: int) -> list[tuple[bytes, dict]]:
    """Answers of the payer hour by hour, and then a charge each month if the money came in."""
    told = [
        compose_answer(
            answer, NOON + timedelta(hours=hour), reference=payment.reference, amount=payment.amount, schedule=True
        )
        for hour, answer in enumerate(answers)
    ]
    if "succeed" in answers:
        for month in range(1, months + 1):
            at = NOON + timedelta(days=30 * month)
            told.append(
                compose_charge(
                    f"subscription-{payment.reference}",
                    recurring=gift.reference,
                    amount=gift.amount,
                    due_on=at.date(),
                    at=at,
                )
            )
    return told


def books(gift: RecurringGift, payment: Payment) -> dict:
    """All that the messages have done, without numbers that depend on who came first."""
    gift.refresh_from_db()
    payment.refresh_from_db()
    return {
        "first": (payment.status, payment.settled_at, payment.status_at, payment.review),
        "recurring": (gift.status, gift.started_on, gift.next_charge_on, gift.failing_since),
        "charges": sorted(
            (
                charge.settled_at,
                charge.amount.amount,
                [(given.amount, [part.amount for part in given.allocations.all()]) for given in charge.gifts.all()],
                charge.receipts.count(),
            )
            for charge in gift.payments.exclude(pk=payment.pk)
        ),
    }


def apply_all() -> None:
    while apply_pending_events():
        pass


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(st.sampled_from(["wait", "decline"]), max_size=3).flatmap(
        lambda before: st.sampled_from([before, [*before, "succeed"], [*before, "succeed", "decline"]])
    ),
    months=st.integers(0, 3),
    data=st.data(),
)
def test_order_and_repetition_change_nothing(db, answers, months, data):
    # Each example begins with empty books.
    with transaction.atomic():
        _check(answers, months, data)
        transaction.set_rollback(True)


def _check(answers: list[str], months: int, data: st.DataObject) -> None:
    plain, plain_payment = begin()
    for body, headers in messages(plain, plain_payment, answers, months):
        apply_event(receive_event("sandbox", body=body, headers=headers))
    apply_all()
    expected = books(plain, plain_payment)

    gift, payment = begin()
    told = messages(gift, payment, answers, months)
    order = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=4))] if told else []))
    for body, headers in order:
        event = receive_event("sandbox", body=body, headers=headers)
        if data.draw(st.booleans()):
            apply_event(event)
    apply_all()
    assert books(gift, payment) == expected

    # The whole log once more, as after restoring a backup of everything but what was applied.
    PaymentEvent.objects.update(applied_at=None)
    apply_all()
    assert books(gift, payment) == expected
    assert list(PaymentEvent.objects.waiting().values_list("kind", "error")) == []
