from .dispute import Dispute, DisputeStatus
from .gift import Allocation, Appeal, Fund, FundKind, Gift
from .metal_price import Metal, MetalPrice
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
from .recurring import Interval, RecurringGift, RecurringShare, RecurringStatus
from .recurring_change import ChangeKind, ChangeState, RecurringChange, StopCause
from .saved_card import CardRemoval, CardSetup, SavedCard
from .transfer import TransferReceived
from .tribute import Tribute, TributeKind

__all__ = [
    "OFFLINE_GATEWAYS",
    "Allocation",
    "Appeal",
    "CardRemoval",
    "CardSetup",
    "ChangeKind",
    "ChangeState",
    "Dispute",
    "DisputeStatus",
    "Fund",
    "FundKind",
    "Gift",
    "Interval",
    "Metal",
    "MetalPrice",
    "Payment",
    "PaymentEvent",
    "PaymentStatus",
    "Receipt",
    "RecurringChange",
    "RecurringGift",
    "RecurringShare",
    "RecurringStatus",
    "Refund",
    "RefundStatus",
    "ReviewReason",
    "SavedCard",
    "StopCause",
    "TransferReceived",
    "Tribute",
    "TributeKind",
    "new_reference",
]
