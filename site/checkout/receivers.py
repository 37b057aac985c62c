from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from checkout.domain.automatic import honour
from checkout.domain.automatic_charging import conclude, stop_after_dispute
from checkout.domain.fulfilment import fulfil
from checkout.domain.undoing import follow_the_money
from checkout.models import AutomaticCharge, AutomaticRequest, Basket, ChargeState
from checkout.signals import basket_fulfilled
from donations.models import Payment
from donations.signals import (
    card_saved,
    payment_disputed,
    payment_failed,
    payment_refunded,
    payment_settled,
    refund_failed,
)


@receiver(payment_settled)
def grant_what_was_paid_for(payment, **kwargs):
    """The money has come in. Should this fail, the clock finds the basket and tries again."""
    for basket in Basket.objects.filter(attempts__payment=payment, fulfilled_at=None):
        fulfil(basket, on=timezone.localdate())


@receiver([payment_refunded, refund_failed])
def follow_a_refund(refund, **kwargs):
    """Money went back, or came back after all. Should this fail, the clock looks again."""
    _follow(refund.payment)


@receiver(payment_disputed)
def follow_a_dispute(dispute, **kwargs):
    """A bank disputes a payment, or that ended. Should this fail, the clock looks again."""
    stop_after_dispute(dispute.payment)
    _follow(dispute.payment)


def _follow(payment: Payment) -> None:
    for basket in Basket.objects.filter(attempts__payment=payment):
        follow_the_money(basket)


@receiver(card_saved)
def use_the_card(card, **kwargs):
    """The gateway keeps the card that a renewal was asked for with. Should this fail, the clock takes it up."""
    _honour(AutomaticRequest.objects.filter(Q(setup__card=card) | Q(basket__attempts__payment=card.payment_id)))


@receiver(basket_fulfilled)
def renew_it_from_now_on(basket, **kwargs):
    """What was paid for stands, so that the renewal which was asked for with it can begin."""
    _honour(AutomaticRequest.objects.filter(basket=basket))


@receiver([payment_settled, payment_failed])
def conclude_a_charge(payment, **kwargs):
    """The gateway has answered by a message. Should this fail, the clock looks again."""
    under_way = AutomaticCharge.objects.filter(state=ChargeState.CHARGING, basket__attempts__payment=payment)
    for pk in under_way.values_list("pk", flat=True):
        conclude(pk)


def _honour(requests) -> None:
    for request in requests.filter(closed_at=None).distinct():
        honour(request)
