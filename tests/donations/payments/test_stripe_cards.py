"""Cards that Stripe keeps, over real HTTP both ways: given, charged while nobody is there, and forgotten."""

from datetime import date

import pytest
from django.utils import timezone
from djmoney.money import Money

from donations.domain.cards import (
    charge_card,
    forget_removed_cards,
    open_charge,
    open_setup,
    refresh_setup,
    remove_card,
    setup_url,
)
from donations.domain.events import apply_pending_events
from donations.domain.payments import checkout_url, open_payment, refresh_payment, refund
from donations.exceptions import PaymentClosedError
from donations.models import CardRemoval, Payment, PaymentEvent, PaymentStatus, RefundStatus, SavedCard
from donations.payments.interface import SavedCharge
from donations.payments.stripe_gateway import StripeGateway
from tests.factories.members import ContactFactory
from tests.stripe_standin.cards import ASKS_HOLDER, DECLINED, EXPIRED, GOOD, SLOW

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "https://sanduq.example/ar/pay/basket/"
DUES = Money("30", "JOD")


def open_one(contact=None, **changes) -> Payment:
    contact = contact or ContactFactory()
    facts = {"gateway": "stripe", "payer": contact, "payer_name": contact.name, "payer_email": "", "language": "ar"}
    return open_payment(amount=DUES, description="Dues", **facts | changes)


def kept_card(stripe, behaves=GOOD) -> SavedCard:
    """The card of somebody who paid on the hosted page and agreed that it is kept."""
    stripe.books.card_behaves = behaves
    payment = open_one(keeps_card=True)
    checkout_url(payment, return_url=BACK)
    stripe.books.pay(payment.gateway_reference)
    refresh_payment(payment)
    apply_pending_events()
    return SavedCard.objects.get()


def to_be_charged(card: SavedCard) -> Payment:
    return open_charge(card, open_one(card.contact))


def charge(payment: Payment, *, wanted: bool = True) -> Payment:
    return charge_card(payment, is_wanted=lambda: wanted)


def taken_later(stripe) -> list[int]:
    """What was charged while nobody was there."""
    return [
        intent["amount_received"]
        for intent in stripe.books.intents.values()
        if "sanduq_saved_charge" in intent["metadata"] and intent["amount_received"]
    ]


class TestKeeping:
    def test_a_card_is_known_once_the_payment_with_it_is(self, hooked_stripe):
        hooked_stripe.books.card_expires = (2, 2028)
        payment = open_one(keeps_card=True)
        checkout_url(payment, return_url=BACK)
        assert not SavedCard.objects.exists()
        hooked_stripe.books.pay(payment.gateway_reference)
        apply_pending_events()
        card = SavedCard.objects.get()
        [method] = hooked_stripe.books.methods.values()
        assert (card.contact, card.payment, card.words) == (payment.payer, payment, "Visa ending 4242")
        assert (card.expires_on, card.is_valid_on(date(2028, 2, 29)), card.is_valid_on(date(2028, 3, 1))) == (
            date(2028, 2, 29),
            True,
            False,
        )
        assert (card.gateway_customer, card.gateway_method) == (method["customer"], method["id"])

    def test_without_a_yes_no_card_is_kept(self, hooked_stripe):
        payment = open_one()
        checkout_url(payment, return_url=BACK)
        wish = hooked_stripe.books.wish_of(payment.gateway_reference)
        assert "customer_creation" not in wish
        hooked_stripe.books.pay(payment.gateway_reference)
        apply_pending_events()
        assert (SavedCard.objects.count(), hooked_stripe.books.customers) == (0, {})

    def test_message_and_return_of_the_payer_make_one_card(self, hooked_stripe):
        payment = open_one(keeps_card=True)
        checkout_url(payment, return_url=BACK)
        hooked_stripe.post.hold()
        hooked_stripe.books.pay(payment.gateway_reference)
        refresh_payment(payment)
        hooked_stripe.post.release(copies=3)
        apply_pending_events()
        assert SavedCard.objects.count() == 1

    def test_a_declined_or_abandoned_page_leaves_no_card(self, hooked_stripe):
        payment = open_one(keeps_card=True)
        checkout_url(payment, return_url=BACK)
        hooked_stripe.books.decline(payment.gateway_reference)
        hooked_stripe.books.expire(payment.gateway_reference)
        apply_pending_events()
        assert SavedCard.objects.count() == 0

    @pytest.mark.parametrize("by", ["message", "return"])
    def test_a_card_can_be_given_without_paying(self, hooked_stripe, by):
        setup = open_setup(ContactFactory(), gateway="stripe", language="ar")
        setup_url(setup, return_url=BACK)
        hooked_stripe.post.is_held = by == "return"
        assert refresh_setup(setup).card is None
        hooked_stripe.books.give_card(setup.gateway_reference)
        if by == "return":
            refresh_setup(setup)
            hooked_stripe.post.release(copies=2)
        apply_pending_events()
        setup.refresh_from_db()
        assert (setup.card, setup.card.contact) == (SavedCard.objects.get(), setup.contact)
        assert Payment.objects.count() == 0
        assert set(PaymentEvent.objects.values_list("payload", "error")) == {("", "")}
        with pytest.raises(PaymentClosedError):
            setup_url(setup, return_url=BACK)


class TestCharging:
    def test_it_settles_with_the_answer_and_the_message_changes_nothing(self, hooked_stripe):
        payment = charge(to_be_charged(kept_card(hooked_stripe)))
        assert payment.status == PaymentStatus.SETTLED
        apply_pending_events()
        payment.refresh_from_db()
        assert (payment.status, payment.review, taken_later(hooked_stripe)) == (PaymentStatus.SETTLED, "", [30000])
        assert refund(payment, amount=DUES, reason="", actor=None).status == RefundStatus.SETTLED

    @pytest.mark.parametrize("times", [1, 2, 5])
    def test_asking_again_charges_once(self, stripe, times):
        payment = to_be_charged(kept_card(stripe))
        for _time in range(times):
            payment = charge(payment)
        assert (payment.status, taken_later(stripe)) == (PaymentStatus.SETTLED, [30000])

    def test_two_who_ask_at_the_same_moment_charge_once(self, stripe):
        card = kept_card(stripe)
        order = SavedCharge("ABCDEFGHJKMN", card.gateway_customer, card.gateway_method, DUES, "Dues")
        first, second = (StripeGateway().charge_saved(order) for _time in range(2))
        assert first == second
        assert taken_later(stripe) == [30000]

    def test_an_answer_that_is_lost_leaves_it_open_and_asking_again_finds_it(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        stripe.lost_answers = 10  # the client tries more than once
        assert charge(payment).status == PaymentStatus.OPEN
        stripe.lost_answers = 0
        assert charge(payment).status == PaymentStatus.SETTLED
        assert taken_later(stripe) == [30000]

    def test_it_is_found_also_once_the_gateway_forgot_the_key(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        stripe.lost_answers = 10
        charge(payment)
        stripe.lost_answers = 0
        stripe.forget_keys()  # as Stripe may after a day
        assert charge(payment).status == PaymentStatus.SETTLED
        assert taken_later(stripe) == [30000]

    def test_a_gateway_out_of_order_charges_nothing_and_is_asked_again(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        stripe.failures = 10
        assert charge(payment).status == PaymentStatus.OPEN
        assert taken_later(stripe) == []
        stripe.failures = 0
        assert charge(payment).status == PaymentStatus.SETTLED
        assert taken_later(stripe) == [30000]

    def test_the_message_that_comes_before_the_answer_settles_it(self, hooked_stripe):
        payment = to_be_charged(kept_card(hooked_stripe))
        hooked_stripe.lost_answers = 10
        charge(payment)
        apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == PaymentStatus.SETTLED
        hooked_stripe.lost_answers = 0
        assert charge(payment).status == PaymentStatus.SETTLED
        assert taken_later(hooked_stripe) == [30000]

    @pytest.mark.parametrize(
        ("behaves", "reason"),
        [
            (DECLINED, "insufficient_funds"),
            (ASKS_HOLDER, "authentication_required"),
            (EXPIRED, "expired_card"),
        ],
    )
    def test_a_refusal_says_why_by_answer_and_by_message(self, hooked_stripe, behaves, reason):
        card = kept_card(hooked_stripe, behaves)
        payment = charge(to_be_charged(card))
        assert (payment.status, payment.failure) == (PaymentStatus.FAILED, reason)
        apply_pending_events()
        other = to_be_charged(card)
        hooked_stripe.lost_answers = 10
        charge(other)
        apply_pending_events()
        other.refresh_from_db()
        assert (other.status, other.failure) == (PaymentStatus.FAILED, reason)
        assert taken_later(hooked_stripe) == []

    @pytest.mark.parametrize(("good", "status"), [(True, PaymentStatus.SETTLED), (False, PaymentStatus.FAILED)])
    @pytest.mark.parametrize("backwards", [False, True])
    def test_a_slow_bank_is_waited_for(self, hooked_stripe, good, status, backwards):
        hooked_stripe.post.hold()
        payment = charge(to_be_charged(kept_card(hooked_stripe, SLOW)))
        assert payment.status == PaymentStatus.PENDING
        assert charge(payment).status == PaymentStatus.PENDING
        number = next(number for number, i in hooked_stripe.books.intents.items() if i["status"] == "processing")
        hooked_stripe.books.now = lambda: int(timezone.now().timestamp()) + 60
        hooked_stripe.books.bank_decides(number, good=good)
        hooked_stripe.post.release(copies=2, backwards=backwards)
        for _round in range(2):
            apply_pending_events()
        payment.refresh_from_db()
        assert payment.status == status
        assert taken_later(hooked_stripe) == ([30000] if good else [])

    def test_a_slow_bank_is_asked_where_its_message_is_lost(self, stripe):
        payment = charge(to_be_charged(kept_card(stripe, SLOW)))
        number = next(number for number, i in stripe.books.intents.items() if i["status"] == "processing")
        stripe.books.bank_decides(number, good=True)
        assert charge(payment).status == PaymentStatus.SETTLED

    def test_who_does_not_want_it_any_more_is_not_charged(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        assert charge(payment, wanted=False).failure == "not_wanted"
        assert charge(payment).status == PaymentStatus.FAILED
        assert taken_later(stripe) == []

    def test_what_was_charged_before_the_no_is_found(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        stripe.lost_answers = 10
        charge(payment)
        stripe.lost_answers = 0
        assert charge(payment, wanted=False).status == PaymentStatus.SETTLED

    def test_a_removed_card_is_not_charged(self, stripe):
        card = kept_card(stripe)
        payment = to_be_charged(card)
        remove_card(card, reason=CardRemoval.MEMBER, at=timezone.now())
        assert charge(payment).status == PaymentStatus.FAILED
        assert taken_later(stripe) == []

    def test_a_card_that_is_gone_at_stripe_fails_for_good(self, stripe):
        card = kept_card(stripe)
        stripe.books.delete_customer(card.gateway_customer)
        payment = charge(to_be_charged(card))
        assert (payment.status, payment.failure) == (PaymentStatus.FAILED, "refused")

    def test_no_page_is_opened_beside_a_charge(self, stripe):
        payment = to_be_charged(kept_card(stripe))
        with pytest.raises(PaymentClosedError):
            checkout_url(payment, return_url=BACK)


class TestForgetting:
    def test_the_gateway_forgets_card_and_person_and_no_digit_stays(self, stripe):
        card = kept_card(stripe)
        assert forget_removed_cards() == 0
        remove_card(card, reason=CardRemoval.MEMBER, at=timezone.now())
        stripe.lost_answers = 10
        assert forget_removed_cards() in (0, 1)  # a DELETE is answered all the same
        stripe.lost_answers = 0
        forget_removed_cards()
        card.refresh_from_db()
        assert stripe.books.customers == {}
        assert (card.gateway_customer, card.gateway_method, card.brand, card.last4, card.expires_on) == (
            "",
            "",
            "",
            "",
            None,
        )
        assert card.forgotten_at

    def test_what_stripe_has_lost_already_is_forgotten(self, stripe):
        card = kept_card(stripe)
        stripe.books.delete_customer(card.gateway_customer)
        remove_card(card, reason=CardRemoval.MEMBER, at=timezone.now())
        assert forget_removed_cards() == 1

    def test_not_while_a_charge_with_it_is_under_way(self, stripe):
        card = kept_card(stripe)
        payment = to_be_charged(card)
        remove_card(card, reason=CardRemoval.MEMBER, at=timezone.now())
        assert forget_removed_cards() == 0
        charge(payment)
        assert forget_removed_cards() == 1

    def test_a_card_given_by_somebody_erased_is_forgotten_at_once(self, hooked_stripe):
        setup = open_setup(ContactFactory(), gateway="stripe", language="ar")
        setup_url(setup, return_url=BACK)
        setup.contact.erased_at = timezone.now()
        setup.contact.save()
        hooked_stripe.books.give_card(setup.gateway_reference)
        apply_pending_events()
        card = SavedCard.objects.get()
        assert (card.removal_reason, card.last4) == (CardRemoval.ERASED, "")
        assert forget_removed_cards() == 1
        assert hooked_stripe.books.customers == {}
