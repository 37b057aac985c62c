"""Payments by the sandbox, end to end through stored messages."""

from datetime import UTC, datetime, timedelta

import pytest
from djmoney.money import Money

from donations.domain.events import apply_event, apply_pending_events, receive_event
from donations.domain.payments import checkout_url, open_payment, refund, send_waiting_refunds
from donations.exceptions import (
    AmountError,
    GatewayUnavailableError,
    NotSettledError,
    PaymentClosedError,
    RefundTooLargeError,
    UnknownGatewayError,
    WrongSignatureError,
)
from donations.models import Payment, PaymentEvent, PaymentStatus, Refund, RefundStatus, ReviewReason
from donations.payments.sandbox import SandboxGateway, compose_answer
from donations.signals import payment_failed, payment_refunded, payment_settled
from members.models import Contact
from tests.factories.donations import PaymentFactory, RefundFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tell(payment: Payment, answer: str, *, at: datetime = NOON, amount: Money | None = None) -> PaymentEvent:
    body, headers = compose_answer(
        answer, at, reference=payment.reference, amount=amount or payment.amount, schedule=False
    )
    return receive_event("sandbox", body=body, headers=headers)


def open_one(**changes) -> Payment:
    facts = {
        "amount": Money("12.500", "JOD"),
        "gateway": "sandbox",
        "payer_name": "Layla Haddad",
        "payer_email": "layla@people.example",
        "language": "ar",
        "description": "A gift",
    }
    return open_payment(**facts | changes)


@pytest.fixture
def heard():
    """Names of the signals that were sent, in order."""
    names = []
    listeners = {name: lambda name=name, **kwargs: names.append(name) for name in ("settled", "failed", "refunded")}
    signals = {"settled": payment_settled, "failed": payment_failed, "refunded": payment_refunded}
    for name, signal in signals.items():
        signal.connect(listeners[name], weak=False)
    yield names
    for name, signal in signals.items():
        signal.disconnect(listeners[name])


@pytest.mark.parametrize(
    "amount",
    [
        pytest.param(Money(0, "JOD"), id="zero"),
        pytest.param(Money("-5", "JOD"), id="negative"),
        pytest.param(Money("1e9", "JOD"), id="huge"),
        pytest.param(Money("5.0005", "JOD"), id="four decimals of a dinar"),
        pytest.param(Money("5.005", "EUR"), id="three decimals of a euro"),
        pytest.param(Money("5.5", "JPY"), id="half a yen"),
    ],
)
def test_amount_that_cannot_be_kept_exactly_is_refused(amount):
    with pytest.raises(AmountError):
        open_one(amount=amount)
    assert not Payment.objects.exists()


def test_gateway_that_is_switched_off_is_refused(settings):
    settings.PAYMENT_GATEWAYS = ["stripe"]

    with pytest.raises(UnknownGatewayError):
        open_one()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["succeed"], PaymentStatus.SETTLED),
        (["decline"], PaymentStatus.FAILED),
        (["wait"], PaymentStatus.PENDING),
        (["wait", "succeed"], PaymentStatus.SETTLED),
        (["wait", "decline"], PaymentStatus.FAILED),
        (["decline", "succeed"], PaymentStatus.SETTLED),
        (["succeed", "decline"], PaymentStatus.SETTLED),
        (["succeed", "wait"], PaymentStatus.SETTLED),
    ],
)
def test_status_follows_the_gateway_and_paid_stays_paid(answers, expected):
    payment = open_one()

    for hour, answer in enumerate(answers):
        assert apply_event(tell(payment, answer, at=NOON + timedelta(hours=hour)))

    payment.refresh_from_db()
    assert payment.status == expected


def test_older_news_that_arrives_later_changes_nothing():
    payment = open_one()
    apply_event(tell(payment, "decline", at=NOON + timedelta(hours=1)))

    apply_event(tell(payment, "wait", at=NOON))

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.FAILED


def test_settling_is_told_once_however_often_the_gateway_says_so(heard, django_capture_on_commit_callbacks):
    payment = open_one()
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(3):
            apply_event(tell(payment, "succeed"))
        PaymentEvent.objects.update(applied_at=None)
        apply_pending_events()

    assert heard == ["settled"]
    assert PaymentEvent.objects.count() == 1


@pytest.mark.parametrize("amount", [Money("12.499", "JOD"), Money("12.500", "KWD")], ids=["less", "currency"])
def test_another_amount_than_asked_is_not_settled_but_shown_to_staff(amount, heard, django_capture_on_commit_callbacks):
    payment = open_one()

    with django_capture_on_commit_callbacks(execute=True):
        apply_event(tell(payment, "succeed", amount=amount))

    payment.refresh_from_db()
    assert (payment.status, payment.review, heard) == (PaymentStatus.OPEN, ReviewReason.AMOUNT, [])


def test_message_of_one_gateway_never_settles_a_payment_of_another():
    payment = PaymentFactory(gateway="stripe")

    apply_event(tell(payment, "succeed"))

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.OPEN


def test_message_with_a_wrong_signature_is_not_stored():
    payment = open_one()
    body, headers = compose_answer("succeed", NOON, reference=payment.reference, amount=payment.amount, schedule=False)

    with pytest.raises(WrongSignatureError):
        receive_event("sandbox", body=body.replace(b"12.5", b"99.5"), headers=headers)
    with pytest.raises(WrongSignatureError):
        receive_event("sandbox", body=body, headers={})
    assert not PaymentEvent.objects.exists()


def test_message_that_cannot_be_digested_waits_and_lets_the_others_pass():
    broken = PaymentEvent.objects.create(
        gateway="sandbox", event_id="1", kind="payment.settled", payload="{", happened_at=NOON
    )
    payment = open_one()
    tell(payment, "succeed")

    assert apply_pending_events() == 1

    broken.refresh_from_db()
    payment.refresh_from_db()
    assert (broken.applied_at, broken.attempts, payment.is_settled) == (None, 1, True)
    assert broken.error.startswith("JSONDecodeError")


def test_what_a_crash_left_stored_is_applied_by_the_pump():
    payment = open_one()
    tell(payment, "succeed")

    assert apply_pending_events() == 1

    payment.refresh_from_db()
    assert payment.is_settled


def test_paid_payment_has_no_page_to_pay_on():
    payment = PaymentFactory(settled=True)

    with pytest.raises(PaymentClosedError):
        checkout_url(payment, return_url="https://sanduq.example/ar/")


class TestRefund:
    def test_money_goes_back_once(self, heard, django_capture_on_commit_callbacks):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))

        with django_capture_on_commit_callbacks(execute=True):
            given_back = refund(payment, amount=Money(25, "JOD"), reason="By mistake", actor=None)
            with pytest.raises(RefundTooLargeError):
                refund(payment, amount=Money(25, "JOD"), reason="Again", actor=None)

        assert (given_back.status, heard) == (RefundStatus.SETTLED, ["refunded"])
        assert Refund.objects.get() == given_back
        payment.refresh_from_db()
        assert (payment.status, payment.amount) == (PaymentStatus.SETTLED, Money(25, "JOD"))
        assert payment.refundable == Money(0, "JOD")

    def test_parts_never_exceed_the_whole(self):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))
        refund(payment, amount=Money(20, "JOD"), reason="", actor=None)

        with pytest.raises(RefundTooLargeError):
            refund(payment, amount=Money("5.001", "JOD"), reason="", actor=None)

        assert payment.refundable == Money(5, "JOD")

    @pytest.mark.parametrize("amount", [Money(0, "JOD"), Money(-1, "JOD"), Money("0.0001", "JOD"), Money(1, "EUR")])
    def test_bad_amounts_are_refused(self, amount):
        payment = PaymentFactory(settled=True)

        with pytest.raises(AmountError):
            refund(payment, amount=amount, reason="", actor=None)
        assert not Refund.objects.exists()

    def test_what_has_not_come_in_cannot_go_back(self):
        with pytest.raises(NotSettledError):
            refund(PaymentFactory(), amount=Money(1, "JOD"), reason="", actor=None)

    def test_failed_refund_may_be_tried_again(self):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))
        RefundFactory(payment=payment, amount=Money(25, "JOD"), status=RefundStatus.FAILED)

        assert refund(payment, amount=Money(25, "JOD"), reason="", actor=None).status == RefundStatus.SETTLED

    def test_unanswered_refund_stays_asked_for_and_is_asked_again(self, monkeypatch):
        payment = PaymentFactory(settled=True, amount=Money(25, "JOD"))

        def out_of_order(self, order):
            raise GatewayUnavailableError

        with monkeypatch.context() as patch:
            patch.setattr(SandboxGateway, "refund", out_of_order)
            wish = refund(payment, amount=Money(25, "JOD"), reason="", actor=None)
        assert wish.status == RefundStatus.REQUESTED
        assert payment.refundable == Money(0, "JOD")

        assert send_waiting_refunds() == 1
        assert send_waiting_refunds() == 0
        wish.refresh_from_db()
        assert wish.status == RefundStatus.SETTLED

    def test_cash_is_given_back_by_hand(self):
        payment = PaymentFactory(settled=True, gateway="cash", amount=Money(25, "JOD"))

        assert refund(payment, amount=Money(5, "JOD"), reason="", actor=None).status == RefundStatus.SETTLED


@pytest.mark.parametrize(("is_erased", "keeps_words"), [(False, True), (True, False)])
def test_what_a_gateway_says_late_about_somebody_erased_keeps_no_words(is_erased, keeps_words):
    payment = open_one(payer=ContactFactory())
    Contact.objects.filter(pk=payment.payer_id).update(erased_at=NOON if is_erased else None)
    event = tell(payment, "decline")
    assert apply_event(event)
    event.refresh_from_db()
    assert (event.payment, bool(event.payload)) == (payment, keeps_words)
