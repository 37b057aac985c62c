"""Receipts follow the money: what goes back is taken off the paper, and what comes back after all is put on it again.

Always worked out from how the payment stands now, so that it does not matter which message came first, or how often.
"""

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donations.domain.receipts import reissue_after_void, reissue_receipt, void_receipt
from donations.domain.reversals import gone_back, moved_of_late
from donations.models import Payment, PaymentStatus, Receipt

logger = logging.getLogger(__name__)


@transaction.atomic
def correct_receipt(payment: Payment, *, on: date) -> Receipt | None:
    """Bring the receipt of `payment` in line with what has gone back, and return the valid one; any number of times.

    A part that went back is taken off in a new receipt; of a payment that went back whole the receipt is only voided. One
    that nobody has issued yet is not issued here, nor is one that staff voided for a reason of their own.
    """
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    gone = gone_back(payment)
    left = payment.amount - gone
    receipt = payment.receipts.valid().first()
    if receipt is None:
        last = payment.receipts.order_by("-pk").first()
        is_ours_again = last is not None and last.was_given_back and left.amount > 0
        return reissue_after_void(last, on=on, given_back=gone) if last and is_ours_again else None
    if left == receipt.amount:
        return receipt
    if left.amount > 0:
        return reissue_receipt(receipt, on=on, reason=_("Money went back to the payer."), given_back=gone)
    void_receipt(receipt, on=on, reason=_("Money went back to the payer."))
    Receipt.objects.filter(pk=receipt.pk).update(was_given_back=True)
    return None


def correct_what_changed(at: datetime) -> int:
    """Look again at the payments that went back, or came back, of late. Returns how many were looked at."""
    looked_at = 0
    for payment in moved_of_late(at).filter(status=PaymentStatus.SETTLED):
        try:
            correct_receipt(payment, on=timezone.localdate(at))
            looked_at += 1
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next tick.
            logger.exception("A receipt could not follow its payment.", extra={"facts": {"payment": payment.pk}})
    return looked_at
