"""Receipts follow the money: what goes back is taken off the paper, and what comes back after all is put on it again.

Always worked out from how the payment stands now, so that it does not matter which message came first, or how often.
"""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from donations.domain.receipts import reissue_after_void, reissue_receipt, void_receipt
from donations.domain.reversals import gone_back
from donations.models import Payment, Receipt

logger = logging.getLogger(__name__)

# A signal that a crash swallowed is made good by the clock, which looks back this far.
LOOK_BACK = timedelta(days=3)


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
    since = at - LOOK_BACK
    refunds = Q(refunds__requested_at__gte=since) | Q(refunds__settled_at__gte=since)
    told = Q(events__applied_at__gte=since, refunds__isnull=False)
    payments = Payment.objects.settled().filter(refunds | told | Q(disputes__changed_at__gte=since)).distinct()
    looked_at = 0
    for payment in payments:
        try:
            correct_receipt(payment, on=timezone.localdate(at))
            looked_at += 1
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next tick.
            logger.exception("A receipt could not follow its payment.", extra={"facts": {"payment": payment.pk}})
    return looked_at
