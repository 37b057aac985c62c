from .dispute import Dispute, DisputeStatus
from .gift import Allocation, Appeal, Fund, FundKind, Gift
from .payment import (
    OFFLINE_GATEWAYS,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Refund,
    RefundStatus,
    ReviewReason,
    new_reference,
)
from .receipt import Receipt
from .recurring import Interval, RecurringGift, RecurringStatus
from .saved_card import CardRemoval, CardSetup, SavedCard
from .transfer import TransferReceived

__all__ = [
    "OFFLINE_GATEWAYS",
    "Allocation",
    "Appeal",
    "CardRemoval",
    "CardSetup",
    "Dispute",
    "DisputeStatus",
    "Fund",
    "FundKind",
    "Gift",
    "Interval",
    "Payment",
    "PaymentEvent",
    "PaymentStatus",
    "Receipt",
    "RecurringGift",
    "RecurringStatus",
    "Refund",
    "RefundStatus",
    "ReviewReason",
    "SavedCard",
    "TransferReceived",
    "new_reference",
]
