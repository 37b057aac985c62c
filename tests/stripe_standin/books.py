"""What the stand-in remembers, and what becomes of it when somebody pays."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from .cards import CardBooks
from .errors import ApiError, missing

# Stripe lists a session in `checkout.session.completed` as paid, or unpaid when the bank still has to say so.
CARD, SLOW_BANK = "card", "slow_bank"
DAY_SECONDS = 86_400


class Books(CardBooks):
    """Every object by its id. `tell` is called with each event, in the order in which things happen."""

    def __init__(self, *, base_url: str, api_version: str, tell: Callable[[dict], None]):
        self.base_url, self.api_version, self.tell = base_url, api_version, tell
        self.lock = threading.RLock()
        self.sessions: dict[str, dict] = {}
        self.intents: dict[str, dict] = {}
        self.invoices: dict[str, dict] = {}
        self.invoice_payments: list[dict] = []
        self.subscriptions: dict[str, dict] = {}
        self.refunds: dict[str, dict] = {}
        self.disputes: dict[str, dict] = {}
        self.events: list[dict] = []
        # Stripe's clock counts in seconds; events of one second have no order.
        self.now: Callable[[], int] = lambda: int(time.time())
        self._numbers = itertools.count(1)
        self._wishes: dict[str, dict] = {}
        self.begin_cards()

    # --- What the API does ----------------------------------------------------------------

    def create_session(self, params: dict) -> dict:
        mode = self._required(params, "mode")
        if mode == "setup":
            return self._open_session(params, mode, amount=0, currency=None)
        item = self._required(params, "line_items")[0]
        price = self._required(item, "price_data")
        if ("recurring" in price) != (mode == "subscription"):
            raise ApiError(
                400,
                "invalid_request_error",
                "Subscription mode needs a recurring price, and payment mode one that is not.",
                param="line_items",
            )
        amount = int(self._required(price, "unit_amount")) * int(item.get("quantity", 1))
        if amount <= 0:
            raise ApiError(400, "invalid_request_error", "Invalid integer.", param="line_items[0][price_data]")
        return self._open_session(params, mode, amount=amount, currency=self._required(price, "currency"))

    def _open_session(self, params: dict, mode: str, *, amount: int, currency: str | None) -> dict:
        number = self._number("cs_test")
        session = {
            "id": number,
            "object": "checkout.session",
            "mode": mode,
            "status": "open",
            "payment_status": "unpaid",
            "amount_subtotal": amount,
            "amount_total": amount,
            "currency": currency,
            "url": f"{self.base_url}/c/pay/{number}",
            "success_url": self._required(params, "success_url"),
            "cancel_url": params.get("cancel_url"),
            "client_reference_id": params.get("client_reference_id"),
            "customer_email": params.get("customer_email"),
            "metadata": params.get("metadata", {}),
            "payment_intent": None,
            "setup_intent": None,
            "customer": None,
            "subscription": None,
            "invoice": None,
            "created": self.now(),
            "expires_at": self.now() + DAY_SECONDS,
            "livemode": False,
        }
        self.sessions[number] = session
        self._wishes[number] = params
        return session

    def wish_of(self, number: str) -> dict:
        """The parameters that a session was made with."""
        return self._wishes[number]

    def create_refund(self, params: dict) -> dict:
        intent = self.intents.get(self._required(params, "payment_intent"))
        if intent is None:
            raise missing("payment_intent", params["payment_intent"])
        amount = int(params.get("amount", intent["amount_received"] - intent["amount_refunded"]))
        if intent["amount_refunded"] + amount > intent["amount_received"]:
            raise ApiError(
                400,
                "invalid_request_error",
                "Refund amount is greater than unrefunded amount on charge.",
                code="charge_already_refunded",
                param="amount",
            )
        intent["amount_refunded"] += amount
        number = self._number("re")
        refund = {
            "id": number,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": params.get("metadata", {}),
            "status": "pending" if intent["method"] == SLOW_BANK else "succeeded",
            "created": self.now(),
        }
        self.refunds[number] = refund
        self._event("refund.created", refund)
        return refund

    def cancel_subscription(self, number: str) -> dict:
        subscription = self.subscriptions.get(number)
        if subscription is None or subscription["status"] == "canceled":
            raise missing("subscription", number)
        subscription |= {"status": "canceled", "canceled_at": self.now()}
        self._event("customer.subscription.deleted", subscription)
        return subscription

    # --- What people and banks do ---------------------------------------------------------

    def pay(self, number: str, *, method: str = CARD) -> None:
        """The payer fills in the hosted page and the bank says yes (or, for SLOW_BANK, nothing yet)."""
        session = self.sessions[number]
        if session["status"] != "open":
            raise ApiError(400, "invalid_request_error", "This page is closed.")
        if session["mode"] == "subscription":
            self._subscribe(session, method)
        else:
            intent = self._intent(session["amount_total"], session["currency"], method)
            session["payment_intent"] = intent["id"]
            self._keep_if_asked(session, intent)
        session |= {"status": "complete", "payment_status": "unpaid" if method == SLOW_BANK else "paid"}
        self._event("checkout.session.completed", session)

    def decline(self, number: str) -> None:
        """The card is refused; the payer stays on the page, which stays open."""
        session = self.sessions[number]
        intent = self._intent(session["amount_total"], session["currency"], CARD, received=False)
        self._event("payment_intent.payment_failed", intent)

    def bank_answers(self, number: str, *, good: bool) -> None:
        """The slow bank has decided."""
        session = self.sessions[number]
        if good:
            session["payment_status"] = "paid"
        self._event(f"checkout.session.async_payment_{'succeeded' if good else 'failed'}", session)

    def expire(self, number: str) -> None:
        """A day went by and nobody paid."""
        self.sessions[number] |= {"status": "expired", "url": None}
        self._event("checkout.session.expired", self.sessions[number])

    def renew(self, number: str, *, good: bool = True) -> dict:
        """The next month's charge of a subscription."""
        subscription = self.subscriptions[number]
        invoice = self._invoice(subscription, "subscription_cycle", CARD, paid=good)
        self._event("invoice.paid" if good else "invoice.payment_failed", invoice)
        return invoice

    def finish_refund(self, number: str, *, good: bool) -> None:
        """The bank has taken the money back in, or returned it."""
        self.refunds[number]["status"] = "succeeded" if good else "failed"
        self._event("refund.updated" if good else "refund.failed", self.refunds[number])

    def dispute(self, intent: str) -> str:
        """The payer's bank asks for the money back; returns the dispute's id."""
        number = self._number("dp")
        self.disputes[number] = {
            "id": number,
            "object": "dispute",
            "amount": self.intents[intent]["amount_received"],
            "currency": self.intents[intent]["currency"],
            "payment_intent": intent,
            "status": "needs_response",
            "created": self.now(),
        }
        self._event("charge.dispute.created", self.disputes[number])
        return number

    def end_dispute(self, number: str, *, good: bool) -> None:
        """The bank has decided for us, or for the payer."""
        self.disputes[number]["status"] = "won" if good else "lost"
        self._event("charge.dispute.closed", self.disputes[number])

    def send_unknown_event(self) -> None:
        """A kind of event that nobody here has heard of."""
        self._event("mandate.updated", {"id": self._number("mandate"), "object": "mandate"})

    # --- Inside ---------------------------------------------------------------------------

    def _keep_if_asked(self, session: dict, intent: dict) -> None:
        wish = self._wishes[session["id"]]
        data = wish.get("payment_intent_data", {})
        intent["metadata"] = data.get("metadata", {})
        if wish.get("customer_creation") == "always" and data.get("setup_future_usage") == "off_session":
            intent["customer"], intent["payment_method"] = self.keep_a_card()
            session["customer"] = intent["customer"]

    def _subscribe(self, session: dict, method: str) -> None:
        wish = self._wishes[session["id"]]
        number = self._number("sub")
        subscription = {
            "id": number,
            "object": "subscription",
            "status": "active",
            "metadata": wish.get("subscription_data", {}).get("metadata", {}),
            "amount": session["amount_total"],
            "currency": session["currency"],
            "recurring": wish["line_items"][0]["price_data"]["recurring"],
            "created": self.now(),
        }
        self.subscriptions[number] = subscription
        invoice = self._invoice(subscription, "subscription_create", method, paid=True)
        session |= {"subscription": number, "invoice": invoice["id"]}
        self._event("invoice.paid", invoice)

    def _invoice(self, subscription: dict, reason: str, method: str, *, paid: bool) -> dict:
        number = self._number("in")
        invoice = {
            "id": number,
            "object": "invoice",
            "billing_reason": reason,
            "status": "paid" if paid else "open",
            "amount_due": subscription["amount"],
            "amount_paid": subscription["amount"] if paid else 0,
            "currency": subscription["currency"],
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
            },
            "created": self.now(),
        }
        self.invoices[number] = invoice
        intent = self._intent(subscription["amount"], subscription["currency"], method, received=paid)
        self.invoice_payments.append(
            {
                "id": self._number("inpay"),
                "object": "invoice_payment",
                "invoice": number,
                "status": "paid" if paid else "open",
                "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            }
        )
        return invoice

    def _intent(self, amount: int, currency: str, method: str, *, received: bool = True) -> dict:
        number = self._number("pi")
        self.intents[number] = {
            "id": number,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": amount if received else 0,
            "amount_refunded": 0,
            "currency": currency,
            "method": method,
            "status": "succeeded" if received else "requires_payment_method",
            "customer": None,
            "payment_method": None,
            "metadata": {},
            "last_payment_error": None,
            "created": self.now(),
        }
        return self.intents[number]

    def _event(self, kind: str, thing: dict[str, Any]) -> None:
        event = {
            "id": self._number("evt"),
            "object": "event",
            "api_version": self.api_version,
            "created": self.now(),
            "type": kind,
            "livemode": False,
            # A snapshot: what becomes of the object later does not change what was said.
            "data": {"object": dict(thing)},
        }
        self.events.append(event)
        self.tell(event)

    def _number(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):06d}"

    def _required(self, params: dict, name: str):
        if name not in params:
            raise ApiError(
                400, "invalid_request_error", f"Missing required param: {name}.", code="parameter_missing", param=name
            )
        return params[name]
