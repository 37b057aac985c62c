"""A gateway for tests and demonstrations: its pages are our own, its money is not real, and production refuses it.

It speaks to us the way a real one does, by signed messages that are received, stored and applied; only the network is
left out.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from donations.exceptions import WrongSignatureError
from donations.payments.interface import (
    CardGiven,
    CardOrder,
    CheckoutOrder,
    CheckoutPage,
    DisputeState,
    Fact,
    KeptCard,
    Message,
    PaymentDisputed,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSettled,
    RecurringCharged,
    RecurringChargeFailed,
    RecurringTerms,
    RefundOrder,
    RefundState,
    SavedCharge,
)

SIGNATURE_HEADER = "Sandbox-Signature"
# Ends the name of a card that works while its holder is there, and is declined whenever it is charged later.
REFUSED_LATER = "-refused-later"
_signer = Signer(salt="donations.payments.sandbox")


class SandboxGateway:
    code = "sandbox"
    label = _("Test payment")
    can_repeat = True
    can_keep_cards = True
    costs_a_fee = True
    remembers = False

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

    def messages_since(self, since: datetime) -> Iterator[Message]:
        """Its messages cross no network, so that none gets lost."""
        return iter(())

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

    def set_recurring(self, terms: RecurringTerms) -> None:
        """Its clock goes by what stands in our own record."""

    def card_of_recurring(self, subscription: str) -> KeptCard | None:
        reference = subscription.removeprefix("subscription-").removesuffix(REFUSED_LATER)
        facts = _card_facts(reference, timezone.now(), works_later=not subscription.endswith(REFUSED_LATER))
        return _card({"reference": reference, **facts})

    def use_card(self, subscription: str, method: str) -> str:
        return f"subscription-{method}"

    def open_card_page(self, order: CardOrder) -> CheckoutPage:
        url = reverse("donations:sandbox_card", kwargs={"reference": order.reference})
        return CheckoutPage(reference=f"sandbox-{order.reference}", url=url)

    def look_up_card(self, gateway_reference: str) -> CardGiven | None:
        """Its messages are applied before the holder is back."""
        return None

    def charge_saved(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed:
        if order.method.endswith(REFUSED_LATER):
            return PaymentFailed(reference=order.reference, at=timezone.now(), reason="declined")
        charge = f"charge-{order.reference}"
        return PaymentSettled(reference=order.reference, at=timezone.now(), amount=order.amount, charge=charge)

    def find_saved_charge(self, order: SavedCharge) -> PaymentSettled | PaymentPending | PaymentFailed | None:
        """It remembers nothing, and moves nothing either: whoever asks may ask for the charge again."""
        return None

    def forget_card(self, customer: str, method: str) -> None:
        """It keeps none."""


def compose(kind: str, at: datetime, *, number: str, **facts: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a message that the sandbox sends. One `number` and `kind` is one message."""
    text = json.dumps({"id": f"{kind}-{number}", "kind": kind, "at": at.isoformat(), **facts})
    return text.encode(), {SIGNATURE_HEADER: _signer.signature(text)}


def compose_answer(
    answer: str, at: datetime, *, reference: str, amount: Money, schedule: bool, keep_card: bool = False
) -> tuple[bytes, dict]:
    """Return the message that says how the payer of `reference` chose to end: succeed, decline or wait.

    "succeed_once" pays with a card that is declined when it is charged again later.
    """
    kinds = {"decline": "payment.failed", "wait": "payment.pending"}
    kind = kinds.get(answer, "payment.settled")
    has_paid = answer not in kinds
    # Money comes in once however often the button is pressed; the others may follow one another.
    number = reference if has_paid else f"{reference}-{at.timestamp()}"
    facts = {"reference": reference, "amount": str(amount.amount), "currency": str(amount.currency)}
    if schedule and has_paid:
        facts["subscription"] = f"subscription-{reference}" + (REFUSED_LATER if answer == "succeed_once" else "")
    if keep_card and has_paid:
        facts |= _card_facts(reference, at, works_later=answer != "succeed_once")
    return compose(kind, at, number=number, **facts)


def compose_card(answer: str, at: datetime, *, reference: str) -> tuple[bytes, dict]:
    """Return the message that a card was given for `reference` without paying: "succeed" or "succeed_once"."""
    facts = _card_facts(reference, at, works_later=answer != "succeed_once")
    return compose("card.given", at, number=reference, reference=reference, **facts)


def _card_facts(reference: str, at: datetime, *, works_later: bool) -> dict[str, str]:
    """A card like any other, valid to the end of the third year from now."""
    return {
        "method": f"card-{reference}" + ("" if works_later else REFUSED_LATER),
        "last4": "4242" if works_later else "0341",
        "expires_on": date(at.year + 3, 12, 31).isoformat(),
    }


def compose_charge(subscription: str, *, recurring: str, amount: Money, due_on: date, at: datetime):
    """Return the message that a recurring gift was charged for the day `due_on`, or declined: one for each such day."""
    kind = "recurring.declined" if subscription.endswith(REFUSED_LATER) else "recurring.charged"
    facts = {"recurring": recurring, "amount": str(amount.amount), "currency": str(amount.currency)}
    return compose(kind, at, number=f"{subscription}-{due_on}", **facts)


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


def _card(event: dict) -> KeptCard:
    expires_on = date.fromisoformat(event["expires_on"])
    customer = f"customer-{event['reference']}"
    return KeptCard(customer, event["method"], brand="visa", last4=event["last4"], expires_on=expires_on)


def _money(event: dict) -> Money:
    return Money(event["amount"], event["currency"])


_READERS = {
    "payment.settled": lambda event, at: PaymentSettled(
        reference=event["reference"],
        at=at,
        amount=_money(event),
        charge=f"charge-{event['reference']}",
        subscription=event.get("subscription", ""),
        card=_card(event) if "method" in event else None,
    ),
    "card.given": lambda event, at: CardGiven(reference=event["reference"], at=at, card=_card(event)),
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
    "recurring.declined": lambda event, at: RecurringChargeFailed(recurring=event["recurring"], at=at),
    "recurring.charged": lambda event, at: RecurringCharged(
        recurring=event["recurring"],
        at=at,
        amount=_money(event),
        invoice=event["id"],
        charge=f"charge-{event['id']}",
    ),
}
