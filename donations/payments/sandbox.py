"""A gateway for tests and demonstrations: its pages are our own, its money is not real, and production refuses it.

It speaks to us the way a real one does, by signed messages that are received, stored and applied; only the network is
left out.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from donations.exceptions import WrongSignatureError
from donations.payments.interface import (
    CheckoutOrder,
    CheckoutPage,
    DisputeState,
    Fact,
    Message,
    PaymentDisputed,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSettled,
    RecurringCharged,
    RefundOrder,
    RefundState,
)

SIGNATURE_HEADER = "Sandbox-Signature"
_signer = Signer(salt="donations.payments.sandbox")


class SandboxGateway:
    code = "sandbox"
    label = _("Test payment")
    can_repeat = True

    def is_ready(self) -> bool:
        """It needs nothing."""
        return True

    def check_amount(self, amount: Money) -> None:
        """Play money comes in every amount."""

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        url = reverse("donations:sandbox_pay", kwargs={"reference": order.reference})
        return CheckoutPage(reference=f"sandbox-{order.reference}", url=url)

    def find_checkout(self, gateway_reference: str) -> CheckoutPage | None:
        reference = gateway_reference.removeprefix("sandbox-")
        return CheckoutPage(gateway_reference, reverse("donations:sandbox_pay", kwargs={"reference": reference}))

    def look_up(self, gateway_reference: str) -> Fact | None:
        """Its messages are applied before the payer is back."""
        return None

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Message:
        try:
            text = body.decode()
            event = json.loads(_signer.unsign(f"{text}:{headers.get(SIGNATURE_HEADER, '')}"))
            return Message(event["id"], event["kind"], datetime.fromisoformat(event["at"]), text)
        except (BadSignature, ValueError, KeyError, TypeError) as error:
            raise WrongSignatureError from error

    def read(self, payload: str) -> Fact | None:
        event = json.loads(payload)
        reader = _READERS.get(event["kind"])
        return reader(event, datetime.fromisoformat(event["at"])) if reader else None

    def refund(self, order: RefundOrder) -> PaymentRefunded:
        return PaymentRefunded(
            charge=order.charge,
            at=timezone.now(),
            amount=order.amount,
            refund_reference=f"refund-{order.key}",
            state=RefundState.SETTLED,
            key=order.key,
        )

    def stop_recurring(self, gateway_reference: str) -> None:
        """It charges only what `charge_due` finds active, so there is nobody to tell."""


def compose(kind: str, at: datetime, *, number: str, **facts: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a message that the sandbox sends. One `number` and `kind` is one message."""
    text = json.dumps({"id": f"{kind}-{number}", "kind": kind, "at": at.isoformat(), **facts})
    return text.encode(), {SIGNATURE_HEADER: _signer.signature(text)}


def compose_answer(answer: str, at: datetime, *, reference: str, amount: Money, schedule: bool) -> tuple[bytes, dict]:
    """Return the message that says how the payer of `reference` chose to end: succeed, decline or wait."""
    kind = {"succeed": "payment.settled", "decline": "payment.failed", "wait": "payment.pending"}[answer]
    # Money comes in once however often the button is pressed; the others may follow one another.
    number = reference if answer == "succeed" else f"{reference}-{at.timestamp()}"
    facts = {"reference": reference, "amount": str(amount.amount), "currency": str(amount.currency)}
    if schedule and answer == "succeed":
        facts["subscription"] = f"subscription-{reference}"
    return compose(kind, at, number=number, **facts)


def compose_charge(subscription: str, *, recurring: str, amount: Money, due_on: date, at: datetime):
    """Return the message that a recurring gift was charged for the day `due_on`: one for each such day."""
    facts = {"recurring": recurring, "amount": str(amount.amount), "currency": str(amount.currency)}
    return compose("recurring.charged", at, number=f"{subscription}-{due_on}", **facts)


def compose_dispute(state: DisputeState, at: datetime, *, charge: str, amount: Money) -> tuple[bytes, dict]:
    """Return the message that the bank disputes `charge`, or how the dispute ended: one for each state and moment."""
    facts = {"charge": charge, "state": str(state), "amount": str(amount.amount), "currency": str(amount.currency)}
    return compose("payment.disputed", at, number=f"{charge}-{state}-{at.timestamp()}", **facts)


def compose_refund(
    state: RefundState, at: datetime, *, charge: str, amount: Money, number: str
) -> tuple[bytes, dict[str, str]]:
    """Return the message that money of `charge` goes back, under a `number` of the gateway's own."""
    facts = {"charge": charge, "state": str(state), "refund": number}
    money = {"amount": str(amount.amount), "currency": str(amount.currency)}
    return compose("payment.refunded", at, number=f"{number}-{state}", **facts, **money)


def _money(event: dict) -> Money:
    return Money(event["amount"], event["currency"])


_READERS = {
    "payment.settled": lambda event, at: PaymentSettled(
        reference=event["reference"],
        at=at,
        amount=_money(event),
        charge=f"charge-{event['reference']}",
        subscription=event.get("subscription", ""),
    ),
    "payment.pending": lambda event, at: PaymentPending(reference=event["reference"], at=at),
    "payment.failed": lambda event, at: PaymentFailed(reference=event["reference"], at=at, reason="declined"),
    "payment.disputed": lambda event, at: PaymentDisputed(
        charge=event["charge"],
        at=at,
        amount=_money(event),
        dispute_reference=f"dispute-{event['charge']}",
        state=DisputeState(event["state"]),
    ),
    "payment.refunded": lambda event, at: PaymentRefunded(
        charge=event["charge"],
        at=at,
        amount=_money(event),
        refund_reference=event["refund"],
        state=RefundState(event["state"]),
    ),
    "recurring.charged": lambda event, at: RecurringCharged(
        recurring=event["recurring"],
        at=at,
        amount=_money(event),
        invoice=event["id"],
        charge=f"charge-{event['id']}",
    ),
}
