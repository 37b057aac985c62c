"""What the stand-in remembers, and what becomes of it when somebody pays."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from .cards import CardBooks
from .errors import ApiError, missing
from .subscriptions import SubscriptionBooks

# Stripe lists a session in `checkout.session.completed` as paid, or unpaid when the bank still has to say so.
CARD, SLOW_BANK = "card", "slow_bank"
DAY_SECONDS = 86_400


class Books(CardBooks, SubscriptionBooks):
    """Every object by its id. `tell` is called with each event, in the order in which things happen."""

    def __init__(self, *, base_url: str, api_version: str, tell: Callable[[dict], None]):
        self.base_url, self.api_version, self.tell = base_url, api_version, tell
        self.lock = threading.RLock()
        self.sessions: dict[str, dict] = {}
        self.intents: dict[str, dict] = {}
        self.refunds: dict[str, dict] = {}
        self.disputes: dict[str, dict] = {}
        self.events: list[dict] = []
        # Stripe's clock counts in seconds; events of one second have no order.
        self.now: Callable[[], int] = lambda: int(time.time())
        self._numbers = itertools.count(1)
        self._wishes: dict[str, dict] = {}
        self.begin_cards()
        self.begin_subscriptions()

    # --- What the API does ----------------------------------------------------------------

    def create_session(self, params: dict) -> dict:
        mode = self._required(params, "mode")
        if mode == "setup":
            return self._open_session(params, mode, amount=0, currency=None)
        prices = [self._required(item, "price_data") for item in self._required(params, "line_items")]
        if any("recurring" in price for price in prices) != (mode == "subscription"):
            raise ApiError(
                400,
                "invalid_request_error",
                "Subscription mode needs a recurring price, and payment mode one that is not.",
                param="line_items",
            )
        if min(int(self._required(price, "unit_amount")) for price in prices) <= 0:
            raise ApiError(400, "invalid_request_error", "Invalid integer.", param="line_items[0][price_data]")
        # What recurs is not charged before a trial is over.
        is_trial = "trial_end" in params.get("subscription_data", {})
        if is_trial and int(params["subscription_data"]["trial_end"]) < self.now() + 2 * DAY_SECONDS:
            raise ApiError(400, "invalid_request_error", "The trial must end at least 2 days in the future.")
        due = [int(price["unit_amount"]) for price in prices if not (is_trial and "recurring" in price)]
        return self._open_session(params, mode, amount=sum(due), currency=self._required(prices[0], "currency"))

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
