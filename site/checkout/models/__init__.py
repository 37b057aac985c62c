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

__all__ = [
    "DECIDED",
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
    "LineKind",
    "PaymentAttempt",
    "StopReason",
]
