"""Stripe by its hosted Checkout pages: no card number ever comes near us.

One-off payments use a session in payment mode, recurring gifts one in subscription mode. Our own references travel in
`metadata`, so that every message can be understood whichever comes first.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djmoney.money import Money

from donations.exceptions import PaymentClosedError, WrongSignatureError
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
    RecurringChargeFailed,
    RecurringStopped,
    RefundOrder,
    RefundState,
)
from donations.payments.minor_units import from_minor_units, to_minor_units
from donations.payments.stripe_cards import (
    CARD_KEY,
    KEEP_KEY,
    StripeCards,
    card_given,
    card_of_payment,
    charge_changed,
    keeping,
)
from donations.payments.stripe_client import api, asking, moment
from donations.payments.stripe_history import StripeHistory, message_of, refuse_foreign
from donations.payments.stripe_recurring import RECURRING_KEY, StripeRecurring, subscribing

# The keys under which our own references travel.
PAYMENT_KEY = "sanduq_payment"
REFUND_KEY = "sanduq_refund"

_REFUND_STATES = {
    "succeeded": RefundState.SETTLED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}

# An inquiry ("warning") that is closed has taken no money; "prevented" was settled before it became a dispute.
_DISPUTE_STATES = {
    "won": DisputeState.WON,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
}


class StripeGateway(StripeCards, StripeHistory, StripeRecurring):
    code = "stripe"
    label = gettext_lazy("Card")
    can_repeat = True
    can_keep_cards = True
    costs_a_fee = True

    def is_ready(self) -> bool:
        """Whoever switches it on has its keys, or is told so when the server starts."""
        return True

    @property
    def _api(self) -> Any:
        return api()

    def check_amount(self, amount: Money) -> None:
        to_minor_units(amount)

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        price: dict[str, Any] = {
            "currency": str(order.amount.currency).lower(),
            "unit_amount": to_minor_units(order.amount),
            "product_data": {"name": order.description},
        }
        metadata = {PAYMENT_KEY: order.reference}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "client_reference_id": order.reference,
            "metadata": metadata,
            # Checkout speaks neither Arabic nor Persian yet; "auto" follows the browser.
            "locale": "en" if order.language == "en" else "auto",
            # Otherwise the payer may be charged in another currency than the receipt will say.
            "adaptive_pricing": {"enabled": False},
        }
        if order.payer_email:
            params["customer_email"] = order.payer_email
        if order.schedule:
            subscribing(params, order.schedule, total=order.amount, description=order.description)
        else:
            params["payment_intent_data"] = {"metadata": dict(metadata), "description": order.description}
        if order.keep_card:
            keeping(params)
        key = f"checkout-{order.reference}-{order.attempt}"
        session = asking(lambda: self._api.checkout.sessions.create(params, {"idempotency_key": key}))
        return CheckoutPage(reference=session.id, url=session.url)

    def find_checkout(self, gateway_reference: str) -> CheckoutPage | None:
        session = asking(lambda: self._api.checkout.sessions.retrieve(gateway_reference))
        if session.status == "complete":
            raise PaymentClosedError(
                _("This has been paid already, or the bank is still at it. You need not pay again.")
            )
        return CheckoutPage(reference=session.id, url=session.url) if session.status == "open" else None

    def look_up(self, gateway_reference: str) -> Fact | None:
        session = asking(lambda: self._api.checkout.sessions.retrieve(gateway_reference))
        return self._session_completed(session.to_dict(), timezone.now()) if session.status == "complete" else None

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Message:
        signature = headers.get("Stripe-Signature", "")
        try:
            text = body.decode()
            stripe.WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, 300)
            return message_of(json.loads(text), text)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
            raise WrongSignatureError from error

    def read(self, payload: str) -> Fact | None:
        event = json.loads(payload)
        refuse_foreign(event)
        reader = self._READERS.get(event["type"])
        return reader(self, event["data"]["object"], moment(event["created"])) if reader else None

    def refund(self, order: RefundOrder) -> PaymentRefunded:
        charge = order.charge or self._charge_of_invoice(order.gateway_reference)
        params = {
            "payment_intent": charge,
            "amount": to_minor_units(order.amount),
            "metadata": {REFUND_KEY: order.key, PAYMENT_KEY: order.payment_reference},
        }
        options = {"idempotency_key": f"refund-{order.key}"}
        refund = asking(lambda: self._api.refunds.create(params, options))
        return self._refund_changed(refund.to_dict(), timezone.now())

    # --- What the messages mean ---------------------------------------------------------------

    def _session_completed(self, session: dict, at: datetime) -> Fact | None:
        """Covers async_payment_succeeded as well: it carries the same session, paid by then."""
        metadata = session.get("metadata") or {}
        if CARD_KEY in metadata:
            return card_given(session, at)
        reference = metadata.get(PAYMENT_KEY)
        if not reference:
            return None
        if session["payment_status"] == "unpaid":
            return PaymentPending(reference=reference, at=at)
        return PaymentSettled(
            reference=reference,
            at=at,
            amount=from_minor_units(session["amount_total"], session["currency"]),
            charge=session.get("payment_intent") or self._charge_of_invoice(session.get("invoice") or ""),
            subscription=session.get("subscription") or "",
            card=card_of_payment(session) if KEEP_KEY in metadata else None,
        )

    def _session_failed(self, session: dict, at: datetime) -> Fact | None:
        reference = (session.get("metadata") or {}).get(PAYMENT_KEY)
        reason = "expired" if session["status"] == "expired" else "declined"
        return PaymentFailed(reference=reference, at=at, reason=reason) if reference else None

    def _refund_changed(self, refund: dict, at: datetime) -> Fact | None:
        return PaymentRefunded(
            charge=refund.get("payment_intent") or "",
            at=at,
            amount=from_minor_units(refund["amount"], refund["currency"]),
            refund_reference=refund["id"],
            state=_REFUND_STATES.get(refund.get("status") or "", RefundState.PENDING),
            key=_own_key((refund.get("metadata") or {}).get(REFUND_KEY, "")),
        )

    def _dispute_changed(self, dispute: dict, at: datetime) -> Fact | None:
        return PaymentDisputed(
            charge=dispute.get("payment_intent") or "",
            at=at,
            amount=from_minor_units(dispute["amount"], dispute["currency"]),
            dispute_reference=dispute["id"],
            state=_DISPUTE_STATES.get(dispute.get("status") or "", DisputeState.OPEN),
        )

    def _invoice_paid(self, invoice: dict, at: datetime) -> Fact | None:
        # The first invoice is paid on the checkout page, and that page's own message settles its payment.
        recurring = _recurring_of(invoice)
        if not recurring or invoice["billing_reason"] == "subscription_create" or not invoice["amount_paid"]:
            return None
        return RecurringCharged(
            recurring=recurring,
            at=at,
            amount=from_minor_units(invoice["amount_paid"], invoice["currency"]),
            invoice=invoice["id"],
            charge=self._charge_of_invoice(invoice["id"]),
        )

    def _invoice_failed(self, invoice: dict, at: datetime) -> Fact | None:
        recurring = _recurring_of(invoice)
        if not recurring or invoice["billing_reason"] == "subscription_create":
            return None
        return RecurringChargeFailed(recurring=recurring, at=at)

    def _subscription_deleted(self, subscription: dict, at: datetime) -> Fact | None:
        recurring = (subscription.get("metadata") or {}).get(RECURRING_KEY)
        return RecurringStopped(recurring=recurring, at=at) if recurring else None

    def _charge_of_invoice(self, invoice: str) -> str:
        """An invoice does not name the payment intent that paid it; its payments do. Empty when nothing was paid."""
        if not invoice:
            return ""
        payments = asking(lambda: self._api.invoice_payments.list({"invoice": invoice, "status": "paid"}))
        return next((payment.payment.payment_intent or "" for payment in payments.data), "")

    def _charge_changed(self, intent: dict, at: datetime) -> Fact | None:
        return charge_changed(intent, at)

    # A declined card is no failure yet: the payer stands before the hosted page and tries another. The session tells.
    # Of the intents only those matter that charged a kept card, where nobody stands before anything.
    _READERS = {
        "checkout.session.completed": _session_completed,
        "checkout.session.async_payment_succeeded": _session_completed,
        "checkout.session.async_payment_failed": _session_failed,
        "checkout.session.expired": _session_failed,
        "payment_intent.succeeded": _charge_changed,
        "payment_intent.processing": _charge_changed,
        "payment_intent.payment_failed": _charge_changed,
        "payment_intent.canceled": _charge_changed,
        "refund.created": _refund_changed,
        "refund.updated": _refund_changed,
        "refund.failed": _refund_changed,
        "charge.dispute.created": _dispute_changed,
        "charge.dispute.updated": _dispute_changed,
        "charge.dispute.closed": _dispute_changed,
        "invoice.paid": _invoice_paid,
        "invoice.payment_failed": _invoice_failed,
        "customer.subscription.deleted": _subscription_deleted,
    }


def _own_key(text: str) -> str:
    """`text` if it can be a refund's key of ours; staff may type anything into metadata at Stripe."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _recurring_of(invoice: dict) -> str:
    parent = (invoice.get("parent") or {}).get("subscription_details") or {}
    return (parent.get("metadata") or {}).get(RECURRING_KEY, "")
