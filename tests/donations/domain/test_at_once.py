"""Several people and machines at the same moment: they take turns, and the sums are right."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection
from djmoney.money import Money

from donations.domain.events import apply_event, receive_event
from donations.domain.gifts import record_gift
from donations.domain.payments import refund
from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.exceptions import DonationsError
from donations.models import Gift, Payment, PaymentEvent, Receipt, Refund
from donations.payments.sandbox import compose, compose_answer, compose_charge
from donations.signals import payment_settled
from tests.factories.donations import FundFactory, PaymentFactory, RecurringGiftFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at_once(*calls: Callable[[], object]) -> list:
    """Run `calls` in a thread each, started together; return results, with refusals in place of a result."""
    results: list = [None] * len(calls)
    start = Barrier(len(calls))

    def run(number: int, call: Callable[[], object]) -> None:
        try:
            start.wait()
            results[number] = call()
        except DonationsError as refusal:
            results[number] = type(refusal).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_receipts_issued_together_get_numbers_without_gap_or_double():
    payments = PaymentFactory.create_batch(8, settled=True)

    def issue(payment: Payment) -> Receipt:
        return issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2026, 3, 1))

    at_once(*[lambda payment=payment: issue(payment) for payment in payments])

    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_one_payment_receipted_by_two_gets_one_receipt():
    payment = PaymentFactory(settled=True)

    def issue() -> Receipt:
        return issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2026, 3, 1))

    first, second = at_once(issue, issue)

    assert first == second == Receipt.objects.get()


def test_two_workers_on_one_message_settle_once():
    payment = PaymentFactory()
    heard = []

    def listen(payment, **kwargs):
        heard.append(payment.pk)

    body, headers = compose_answer("succeed", NOON, reference=payment.reference, amount=payment.amount, schedule=False)
    event = receive_event("sandbox", body=body, headers=headers)
    payment_settled.connect(listen)
    try:
        results = at_once(*[lambda: apply_event(PaymentEvent.objects.get(pk=event.pk))] * 4)
    finally:
        payment_settled.disconnect(listen)

    assert (results, heard) == ([True] * 4, [payment.pk])


def test_two_messages_about_one_payment_settle_it_once():
    payment = PaymentFactory()
    heard = []

    def listen(payment, **kwargs):
        heard.append(payment.pk)

    facts = {"reference": payment.reference, "amount": "25", "currency": "JOD"}
    told = [compose("payment.settled", NOON, number=number, **facts) for number in ("1", "2", "3")]
    events = [receive_event("sandbox", body=body, headers=headers) for body, headers in told]
    payment_settled.connect(listen)
    try:
        at_once(*[lambda event=event: apply_event(event) for event in events])
    finally:
        payment_settled.disconnect(listen)

    assert heard == [payment.pk]


def test_message_that_arrives_twice_at_once_is_one_row():
    payment = PaymentFactory()
    body, headers = compose_answer("succeed", NOON, reference=payment.reference, amount=payment.amount, schedule=False)

    events = at_once(*[lambda: receive_event("sandbox", body=body, headers=headers)] * 4)

    assert set(events) == {PaymentEvent.objects.get()}


def test_two_workers_on_one_charge_write_one_gift():
    gift = RecurringGiftFactory()
    body, headers = compose_charge(
        gift.gateway_reference, recurring=gift.reference, amount=gift.amount, due_on=date(2026, 2, 28), at=NOON
    )
    event = receive_event("sandbox", body=body, headers=headers)

    at_once(*[lambda: apply_event(PaymentEvent.objects.get(pk=event.pk))] * 3)

    assert (Payment.objects.count(), Gift.objects.count(), Receipt.objects.count()) == (1, 1, 1)


def test_two_refunds_of_the_whole_give_it_back_once():
    payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))

    def give_back() -> str:
        return refund(payment, amount=Money(25, "JOD"), reason="", actor=None).status

    assert sorted(at_once(give_back, give_back)) == ["RefundTooLargeError", "settled"]
    assert Refund.objects.count() == 1


def test_one_payment_made_a_gift_by_two_is_one_gift():
    payment, donor, fund = PaymentFactory(settled=True), ContactFactory(), FundFactory()

    def record() -> str:
        record_gift(donor=donor, payment=payment, allocations=[(fund, payment.amount)], on=date(2026, 3, 1))
        return "recorded"

    assert sorted(at_once(record, record)) == ["AmountError", "recorded"]
    assert Gift.objects.count() == 1
