"""Recurring gifts at Stripe: what a donor changes is changed there first, also when answers get lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from djmoney.money import Money

from donations.domain import recurring_changes
from donations.domain.cards import apply_card, refresh_setup, setup_url
from donations.domain.events import apply_pending_events
from donations.domain.payments import checkout_url, open_payment
from donations.domain.recurring import start_recurring
from donations.domain.recurring_cards import ask_for_card, learn_cards
from donations.domain.recurring_changes import (
    carry_out,
    change_amount,
    change_day,
    finish_card,
    hold_failing,
    pause,
    resume,
    send_waiting_changes,
    skip,
    stop,
)
from donations.domain.schedules import next_friday
from donations.models import (
    ChangeState,
    Gift,
    Interval,
    Payment,
    PaymentStatus,
    RecurringChange,
    RecurringGift,
    SavedCard,
)
from donations.payments.registry import get_gateway
from tests.factories.donations import FundFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "https://sanduq.example/ar/pay/basket/"


def begin(stripe, *, interval: Interval = Interval.MONTH, amount: Money | None = None) -> RecurringGift:
    """An active gift of 10 dinars; `amount` if more is paid at the beginning."""
    gift = start_recurring(
        donor=ContactFactory(),
        shares=[(FundFactory(), Money(10, "JOD"))],
        interval=interval,
        gateway="stripe",
        language="en",
    )
    payment = open_payment(
        amount=amount or gift.charged,
        gateway="stripe",
        payer_name="Layla Haddad",
        payer_email="layla@people.example",
        language="en",
        description="A gift",
        recurring=gift,
    )
    checkout_url(payment, return_url=BACK)
    payment.refresh_from_db()
    stripe.books.pay(payment.gateway_reference)
    apply_pending_events()
    gift.refresh_from_db()
    return gift


def subscription_of(stripe, gift: RecurringGift) -> dict:
    return stripe.books.subscriptions[gift.gateway_reference]


def price_of(stripe, gift: RecurringGift) -> dict:
    return subscription_of(stripe, gift)["items"]["data"][0]["price"]


def seconds(day: date, hour: int = 12) -> int:
    return int(timezone.make_aware(datetime.combine(day, time(hour))).timestamp())


def now() -> datetime:
    return timezone.now()


def test_another_amount_is_the_price_there_before_it_is_shown_here(hooked_stripe):
    gift = begin(hooked_stripe)

    change_amount(gift, [(FundFactory(), Money("12.5", "JOD"))], by=None, at=now())
    hooked_stripe.books.renew(gift.gateway_reference)
    apply_pending_events()

    assert price_of(hooked_stripe, gift)["unit_amount"] == 12500
    assert [payment.amount for payment in Payment.objects.order_by("pk")] == [Money(10, "JOD"), Money("12.5", "JOD")]


def test_a_pause_voids_the_invoices_in_between_and_ends_by_itself(hooked_stripe):
    gift = begin(hooked_stripe)
    until = timezone.localdate() + timedelta(days=60)

    pause(gift, until, by=None, at=now())
    during = hooked_stripe.books.renew(gift.gateway_reference, at=seconds(until - timedelta(days=1)))
    after = hooked_stripe.books.renew(gift.gateway_reference, at=seconds(until))
    apply_pending_events()

    assert (during["status"], after["status"]) == ("void", "paid")
    assert [payment.status for payment in Payment.objects.all()] == [PaymentStatus.SETTLED] * 2


def test_skipping_one_leaves_the_one_after_it(hooked_stripe):
    gift = begin(hooked_stripe)

    skip(gift, by=None, at=now())

    first, second = (
        hooked_stripe.books.renew(gift.gateway_reference, at=seconds(day))["status"]
        for day in (gift.next_charge_on, gift.next_charge_on + timedelta(days=31))
    )
    assert (first, second) == ("void", "paid")


def test_who_goes_on_is_charged_again(hooked_stripe):
    gift = begin(hooked_stripe)
    pause(gift, timezone.localdate() + timedelta(days=90), by=None, at=now())
    gift.refresh_from_db()

    resume(gift, by=None, at=now())

    assert subscription_of(hooked_stripe, gift)["pause_collection"] is None


def test_another_day_moves_the_cycle_without_charging_in_between(hooked_stripe):
    gift = begin(hooked_stripe)
    day = timezone.localdate() + timedelta(days=10)

    change_day(gift, day, by=None, at=now())

    gift.refresh_from_db()
    assert gift.next_charge_on == day
    assert subscription_of(hooked_stripe, gift)["trial_end"] == seconds(day)
    assert hooked_stripe.books.renew(gift.gateway_reference, at=seconds(day) - 1) is None
    assert hooked_stripe.books.renew(gift.gateway_reference, at=seconds(day))["status"] == "paid"


def test_every_friday_begins_with_a_gift_and_goes_on_with_fridays(hooked_stripe):
    gift = begin(hooked_stripe, interval=Interval.FRIDAY)
    first = next_friday(timezone.localdate() + timedelta(days=3))

    assert (gift.next_charge_on, price_of(hooked_stripe, gift)["recurring"]["interval"]) == (first, "week")
    assert Payment.objects.get().amount == Money(10, "JOD")
    assert hooked_stripe.books.renew(gift.gateway_reference, at=seconds(first) - 1) is None
    assert hooked_stripe.books.renew(gift.gateway_reference, at=seconds(first))["amount_paid"] == 10_000


def test_what_else_is_paid_at_the_beginning_is_not_charged_again(hooked_stripe):
    gift = begin(hooked_stripe, amount=Money(35, "JOD"))

    hooked_stripe.books.renew(gift.gateway_reference)
    apply_pending_events()

    assert [payment.amount for payment in Payment.objects.order_by("pk")] == [Money(35, "JOD"), Money(10, "JOD")]
    assert [given.amount for given in Gift.objects.all()] == [Money(10, "JOD")]


def test_while_a_charge_fails_no_second_one_is_opened(hooked_stripe):
    gift = begin(hooked_stripe)
    hooked_stripe.books.now = lambda: seconds(timezone.localdate() + timedelta(days=31))
    failed = hooked_stripe.books.renew(gift.gateway_reference, good=False)
    apply_pending_events()

    hold_failing()
    next_month = hooked_stripe.books.renew(gift.gateway_reference)
    hooked_stripe.books.now = lambda: seconds(timezone.localdate() + timedelta(days=32))
    hooked_stripe.books.try_again(failed["id"])
    apply_pending_events()
    hold_failing()

    gift.refresh_from_db()
    assert next_month["status"] == "void"
    assert (gift.failing_since, gift.is_held) == (None, False)
    assert subscription_of(hooked_stripe, gift)["pause_collection"] is None
    assert Payment.objects.settled().count() == 2


def test_a_donors_pause_outlives_a_failing_charge(hooked_stripe):
    gift = begin(hooked_stripe)
    until = timezone.localdate() + timedelta(days=90)
    pause(gift, until, by=None, at=now())
    RecurringGift.objects.update(failing_since=timezone.localdate())
    hold_failing()
    RecurringGift.objects.update(failing_since=None)

    hold_failing()

    assert subscription_of(hooked_stripe, gift)["pause_collection"]["resumes_at"] == seconds(until, 0)


@pytest.mark.parametrize("trouble", ["lost_answers", "failures"])
def test_a_lost_answer_leaves_the_wish_and_asking_again_changes_once(hooked_stripe, trouble):
    gift = begin(hooked_stripe)
    # The SDK itself tries a network failure again, so more than one answer has to get lost.
    setattr(hooked_stripe, trouble, 10)

    change = change_amount(gift, [(FundFactory(), Money(5, "JOD"))], by=None, at=now())

    gift.refresh_from_db()
    assert (change.state, gift.amount) == (ChangeState.ASKED, Money(10, "JOD"))
    setattr(hooked_stripe, trouble, 0)

    send_waiting_changes(at=now() + timedelta(hours=1))
    send_waiting_changes(at=now() + timedelta(hours=1))

    change.refresh_from_db()
    gift.refresh_from_db()
    assert (change.state, gift.amount) == (ChangeState.DONE, Money(5, "JOD"))
    assert price_of(hooked_stripe, gift)["unit_amount"] == 5000


def test_our_database_failing_between_the_two_is_made_good(hooked_stripe, monkeypatch):
    gift = begin(hooked_stripe)

    def fall_over(*args, **kwargs):
        raise DatabaseError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(recurring_changes, "write_shares", fall_over)
        with pytest.raises(DatabaseError):
            change_amount(gift, [(FundFactory(), Money(5, "JOD"))], by=None, at=now())

    gift.refresh_from_db()
    assert (price_of(hooked_stripe, gift)["unit_amount"], gift.amount) == (5000, Money(10, "JOD"))

    send_waiting_changes(at=now() + timedelta(hours=1))

    gift.refresh_from_db()
    assert gift.amount == Money(5, "JOD")


def test_what_stripe_refuses_is_said_and_changes_nothing(hooked_stripe):
    gift = begin(hooked_stripe)
    hooked_stripe.post.hold()
    hooked_stripe.books.cancel_subscription(gift.gateway_reference)

    with pytest.raises(recurring_changes.GatewayRefusedError):
        pause(gift, timezone.localdate() + timedelta(days=30), by=None, at=datetime.now(tz=UTC))

    gift.refresh_from_db()
    assert (gift.paused_until, RecurringChange.objects.latest("pk").state) == (None, ChangeState.REFUSED)


def test_a_wish_to_stop_that_stripe_tells_of_first_keeps_what_was_said(hooked_stripe, settings):
    gift = begin(hooked_stripe)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    stop(gift, by=None, at=now(), words="Moving away")
    settings.STRIPE_API_BASE = hooked_stripe.url

    hooked_stripe.books.cancel_subscription(gift.gateway_reference)
    apply_pending_events()

    gift.refresh_from_db()
    change = gift.changes.get(kind="stopped")
    assert (gift.status, gift.stop_reason, change.state) == ("stopped", "Moving away", ChangeState.DONE)


def test_a_wish_that_another_worker_has_done_is_not_told_once_more(hooked_stripe):
    gift = begin(hooked_stripe)
    first = change_amount(gift, [(FundFactory(), Money(5, "JOD"))], by=None, at=now())
    gift.refresh_from_db()
    change_amount(gift, [(FundFactory(), Money(8, "JOD"))], by=None, at=now())
    # As a worker has it in hand who read it before it was done.
    first.state = ChangeState.ASKED
    hooked_stripe.forget_keys()

    carry_out(first, at=now())

    gift.refresh_from_db()
    assert (price_of(hooked_stripe, gift)["unit_amount"], gift.amount) == (8000, Money(8, "JOD"))


def test_two_workers_with_one_wish_in_hand_do_it_once(hooked_stripe, monkeypatch, settings):
    gift = begin(hooked_stripe)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    wish = change_amount(gift, [(FundFactory(), Money(5, "JOD"))], by=None, at=now())
    settings.STRIPE_API_BASE = hooked_stripe.url
    tell = recurring_changes._tell

    def tell_while_the_other_goes_on(gift, wish):
        monkeypatch.setattr(recurring_changes, "_tell", tell)
        known_as = tell(gift, wish)
        carry_out(RecurringChange.objects.get(pk=wish.pk), at=now())
        RecurringGift.objects.filter(pk=gift.pk).update(amount=Money(8, "JOD"))
        return known_as

    monkeypatch.setattr(recurring_changes, "_tell", tell_while_the_other_goes_on)
    carry_out(wish, at=now())

    gift.refresh_from_db()
    assert gift.amount == Money(8, "JOD")


class TestAnotherCard:
    def ask(self, stripe, gift: RecurringGift):
        setup = ask_for_card(gift, language="en")
        setup_url(setup, return_url=BACK)
        setup.refresh_from_db()
        return setup

    def test_the_card_that_pays_is_learned_from_stripe(self, hooked_stripe):
        hooked_stripe.books.card_expires = (1, 2027)
        gift = begin(hooked_stripe)
        learn_cards(at=now())
        gift.refresh_from_db()
        assert (gift.card_brand, gift.card_last4, gift.card_expires_on) == ("visa", "4242", date(2027, 1, 31))

    def test_it_is_given_to_the_same_payer_used_there_first_and_pays_what_had_failed(self, hooked_stripe):
        gift = begin(hooked_stripe)
        hooked_stripe.books.now = lambda: seconds(timezone.localdate() + timedelta(days=31))
        hooked_stripe.books.renew(gift.gateway_reference, good=False)
        apply_pending_events()
        hold_failing()
        before = subscription_of(hooked_stripe, gift)["default_payment_method"]
        setup = self.ask(hooked_stripe, gift)
        hooked_stripe.books.now = lambda: seconds(timezone.localdate() + timedelta(days=32))
        hooked_stripe.books.card_expires = (5, 2031)

        hooked_stripe.books.give_card(setup.gateway_reference)
        apply_pending_events()
        setup.refresh_from_db()
        finish_card(setup, at=now())
        apply_pending_events()
        hold_failing()

        gift.refresh_from_db()
        assert (gift.failing_since, gift.is_held, gift.card_expires_on) == (None, False, date(2031, 5, 31))
        assert subscription_of(hooked_stripe, gift)["default_payment_method"] != before
        assert Payment.objects.settled().count() == 2
        # It stays with the gift: as one of the donor's cards, removing it would end the subscription there.
        assert not SavedCard.objects.exists()

    def test_a_new_card_that_is_refused_leaves_the_charge_failing(self, hooked_stripe):
        gift = begin(hooked_stripe)
        hooked_stripe.books.now = lambda: seconds(timezone.localdate() + timedelta(days=31))
        hooked_stripe.books.renew(gift.gateway_reference, good=False)
        apply_pending_events()
        setup = self.ask(hooked_stripe, gift)
        hooked_stripe.books.card_behaves = "declined"
        hooked_stripe.books.give_card(setup.gateway_reference)
        apply_pending_events()
        setup.refresh_from_db()

        finish_card(setup, at=now())
        apply_pending_events()

        gift.refresh_from_db()
        assert gift.failing_since is not None
        assert Payment.objects.settled().count() == 1

    def test_told_twice_and_finished_twice_it_is_one_change(self, hooked_stripe):
        gift = begin(hooked_stripe)
        setup = self.ask(hooked_stripe, gift)
        hooked_stripe.books.give_card(setup.gateway_reference)
        apply_pending_events()
        refresh_setup(setup)
        for _time in range(2):
            apply_card(get_gateway("stripe").look_up_card(setup.gateway_reference), gateway="stripe")
            finish_card(setup, at=now())
        send_waiting_changes(at=now() + timedelta(hours=1))
        assert [change.state for change in gift.changes.filter(kind="card")] == [ChangeState.DONE]
