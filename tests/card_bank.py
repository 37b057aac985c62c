"""A gateway in memory that keeps cards, and fails in every way in which a real one does."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from djmoney.money import Money

from donations.exceptions import GatewayUnavailableError
from donations.payments.interface import NEEDS_PAYER, PaymentFailed, PaymentPending, PaymentSettled, SavedCharge
from donations.payments.sandbox import SandboxGateway

# What it does when it is asked to charge: the last two are a machine that goes away before and after it charged.
GOOD, DECLINED, ASKS_HOLDER, SLOW, LOST_BEFORE, LOST_AFTER, CRASH_BEFORE, CRASH_AFTER = WAYS = (
    "good", "declined", "asks_holder", "slow", "lost_before", "lost_after", "crash_before", "crash_after",
)  # fmt: skip


class Crash(BaseException):
    """The machine is gone: nothing catches this."""


@dataclass
class Taken:
    """A charge that the bank made."""

    reference: str
    amount: Money
    on: date


@dataclass
class CardBank:
    """Put it in the place of the test gateway: `registry._GATEWAYS["sandbox"] = bank.gateway`."""

    behaves: str = GOOD
    taken: list[Taken] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    facts: dict[str, PaymentSettled | PaymentPending | PaymentFailed] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)

    def gateway(self) -> "BankGateway":
        return BankGateway(self)

    def charge(self, order: SavedCharge):
        self.asked.append(order.reference)
        if self.behaves == LOST_BEFORE:
            raise GatewayUnavailableError
        if self.behaves == CRASH_BEFORE:
            raise Crash
        if order.reference not in self.facts:
            self.facts[order.reference] = self._decide(order)
        if self.behaves == LOST_AFTER:
            raise GatewayUnavailableError
        if self.behaves == CRASH_AFTER:
            raise Crash
        return self.facts[order.reference]

    def _decide(self, order: SavedCharge):
        at = timezone.now()
        if self.behaves == DECLINED:
            return PaymentFailed(order.reference, at, "insufficient_funds")
        if self.behaves == ASKS_HOLDER:
            return PaymentFailed(order.reference, at, NEEDS_PAYER)
        if self.behaves == SLOW:
            return PaymentPending(order.reference, at)
        return self._take(order.reference, order.amount)

    def _take(self, reference: str, amount: Money) -> PaymentSettled:
        self.taken.append(Taken(reference, amount, timezone.localdate()))
        return PaymentSettled(reference, timezone.now(), amount, charge=f"charge-{reference}")

    def decide_slow_ones(self, amounts: dict[str, Money]) -> None:
        """The slow banks say yes."""
        for reference, fact in self.facts.items():
            if isinstance(fact, PaymentPending):
                self.facts[reference] = self._take(reference, amounts[reference])


class BankGateway(SandboxGateway):
    """The test gateway, with that bank behind it."""

    def __init__(self, bank: CardBank):
        self.bank = bank

    def charge_saved(self, order: SavedCharge):
        return self.bank.charge(order)

    def find_saved_charge(self, order: SavedCharge):
        return self.bank.facts.get(order.reference)

    def forget_card(self, customer: str, method: str) -> None:
        self.bank.forgotten.append(method)
