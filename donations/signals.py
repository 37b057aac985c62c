"""What this wing tells whoever cares to listen. Each is sent once its transaction has committed, with send_robust.

payment_settled(sender=Payment, payment)          the money has come in, for the first time
payment_failed(sender=Payment, payment)           it did not; the payer may try again
payment_refunded(sender=Refund, refund)           money went back
refund_failed(sender=Refund, refund)              money that had gone back is here again: the payer's bank returned it
payment_disputed(sender=Dispute, dispute)         the payer's bank disputes a payment, or how that ended
card_saved(sender=SavedCard, card)                a gateway keeps a card that may be charged again
gift_received(sender=Gift, gift)                  a gift stands in the books
receipt_issued(sender=Receipt, receipt)           numbered, and its PDF is ready
recurring_gift_charged(sender=RecurringGift, recurring_gift, payment, gift, receipt)
                                                  a later charge came in; gift and receipt are made already
recurring_gift_failed(sender=RecurringGift, recurring_gift)   a later charge failed; the gateway goes on trying
recurring_gift_stopped(sender=RecurringGift, recurring_gift)
"""

from django.dispatch import Signal

payment_settled = Signal()
payment_failed = Signal()
payment_refunded = Signal()
refund_failed = Signal()
payment_disputed = Signal()
card_saved = Signal()
gift_received = Signal()
receipt_issued = Signal()
recurring_gift_charged = Signal()
recurring_gift_failed = Signal()
recurring_gift_stopped = Signal()
