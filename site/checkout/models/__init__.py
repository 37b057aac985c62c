from .application import (
    DECIDED,
    UNDECIDED,
    Application,
    ApplicationEvent,
    ApplicationState,
    EventKind,
)
from .basket import Basket, BasketLine, LineKind, PaymentAttempt

__all__ = [
    "DECIDED",
    "UNDECIDED",
    "Application",
    "ApplicationEvent",
    "ApplicationState",
    "Basket",
    "BasketLine",
    "EventKind",
    "LineKind",
    "PaymentAttempt",
]
