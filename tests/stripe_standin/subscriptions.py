"""Subscriptions of the stand-in: begun on a hosted page, changed and paused by the API, charged as days go by."""

from .errors import ApiError, missing


class SubscriptionBooks:
    """The part of the books that has to do with what is charged again and again."""

    def begin_subscriptions(self) -> None:
        self.subscriptions: dict[str, dict] = {}
        self.invoices: dict[str, dict] = {}
        self.invoice_payments: list[dict] = []

    # --- What the API does ----------------------------------------------------------------

    def update_subscription(self, number: str, params: dict) -> dict:
        """`subscriptions.update`: price, end of trial, pause of collection. Whatever else is asked for is refused."""
        subscription = self._running(number)
        known = {"items", "proration_behavior", "pause_collection", "trial_end", "default_payment_method"}
        if unknown := set(params) - known:
            raise ApiError(400, "invalid_request_error", f"The stand-in does not know {sorted(unknown)}.")
        for wish in params.get("items", []):
            [item] = [item for item in subscription["items"]["data"] if item["id"] == wish["id"]]
            item["price"] = self._price(wish["price_data"])
        if "trial_end" in params:
            trial_end = int(params["trial_end"])
            if trial_end <= self.now():
                raise ApiError(
                    400, "invalid_request_error", "Invalid timestamp: must be in the future.", param="trial_end"
                )
            subscription |= {"status": "trialing", "trial_end": trial_end, "billing_cycle_anchor": trial_end}
        if method := params.get("default_payment_method"):
            if self.methods[method]["customer"] != subscription["customer"]:
                raise ApiError(400, "invalid_request_error", "The payment method belongs to another customer.")
            subscription["default_payment_method"] = method
        if "pause_collection" in params:
            pause = params["pause_collection"] or None
            if pause and "resumes_at" in pause:
                pause = {**pause, "resumes_at": int(pause["resumes_at"])}
            subscription["pause_collection"] = pause
        self._event("customer.subscription.updated", subscription)
        return subscription

    def pay_invoice(self, number: str, params: dict) -> dict:
        """`invoices.pay` with a card: a good one pays, another is refused and leaves the invoice open."""
        if self.methods[params["payment_method"]]["behaves"] != "good":
            self.try_again(number, good=False)
            raise ApiError(402, "card_error", "Your card was declined.", code="card_declined")
        self.try_again(number)
        return self.invoices[number]

    def open_invoices(self, params: dict) -> list[dict]:
        """`invoices.list` of one subscription, by status."""
        return [
            invoice
            for invoice in self.invoices.values()
            if invoice["status"] == params["status"]
            and invoice["parent"]["subscription_details"]["subscription"] == params["subscription"]
        ]

    def cancel_subscription(self, number: str) -> dict:
        subscription = self._running(number)
        subscription |= {"status": "canceled", "canceled_at": self.now()}
        self._event("customer.subscription.deleted", subscription)
        return subscription

    # --- What days and banks do -----------------------------------------------------------

    def renew(self, number: str, *, good: bool = True, at: int | None = None) -> dict | None:
        """The moment `at` of the cycle has come: the card is charged, or the invoice is void while it is paused.

        Returns the invoice; None before the end of a trial, and after the subscription has ended.
        """
        subscription, at = self.subscriptions[number], self.now() if at is None else at
        if subscription["status"] == "canceled" or at < (subscription["trial_end"] or 0):
            return None
        pause = subscription["pause_collection"]
        if pause and pause.get("resumes_at", at + 1) <= at:
            subscription["pause_collection"] = pause = None
        if pause:
            invoice = self._invoice(subscription, "subscription_cycle", paid=False, status="void")
            self._event("invoice.voided", invoice)
            return invoice
        subscription["status"] = "active" if good else "past_due"
        invoice = self._invoice(subscription, "subscription_cycle", paid=good)
        self._event("invoice.paid" if good else "invoice.payment_failed", invoice)
        return invoice

    def try_again(self, number: str, *, good: bool = True) -> None:
        """A charge that failed is tried once more, which goes on while collection is paused."""
        invoice = self.invoices[number]
        if invoice["status"] != "open":
            raise ApiError(400, "invalid_request_error", "This invoice is not open.")
        if good:
            invoice |= {"status": "paid", "amount_paid": invoice["amount_due"]}
            self._pay_invoice(invoice)
        self._event("invoice.paid" if good else "invoice.payment_failed", invoice)

    # --- Inside ---------------------------------------------------------------------------

    def _subscribe(self, session: dict, method: str) -> None:
        wish = self.wish_of(session["id"])
        data = wish.get("subscription_data", {})
        number = self._number("sub")
        customer, card = self.keep_a_card()
        [price] = [line["price_data"] for line in wish["line_items"] if "recurring" in line["price_data"]]
        trial_end = int(data["trial_end"]) if "trial_end" in data else None
        subscription = {
            "id": number,
            "object": "subscription",
            "status": "trialing" if trial_end else "active",
            "metadata": data.get("metadata", {}),
            "items": {"object": "list", "data": [{"id": self._number("si"), "price": self._price(price)}]},
            "trial_end": trial_end,
            "pause_collection": None,
            "customer": customer,
            "default_payment_method": card,
            "created": self.now(),
        }
        self.subscriptions[number] = subscription
        invoice = self._invoice(
            subscription, "subscription_create", paid=True, amount=session["amount_total"], method=method
        )
        session |= {"subscription": number, "invoice": invoice["id"]}
        self._event("invoice.paid", invoice)

    def _running(self, number: str) -> dict:
        subscription = self.subscriptions.get(number)
        if subscription is None or subscription["status"] == "canceled":
            raise missing("subscription", number)
        return subscription

    def _price(self, data: dict) -> dict:
        return {
            "id": self._number("price"),
            "object": "price",
            "currency": data["currency"],
            "unit_amount": int(data["unit_amount"]),
            "product": data.get("product") or self._number("prod"),
            "recurring": data["recurring"],
        }

    def _invoice(
        self,
        subscription: dict,
        reason: str,
        *,
        paid: bool,
        status: str = "",
        amount: int | None = None,
        method: str = "card",
    ) -> dict:
        number = self._number("in")
        [item] = subscription["items"]["data"]
        amount = item["price"]["unit_amount"] if amount is None else amount
        invoice = {
            "id": number,
            "object": "invoice",
            "billing_reason": reason,
            "status": status or ("paid" if paid else "open"),
            "amount_due": amount,
            "amount_paid": amount if paid else 0,
            "currency": item["price"]["currency"],
            "parent": {
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
            },
            "created": self.now(),
        }
        self.invoices[number] = invoice
        self._pay_invoice(invoice, method=method, received=paid)
        return invoice

    def _pay_invoice(self, invoice: dict, *, method: str = "card", received: bool = True) -> None:
        intent = self._intent(invoice["amount_due"], invoice["currency"], method, received=received)
        self.invoice_payments.append(
            {
                "id": self._number("inpay"),
                "object": "invoice_payment",
                "invoice": invoice["id"],
                "status": "paid" if received else "open",
                "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            }
        )
