"""The Stripe gateway, over real HTTP both ways: the SDK calls the stand-in, and its webhooks call us."""

import random
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from djmoney.money import Money

from donations.domain.events import apply_pending_events
from donations.domain.payments import checkout_url, open_payment, refresh_payment, refund, send_waiting_refunds
from donations.domain.recurring import start_recurring
from donations.domain.recurring_changes import send_waiting_changes, stop
from donations.domain.reversals import reversal_of
from donations.exceptions import (
    AmountError,
    GatewayRefusedError,
    GatewayUnavailableError,
    PaymentClosedError,
    RecurringStoppedError,
)
from donations.models import (
    ChangeState,
    DisputeStatus,
    Gift,
    Interval,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Receipt,
    RecurringGift,
    RecurringStatus,
    Refund,
    RefundStatus,
    ReviewReason,
)
from tests.factories.donations import FundFactory, PaymentFactory
from tests.factories.members import ContactFactory
from tests.stripe_standin.books import SLOW_BANK

pytestmark = pytest.mark.django_db(transaction=True)

APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)
BACK = "https://sanduq.example/ar/pay/basket/"


def open_one(**changes) -> Payment:
    facts = {
        "amount": Money("12.500", "JOD"),
        "gateway": "stripe",
        "payer_name": "Layla Haddad",
        "payer_email": "layla@people.example",
        "language": "ar",
        "description": "كفالة الأيتام",
    }
    return open_payment(**facts | changes)


def paid_one(stripe, **changes) -> Payment:
    """A payment that was paid on the hosted page; its event is stored and applied if `stripe` is hooked."""
    payment = open_one(**changes)
    checkout_url(payment, return_url=BACK)
    stripe.books.pay(payment.gateway_reference)
    apply_pending_events()
    payment.refresh_from_db()
    return payment


def monthly_gift(stripe) -> tuple[RecurringGift, str]:
    """An active monthly gift of 10 dinars and its subscription's id."""
    gift = start_recurring(
        donor=ContactFactory(),
        shares=[(FundFactory(), Money(10, "JOD"))],
        interval=Interval.MONTH,
        gateway="stripe",
        language="ar",
    )
    paid_one(stripe, amount=Money(10, "JOD"), recurring=gift)
    gift.refresh_from_db()
    return gift, gift.gateway_reference


def press(url: str, answer: str) -> None:
    """Press a button of the hosted page; where it leads afterwards is a site that is not there."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=10)
    connection.request("POST", address.path, urlencode({"answer": answer}))
    connection.getresponse().read()
    connection.close()


class TestPaying:
    def test_card_payment_settles_by_webhook(self, hooked_stripe):
        payment = open_one()
        url = checkout_url(payment, return_url=BACK)

        assert "كفالة الأيتام" in urlopen(url, timeout=10).read().decode()
        press(url, "pay")
        assert hooked_stripe.post.answers == [200]
        apply_pending_events()

        payment.refresh_from_db()
        session = hooked_stripe.books.sessions[payment.gateway_reference]
        assert (payment.status, payment.gateway_charge) == (PaymentStatus.SETTLED, session["payment_intent"])
        assert (session["amount_total"], session["currency"]) == (12500, "jod")

    def test_declined_card_leaves_the_page_open_for_another(self, hooked_stripe):
        payment = open_one()
        url = checkout_url(payment, return_url=BACK)

        press(url, "decline")
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.OPEN

        press(url, "pay")
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.SETTLED

    @pytest.mark.parametrize(("good", "expected"), [(True, PaymentStatus.SETTLED), (False, PaymentStatus.FAILED)])
    def test_slow_bank_is_waited_for(self, hooked_stripe, good, expected):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        hooked_stripe.books.pay(payment.gateway_reference, method=SLOW_BANK)
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.PENDING

        hooked_stripe.books.bank_answers(payment.gateway_reference, good=good)
        apply_pending_events()

        payment.refresh_from_db()
        assert payment.status == expected

    def test_payer_who_is_back_before_the_webhook_is_believed_after_asking(self, stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        assert refresh_payment(payment).status == PaymentStatus.OPEN

        stripe.books.pay(payment.gateway_reference)

        assert refresh_payment(payment).status == PaymentStatus.SETTLED
        assert not PaymentEvent.objects.exists()

    def test_second_click_leads_to_the_same_page(self, stripe):
        payment = open_one()

        assert checkout_url(payment, return_url=BACK) == checkout_url(payment, return_url=f"{BACK}?again")
        assert len(stripe.books.sessions) == 1

    def test_expired_page_is_replaced(self, hooked_stripe):
        payment = open_one()
        first = checkout_url(payment, return_url=BACK)
        hooked_stripe.books.expire(payment.gateway_reference)
        apply_pending_events()
        payment.refresh_from_db()
        assert (payment.status, payment.failure) == (PaymentStatus.FAILED, "expired")

        second = checkout_url(payment, return_url=f"{BACK}?other")

        assert second != first
        hooked_stripe.books.pay(payment.gateway_reference)
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.SETTLED

    def test_completed_page_is_not_offered_again(self, stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        stripe.books.pay(payment.gateway_reference, method=SLOW_BANK)

        with pytest.raises(PaymentClosedError):
            checkout_url(payment, return_url=BACK)

    def test_lost_answer_to_creating_a_page_makes_no_second_page(self, stripe):
        payment = open_one()
        stripe.lost_answers = 1
        with pytest.raises(GatewayUnavailableError):
            checkout_url(payment, return_url=BACK)
        assert len(stripe.books.sessions) == 1

        url = checkout_url(payment, return_url=f"{BACK}?second-try")

        assert url.endswith(stripe.only_session)

    def test_gateway_out_of_order_says_so_and_charges_nothing(self, stripe):
        stripe.failures = 1

        with pytest.raises(GatewayUnavailableError, match=r"."):
            checkout_url(open_one(), return_url=BACK)
        assert stripe.books.sessions == {}

    def test_wrong_key_is_not_the_payers_fault(self, stripe, settings):
        settings.STRIPE_SECRET_KEY = "sk_test_other"

        with pytest.raises(GatewayUnavailableError):
            checkout_url(open_one(), return_url=BACK)

    @pytest.mark.parametrize(
        ("amount", "units"),
        [
            (Money("12.340", "JOD"), 12340),
            (Money("1.250", "KWD"), 1250),
            (Money("12.34", "EUR"), 1234),
            (Money("500", "JPY"), 500),
            (Money("7", "ISK"), 700),
        ],
    )
    def test_amounts_are_written_in_the_smallest_unit(self, stripe, amount, units):
        checkout_url(open_one(amount=amount), return_url=BACK)

        assert stripe.books.sessions[stripe.only_session]["amount_total"] == units

    @pytest.mark.parametrize("amount", [Money("1.005", "KWD"), Money("1000000", "USD")], ids=["third decimal", "huge"])
    def test_amount_that_stripe_cannot_take_is_refused_with_a_sentence(self, stripe, amount):
        with pytest.raises(AmountError, match=r"\.$"):
            open_one(amount=amount)
        assert not Payment.objects.exists()


class TestEvents:
    def test_duplicates_are_answered_alike_and_applied_once(self, hooked_stripe):
        hooked_stripe.post.hold()
        payment = paid_one(hooked_stripe)

        hooked_stripe.post.release(copies=3)
        apply_pending_events()

        assert hooked_stripe.post.answers == [200, 200, 200]
        assert PaymentEvent.objects.count() == 1
        payment.refresh_from_db()
        assert payment.is_settled

    @pytest.mark.parametrize("secret", ["whsec_wrong"])
    def test_wrong_signature_is_refused_and_not_stored(self, hooked_stripe, secret):
        hooked_stripe.post.hold()
        paid_one(hooked_stripe)

        assert hooked_stripe.post.deliver(hooked_stripe.post.waiting[0], secret=secret) == 400
        assert not PaymentEvent.objects.exists()

    def test_unknown_kind_is_stored_and_changes_nothing(self, hooked_stripe):
        hooked_stripe.books.send_unknown_event()
        assert apply_pending_events() == 1

        event = PaymentEvent.objects.get()
        assert (event.kind, event.payment, event.error) == ("mandate.updated", None, "")

    def test_message_about_somebody_elses_payment_changes_nothing(self, hooked_stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        Payment.objects.update(reference="SOMEBODYELSE")

        hooked_stripe.books.pay(payment.gateway_reference)

        assert apply_pending_events() == 1
        assert Payment.objects.get().status == PaymentStatus.OPEN

    def test_slow_bank_told_backwards_settles_all_the_same(self, hooked_stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        hooked_stripe.post.hold()
        hooked_stripe.books.pay(payment.gateway_reference, method=SLOW_BANK)
        hooked_stripe.books.bank_answers(payment.gateway_reference, good=True)

        hooked_stripe.post.release(backwards=True)
        apply_pending_events()

        payment.refresh_from_db()
        assert payment.status == PaymentStatus.SETTLED

    def test_amount_that_was_not_asked_for_is_shown_to_staff(self, hooked_stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        hooked_stripe.books.sessions[payment.gateway_reference]["amount_total"] = 12490

        hooked_stripe.books.pay(payment.gateway_reference)
        apply_pending_events()

        payment.refresh_from_db()
        assert (payment.status, payment.review) == (PaymentStatus.OPEN, ReviewReason.AMOUNT)


class TestRefund:
    def test_part_goes_back_once_though_the_answer_was_lost(self, stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        stripe.books.pay(payment.gateway_reference)
        refresh_payment(payment)
        stripe.lost_answers = 1

        wish = refund(payment, amount=Money("2.500", "JOD"), reason="", actor=None)
        assert wish.status == RefundStatus.REQUESTED
        assert send_waiting_refunds() == 1

        wish.refresh_from_db()
        assert wish.status == RefundStatus.SETTLED
        (there,) = stripe.books.refunds.values()
        assert (there["amount"], there["id"]) == (2500, wish.gateway_reference)

    def test_refund_by_slow_bank_settles_by_event_and_may_come_back(self, hooked_stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        hooked_stripe.books.pay(payment.gateway_reference, method=SLOW_BANK)
        hooked_stripe.books.bank_answers(payment.gateway_reference, good=True)
        apply_pending_events()

        wish = refund(payment, amount=Money(5, "JOD"), reason="", actor=None)
        assert wish.status == RefundStatus.PENDING
        hooked_stripe.books.finish_refund(wish.gateway_reference, good=True)
        apply_pending_events()
        wish.refresh_from_db()
        assert wish.status == RefundStatus.SETTLED

        hooked_stripe.books.finish_refund(wish.gateway_reference, good=False)
        apply_pending_events()
        wish.refresh_from_db()
        assert wish.status == RefundStatus.FAILED

    def test_refund_made_at_stripe_is_written_down_once(self, hooked_stripe):
        payment = paid_one(hooked_stripe)
        hooked_stripe.post.hold()
        hooked_stripe.books.create_refund({"payment_intent": payment.gateway_charge, "amount": "2500"})

        hooked_stripe.post.release(copies=2)
        apply_pending_events()

        written = Refund.objects.get()
        assert (written.amount, written.status) == (Money("2.5", "JOD"), RefundStatus.SETTLED)

    def test_refund_that_overtakes_its_payment_waits_for_it(self, hooked_stripe):
        hooked_stripe.post.hold()
        payment = paid_one(hooked_stripe)
        session = hooked_stripe.books.sessions[payment.gateway_reference]
        hooked_stripe.books.create_refund({"payment_intent": session["payment_intent"], "amount": "2500"})

        hooked_stripe.post.release(backwards=True)
        apply_pending_events()
        apply_pending_events()

        assert Refund.objects.get().payment == payment
        assert not PaymentEvent.objects.waiting().exists()

    def test_stripe_says_no_and_so_do_we(self, stripe):
        payment = PaymentFactory(gateway="stripe", settled=True, gateway_charge="pi_unknown")

        with pytest.raises(GatewayRefusedError):
            refund(payment, amount=Money(5, "JOD"), reason="", actor=None)
        assert Refund.objects.get().status == RefundStatus.FAILED


class TestMonthlyGift:
    def test_second_month_is_written_with_gift_and_receipt(self, hooked_stripe):
        gift, subscription = monthly_gift(hooked_stripe)
        assert (gift.status, gift.payments.count()) == (RecurringStatus.ACTIVE, 1)
        assert hooked_stripe.books.subscriptions[subscription]["items"]["data"][0]["price"]["recurring"] == {
            "interval": "month",
            "interval_count": "1",
        }

        invoice = hooked_stripe.books.renew(subscription)
        apply_pending_events()
        PaymentEvent.objects.update(applied_at=None)
        apply_pending_events()

        second = Payment.objects.get(gateway_reference=invoice["id"])
        given = Gift.objects.get()
        assert (second.status, second.amount, second.recurring_gift) == (PaymentStatus.SETTLED, Money(10, "JOD"), gift)
        assert (given.payment, given.donor, given.recurring_gift) == (second, gift.donor, gift)
        assert [(part.fund, part.amount) for part in given.allocations.all()] == [
            (gift.shares.get().fund, Money(10, "JOD"))
        ]
        assert Receipt.objects.get().payment == second

    def test_everything_told_in_any_order_ends_the_same(self, hooked_stripe):
        hooked_stripe.post.hold()
        gift, _none_yet = monthly_gift(hooked_stripe)
        (subscription,) = hooked_stripe.books.subscriptions
        hooked_stripe.books.renew(subscription, good=False)
        hooked_stripe.books.renew(subscription)
        hooked_stripe.books.renew(subscription)

        hooked_stripe.post.release(copies=2, shuffle=random.Random(7))
        for _round in range(3):
            apply_pending_events()

        gift.refresh_from_db()
        assert gift.status == RecurringStatus.ACTIVE
        assert sorted(gift.payments.values_list("status", flat=True)) == ["settled"] * 3
        assert Gift.objects.count() == 2
        assert not PaymentEvent.objects.waiting().exists()

    def test_failed_month_is_noted_and_forgotten_once_it_works(self, hooked_stripe):
        gift, subscription = monthly_gift(hooked_stripe)
        # Stripe counts in seconds; the failure and the success that follows are days apart.
        start = hooked_stripe.books.now()
        hooked_stripe.books.now = lambda: start + 86_400
        hooked_stripe.books.renew(subscription, good=False)
        apply_pending_events()
        gift.refresh_from_db()
        assert gift.failing_since is not None

        hooked_stripe.books.now = lambda: start + 3 * 86_400
        hooked_stripe.books.renew(subscription)
        apply_pending_events()

        gift.refresh_from_db()
        assert gift.failing_since is None

    def test_donor_stops_at_the_gateway_first(self, hooked_stripe):
        gift, subscription = monthly_gift(hooked_stripe)

        stop(gift, by=None, at=APRIL, words="Enough")

        assert hooked_stripe.books.subscriptions[subscription]["status"] == "canceled"
        apply_pending_events()
        gift.refresh_from_db()
        assert (gift.status, gift.stopped_on) == (RecurringStatus.STOPPED, date(2026, 4, 1))
        with pytest.raises(RecurringStoppedError):
            stop(gift, by=None, at=APRIL)

    def test_gateway_that_does_not_answer_is_asked_until_it_has_stopped(self, stripe, settings):
        gift, subscription = monthly_gift_without_hooks(stripe)
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"

        change = stop(gift, by=None, at=APRIL)

        gift.refresh_from_db()
        assert (change.state, gift.status) == (ChangeState.ASKED, RecurringStatus.ACTIVE)

        settings.STRIPE_API_BASE = stripe.url
        send_waiting_changes(at=APRIL + timedelta(hours=1))

        change.refresh_from_db()
        gift.refresh_from_db()
        assert (change.state, gift.status) == (ChangeState.DONE, RecurringStatus.STOPPED)
        assert stripe.books.subscriptions[subscription]["status"] == "canceled"

    def test_stopped_at_stripe_is_stopped_here(self, hooked_stripe):
        gift, subscription = monthly_gift(hooked_stripe)

        hooked_stripe.books.cancel_subscription(subscription)
        apply_pending_events()

        gift.refresh_from_db()
        assert gift.status == RecurringStatus.STOPPED
        with pytest.raises(RecurringStoppedError):
            stop(gift, by=None, at=APRIL)

    def test_charge_after_the_stop_is_kept_and_shown_to_staff(self, hooked_stripe):
        gift, subscription = monthly_gift(hooked_stripe)
        hooked_stripe.post.hold()
        hooked_stripe.books.renew(subscription)
        hooked_stripe.post.is_held = False
        stop(gift, by=None, at=APRIL)

        hooked_stripe.post.release()
        apply_pending_events()

        late = Payment.objects.get(review=ReviewReason.AFTER_STOP)
        assert (late.status, late.amount) == (PaymentStatus.SETTLED, Money(10, "JOD"))

    def test_money_of_a_later_month_can_go_back(self, hooked_stripe):
        _gift, subscription = monthly_gift(hooked_stripe)
        invoice = hooked_stripe.books.renew(subscription)
        apply_pending_events()

        second = Payment.objects.get(gateway_reference=invoice["id"])

        assert refund(second, amount=Money(10, "JOD"), reason="", actor=None).status == RefundStatus.SETTLED


class TestDisputes:
    @pytest.mark.parametrize(("good", "status"), [(True, DisputeStatus.WON), (False, DisputeStatus.LOST)])
    def test_a_dispute_is_noted_from_its_beginning_to_its_end(self, hooked_stripe, good, status):
        payment = paid_one(hooked_stripe)
        number = hooked_stripe.books.dispute(payment.gateway_charge)
        apply_pending_events()
        payment.refresh_from_db()
        dispute = payment.disputes.get()
        assert (dispute.status, payment.review) == (DisputeStatus.OPEN, ReviewReason.DISPUTED)
        assert reversal_of(payment) is None

        hooked_stripe.books.now = lambda: int(dispute.status_at.timestamp()) + 60
        hooked_stripe.books.end_dispute(number, good=good)
        apply_pending_events()

        payment = Payment.objects.get(pk=payment.pk)
        assert payment.disputes.get().status == status
        assert bool(reversal_of(payment)) == (not good)

    def test_messages_backwards_and_twice_end_the_same(self, hooked_stripe):
        payment = paid_one(hooked_stripe)
        hooked_stripe.post.hold()
        number = hooked_stripe.books.dispute(payment.gateway_charge)
        hooked_stripe.books.end_dispute(number, good=False)
        hooked_stripe.post.release(copies=2, backwards=True)
        apply_pending_events()
        assert [dispute.status for dispute in payment.disputes.all()] == [DisputeStatus.LOST]

    def test_one_that_is_not_ours_touches_nothing(self, hooked_stripe):
        hooked_stripe.books.intents["pi_other"] = {"amount_received": 100, "currency": "jod"}
        hooked_stripe.books.dispute("pi_other")
        assert apply_pending_events() == 0
        assert Payment.objects.count() == 0


def monthly_gift_without_hooks(stripe) -> tuple[RecurringGift, str]:
    """An active monthly gift whose first payment we learned of by asking."""
    gift, _none = monthly_gift(stripe)
    refresh_payment(gift.payments.get())
    gift.refresh_from_db()
    return gift, gift.gateway_reference
