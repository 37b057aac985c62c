from django.dispatch import receiver
from django.utils import timezone

from checkout.domain.fulfilment import fulfil
from checkout.models import Basket
from donations.signals import payment_settled


@receiver(payment_settled)
def grant_what_was_paid_for(payment, **kwargs):
    """The money has come in. Should this fail, the clock finds the basket and tries again."""
    for basket in Basket.objects.filter(attempts__payment=payment, fulfilled_at=None):
        fulfil(basket, on=timezone.localdate())
