from .application import (
    DECIDED,
    UNDECIDED,
    Application,
    ApplicationEvent,
    ApplicationState,
    EventKind,
)
from .automatic import (
    AutomaticCharge,
    AutomaticRenewal,
    AutomaticRequest,
    ChargeState,
    DropReason,
    StopReason,
)
from .basket import Basket, BasketLine, LineKind, PaymentAttempt
from .present import LONGEST_GREETING, Present, PresentState, PresentWay
from .wish import GiftWish

__all__ = [
    "DECIDED",
    "LONGEST_GREETING",
    "UNDECIDED",
    "Application",
    "ApplicationEvent",
    "ApplicationState",
    "AutomaticCharge",
    "AutomaticRenewal",
    "AutomaticRequest",
    "Basket",
    "BasketLine",
    "ChargeState",
    "DropReason",
    "EventKind",
    "GiftWish",
    "LineKind",
    "PaymentAttempt",
    "Present",
    "PresentState",
    "PresentWay",
    "StopReason",
]
