from django.dispatch import receiver
from django.utils import timezone

from donations.domain.receipt_corrections import correct_receipt
from donations.signals import payment_disputed, payment_refunded, refund_failed


@receiver([payment_refunded, refund_failed])
def correct_after_refund(refund, **kwargs):
    """Money went back, or came back after all: the paper must say what is left. Should this fail, the clock looks again."""
    correct_receipt(refund.payment, on=timezone.localdate())


@receiver(payment_disputed)
def correct_after_dispute(dispute, **kwargs):
    """A bank disputes a payment, or that ended. Only what is lost counts as gone."""
    correct_receipt(dispute.payment, on=timezone.localdate())
