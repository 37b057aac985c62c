"""What every gateway can be asked, and what a gateway may tell. It knows no table: facts go to `donations.domain`.

A gateway never changes anything of ours. It answers a call, or reads a message into one fact; the domain applies facts,
in whatever order they come and however often.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from djmoney.money import Money


class ScheduleUnit(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Schedule:
    """Charge `amount` every `count` weeks or months, under our `reference` of the recurring gift.

    The first of these charges is part of the payment that begins it, unless `first_on` names a later day.
    """

    reference: str
    unit: ScheduleUnit
    count: int
    amount: Money
    first_on: date | None = None


@dataclass(frozen=True)
class RecurringTerms:
    """How a recurring gift shall be charged from now on, whole. Asking twice with one `key` changes once.

    With `charge_on` the next charge is on that day, and the schedule counts from it. Nothing is charged before
    `paused_until`, nor as long as it `is_held`; what was opened before and failed is still tried again.
    """

    key: str
    subscription: str
    schedule: Schedule
    charge_on: date | None = None
    paused_until: date | None = None
    is_held: bool = False


@dataclass(frozen=True)
class CheckoutOrder:
    """What the payer is to be asked for. Asking twice with one `reference` and `attempt` opens one page.

    With a `schedule`, what `amount` has beyond its first charge is paid once.
    """

    reference: str
    attempt: int
    amount: Money
    description: str
    payer_email: str
    language: str
    return_url: str
    schedule: Schedule | None = None
    keep_card: bool = False  # the payer agreed that the card may be charged again while they are not there


@dataclass(frozen=True)
class CardOrder:
    """A card is to be given without paying. Asking twice with one `reference` opens one page.

    With a `subscription`, the gateway's name of a recurring gift, the card is given to whoever pays that.
    """

    reference: str
    payer_email: str
    language: str
    return_url: str
    subscription: str = ""


@dataclass(frozen=True)
class SavedCharge:
    """Charge a kept card while its holder is not there. Asking twice with one `reference` charges once."""

    reference: str
    customer: str
    method: str
    amount: Money
    description: str


@dataclass(frozen=True)
class CheckoutPage:
    """Where to send the payer, and the gateway's name for it."""

    reference: str
    url: str


@dataclass(frozen=True)
class RefundOrder:
    """Give `amount` back. `charge` may be empty for a recurring charge: then `gateway_reference` names its invoice."""

    key: str
    payment_reference: str
    charge: str
    gateway_reference: str
    amount: Money


@dataclass(frozen=True)
class Message:
    """One message of a gateway, proven to be its own: `payload` is what it said, word for word."""

    event_id: str
    kind: str
    happened_at: datetime
    payload: str


@dataclass(frozen=True)
class KeptCard:
    """A card that the gateway keeps: its names for whoever pays and with what, and what the holder knows it by."""

    customer: str
    method: str
    brand: str
    last4: str
    expires_on: date  # the last day of its month


@dataclass(frozen=True)
class PaymentPending:
    """The payer has done what they can; the bank takes its time."""

    reference: str
    at: datetime


@dataclass(frozen=True)
class PaymentFailed:
    """It will not come by this attempt. `reason` is the gateway's own word for it."""

    reference: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PaymentSettled:
    """The money is there. `subscription` is the gateway's name for the schedule that began with it, if one did, and
    `card` what it kept, if that was asked for.
    """

    reference: str
    at: datetime
    amount: Money
    charge: str
    subscription: str = ""
    card: KeptCard | None = None


@dataclass(frozen=True)
class CardGiven:
    """A card was given without paying, on the page that was opened for our `reference`."""

    reference: str
    at: datetime
    card: KeptCard


class RefundState(StrEnum):
    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True)
class PaymentRefunded:
    """Money of `charge` goes back. `key` is ours when we asked for it, empty when staff did so at the gateway."""

    charge: str
    at: datetime
    amount: Money
    refund_reference: str
    state: RefundState
    key: str = ""


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class PaymentDisputed:
    """The payer's bank wants `amount` of `charge` back, or how that ended."""

    charge: str
    at: datetime
    amount: Money
    dispute_reference: str
    state: DisputeState


@dataclass(frozen=True)
class RecurringCharged:
    """A later charge of a recurring gift (`recurring` is our reference of it) came in as `invoice`."""

    recurring: str
    at: datetime
    amount: Money
    invoice: str
    charge: str


@dataclass(frozen=True)
class RecurringChargeFailed:
    """A later charge failed; the gateway goes on trying by its own rules."""

    recurring: str
    at: datetime


@dataclass(frozen=True)
class RecurringStopped:
    """The gateway will charge no more."""

    recurring: str
    at: datetime


# Why a charge of a kept card failed, where it matters to us which: the bank wants to hear the holder, or the card is void.
NEEDS_PAYER = "authentication_required"
EXPIRED_CARD = "expired_card"

Fact = (
    CardGiven
    | PaymentPending
    | PaymentFailed
    | PaymentSettled
    | PaymentRefunded
    | PaymentDisputed
    | RecurringCharged
    | RecurringChargeFailed
    | RecurringStopped
)


class Gateway(Protocol):
    """Each method may raise GatewayUnavailableError (asking again is safe) or GatewayRefusedError (it is of no use)."""

    code: str
    label: str
    can_repeat: bool  # whether it can charge again by itself, month after month
    can_keep_cards: bool  # whether it keeps a card that we may have charged later
    costs_a_fee: bool  # whether it keeps a part of each payment for itself
    remembers: bool  # whether it can be asked for what it told before, should a message have been lost

    def is_ready(self) -> bool:
        """Whether payers may choose it today."""

    def check_amount(self, amount: Money) -> None:
        """Raise AmountError, with a sentence for the payer, when the gateway cannot take exactly `amount`."""

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        """Open a page to pay on, or find the one that this order has opened already."""

    def find_checkout(self, gateway_reference: str) -> CheckoutPage | None:
        """Return the page when the payer can still use it, None when it has expired.

        Raises PaymentClosedError when it has been completed.
        """

    def look_up(self, gateway_reference: str) -> Fact | None:
        """Ask how the payment on that page stands, for a payer who is back before the gateway's message."""

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Return the message that `body` carries. Raises WrongSignatureError unless its signature proves it."""

    def read(self, payload: str) -> Fact | None:
        """Return what a stored message means to us; None for what does not concern us.

        Raises ForeignEventError for one that is about another account than ours.
        """

    def messages_since(self, since: datetime) -> Iterator[Message]:
        """Yield what it told since `since`, oldest first, as far as it remembers; of the kinds that `read` understands."""

    def refund(self, order: RefundOrder) -> PaymentRefunded:
        """Give money back. Asking twice with one `key` gives back once."""

    def stop_recurring(self, gateway_reference: str) -> None:
        """Return once no further charge will be made; also when it was stopped before."""

    def set_recurring(self, terms: RecurringTerms) -> None:
        """Return once it will be charged by `terms` and not otherwise."""

    def card_of_recurring(self, subscription: str) -> KeptCard | None:
        """Return the card with which a recurring gift is paid, if the gateway tells."""

    def use_card(self, subscription: str, method: str) -> str:
        """Let a recurring gift be paid with the card `method` from now on, and try again what had failed.

        Returns the gateway's name of the recurring gift, which may be another one from now on.
        """

    def open_card_page(self, order: CardOrder) -> CheckoutPage:
        """Open a page on which a card is given without paying, or find the one that this order has opened already."""

    def look_up_card(self, gateway_reference: str) -> CardGiven | None:
        """Ask whether a card was given on that page, for a holder who is back before the gateway's message."""

    def charge_saved(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed:
        """Charge a kept card. A refusal that is final is a fact, not an error.

        Raises GatewayUnavailableError when nobody can know whether it was charged. Asking again soon is safe; later,
        `find_saved_charge` has to be asked first, since no gateway remembers for ever that it was asked.
        """

    def find_saved_charge(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed | None:
        """Return what became of a charge that was asked for before; None when the gateway never heard of it."""

    def forget_card(self, customer: str, method: str) -> None:
        """Return once the gateway keeps the card no more; also when it did not any more before."""
