"""What is written down of cards: once, from what the gateway said, whichever message comes first."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from donations.domain.cards import apply_card, open_setup, remove_card
from donations.domain.payments import apply_to_payment
from donations.exceptions import GatewayRefusedError
from donations.models import CardRemoval, SavedCard
from donations.payments.interface import CardGiven, KeptCard, PaymentSettled
from tests.factories.donations import PaymentFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = KeptCard("cus_1", "pm_1", "visa", "4242", date(2028, 2, 29))


def settled(payment, card=CARD) -> PaymentSettled:
    return PaymentSettled(payment.reference, NOON, payment.amount, "charge_1", card=card)


def test_a_card_is_kept_also_when_only_the_second_message_tells_of_it():
    payment = PaymentFactory(payer=ContactFactory(), keeps_card=True)
    for card in (None, CARD, CARD):
        apply_to_payment(payment, settled(payment, card))
    card = SavedCard.objects.get()
    assert (card.contact, card.payment, card.gateway_method) == (payment.payer, payment, "pm_1")


def test_nobody_keeps_what_was_not_agreed_to():
    payment = PaymentFactory(payer=ContactFactory())
    apply_to_payment(payment, settled(payment))
    assert not SavedCard.objects.exists()


def test_a_removed_card_does_not_come_back_with_a_late_message():
    payment = PaymentFactory(payer=ContactFactory(), keeps_card=True)
    apply_to_payment(payment, settled(payment))
    remove_card(SavedCard.objects.get(), reason=CardRemoval.MEMBER, at=NOON)
    apply_to_payment(payment, settled(payment))
    assert SavedCard.objects.get().removed_at == NOON


def test_a_setup_takes_its_first_card_and_only_from_its_own_gateway():
    setup = open_setup(ContactFactory(), gateway="sandbox", language="en")
    given = CardGiven(setup.reference, NOON, CARD)
    assert apply_card(given, gateway="stripe") is None
    first = apply_card(given, gateway="sandbox")
    assert apply_card(replace(given, card=replace(CARD, method="pm_2")), gateway="sandbox") == first
    assert SavedCard.objects.count() == 1


def test_a_way_to_pay_without_cards_is_refused(settings):
    settings.PAYMENT_GATEWAYS = ["transfer"]
    with pytest.raises(GatewayRefusedError):
        open_setup(ContactFactory(), gateway="transfer", language="en")
