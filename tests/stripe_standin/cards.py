"""Cards that the stand-in keeps, and what becomes of charging them while nobody is there."""

from typing import Any

from .errors import ApiError, missing

GOOD, DECLINED, ASKS_HOLDER, SLOW, EXPIRED = "good", "declined", "asks_holder", "slow", "expired"

# Code and decline code of a refusal: https://docs.stripe.com/error-codes, https://docs.stripe.com/declines/codes
_REFUSALS = {
    DECLINED: ("card_declined", "insufficient_funds"),
    ASKS_HOLDER: ("authentication_required", "authentication_required"),
    EXPIRED: ("expired_card", "expired_card"),
}


class CardBooks:
    """The part of the books that has to do with customers and their cards. `card_behaves` is what the next card does."""

    def begin_cards(self) -> None:
        self.customers: dict[str, dict] = {}
        self.methods: dict[str, dict] = {}
        self.setups: dict[str, dict] = {}
        self.card_behaves = GOOD
        self.card_expires = (12, 2030)

    def keep_a_card(self, customer: str | None = None) -> tuple[str, str]:
        """A card attached to `customer`, or to a new one, as Checkout makes them; their ids."""
        customer, method = customer or self._number("cus"), self._number("pm")
        month, year = self.card_expires
        self.customers.setdefault(customer, {"id": customer, "object": "customer", "created": self.now()})
        self.methods[method] = {
            "id": method,
            "object": "payment_method",
            "type": "card",
            "customer": customer,
            "card": {"brand": "visa", "last4": "4242", "exp_month": month, "exp_year": year},
            "behaves": self.card_behaves,
        }
        return customer, method

    def give_card(self, number: str) -> None:
        """The holder fills in the page of a session in setup mode."""
        session = self.sessions[number]
        customer, method = self.keep_a_card(self.wish_of(number).get("customer"))
        intent = {
            "id": self._number("seti"),
            "object": "setup_intent",
            "status": "succeeded",
            "customer": customer,
            "payment_method": method,
            "created": self.now(),
        }
        self.setups[intent["id"]] = intent
        session |= {"status": "complete", "payment_status": "no_payment_required", "customer": customer}
        session["setup_intent"] = intent["id"]
        self._event("checkout.session.completed", session)

    def charge_kept_card(self, params: dict) -> dict:
        """`payment_intents.create` with `off_session` and `confirm`."""
        customer, method = self._required(params, "customer"), self._required(params, "payment_method")
        if customer not in self.customers:
            raise missing("customer", customer)
        card = self.methods.get(method)
        if card is None or card["customer"] != customer:
            raise missing("payment_method", method)
        if params.get("off_session") != "true" or params.get("confirm") != "true":
            raise ApiError(
                400, "invalid_request_error", "The stand-in knows only charges off session, confirmed at once."
            )
        behaves = card["behaves"]
        intent = self._intent(
            int(self._required(params, "amount")), self._required(params, "currency"), "card", received=behaves == GOOD
        )
        intent |= {"customer": customer, "payment_method": method, "metadata": params.get("metadata", {})}
        if behaves == SLOW:
            intent["status"] = "processing"
            self._event("payment_intent.processing", intent)
        elif behaves == GOOD:
            self._event("payment_intent.succeeded", intent)
        else:
            code, decline_code = _REFUSALS[behaves]
            told: dict[str, Any] = {"type": "card_error", "code": code, "decline_code": decline_code, "message": "No."}
            intent["last_payment_error"] = told
            self._event("payment_intent.payment_failed", intent)
            error = ApiError(402, "card_error", "Your card was declined.", code=code)
            error.body["error"] |= {"decline_code": decline_code, "payment_intent": dict(intent)}
            raise error
        return intent

    def bank_decides(self, number: str, *, good: bool) -> None:
        """The bank of a slow card has answered."""
        intent = self.intents[number]
        if good:
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        else:
            intent |= {"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}}
        self._event("payment_intent.succeeded" if good else "payment_intent.payment_failed", intent)

    def delete_customer(self, number: str) -> dict:
        if self.customers.pop(number, None) is None:
            raise missing("customer", number)
        for method in self.methods.values():
            if method["customer"] == number:
                method["customer"] = None
        return {"id": number, "object": "customer", "deleted": True}

    def expanded(self, thing: dict, params: dict) -> dict:
        """An intent or subscription with its card inside, where that was asked for."""
        wanted = [name for name in ("payment_method", "default_payment_method") if name in params.get("expand", [])]
        return {**thing, **{name: self.methods[thing[name]] for name in wanted if thing.get(name)}}

    def intents_of(self, customer: str) -> list[dict]:
        """Oldest first."""
        return [intent for intent in self.intents.values() if intent.get("customer") == customer]
