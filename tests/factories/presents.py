"""Factories of memberships that are presents."""

import uuid
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from checkout.models import Basket, BasketLine, LineKind, PaymentAttempt, Present, PresentWay
from tests.factories.donations import PaymentFactory
from tests.factories.members import TierFactory

PAID_AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


class PresentBasketFactory(DjangoModelFactory):
    class Meta:
        model = Basket

    form_key = factory.LazyFunction(uuid.uuid4)
    given_name = "Omar"
    family_name = "Saleh"
    email = "omar@people.example"
    language = "en"
    gateway = "sandbox"
    fulfilled_at = PAID_AT


class PresentFactory(DjangoModelFactory):
    """One that was paid and waits, to be handed over by its giver."""

    class Meta:
        model = Present
        skip_postgeneration_save = True

    basket = factory.SubFactory(PresentBasketFactory)
    tier = factory.SubFactory(TierFactory)
    recipient_name = "Layla"
    greeting = "Happy birthday!"
    language = "en"
    way = PresentWay.HAND
    last_on = date(2027, 6, 1)

    @factory.post_generation
    def paid(self, create, extracted, **kwargs):
        BasketLine.objects.create(
            basket=self.basket, kind=LineKind.PRESENT, tier=self.tier, amount=self.tier.price, priced_on=PAID_AT.date()
        )
        if extracted is not False:
            payment = PaymentFactory(
                settled=True, amount=self.tier.price, settled_at=PAID_AT, payer=self.basket.contact
            )
            PaymentAttempt.objects.create(basket=self.basket, payment=payment)
