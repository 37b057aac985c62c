from django.dispatch import receiver
from django.utils import timezone

from checkout.domain.fulfilment import fulfil
from checkout.domain.undoing import follow_the_money
from checkout.models import Basket
from donations.models import Payment
from donations.signals import payment_disputed, payment_refunded, payment_settled, refund_failed


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
    _follow(dispute.payment)


def _follow(payment: Payment) -> None:
    for basket in Basket.objects.filter(attempts__payment=payment):
        follow_the_money(basket)
