"""Receipts follow the money: what goes back is taken off the paper."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from donations.domain.receipts import reissue_receipt, void_receipt
from donations.domain.reversals import gone_back
from donations.models import Payment, Receipt


@transaction.atomic
def correct_receipt(payment: Payment, *, on: date) -> Receipt | None:
    """Bring the receipt of `payment` in line with what has gone back, and return the valid one; any number of times.

    A part that went back is taken off in a new receipt; of a payment that went back whole the receipt is only voided.
    """
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    receipt = payment.receipts.valid().first()
    if receipt is None:
        return None
    gone = gone_back(payment)
    left = payment.amount - gone
    if left == receipt.amount:
        return receipt
    reason = _("Money went back to the payer.")
    if left.amount <= 0:
        void_receipt(receipt, on=on, reason=reason)
        return None
    return reissue_receipt(receipt, on=on, reason=reason, given_back=gone)
