"""Cards that Stripe keeps: how they come, are charged while nobody is there, and are forgotten.

Sources, all under https://docs.stripe.com: payments/save-during-payment, payments/save-and-reuse (setup mode),
payments/payment-intents (statuses), api/payment_intents/create, api/customers/delete, api/idempotent_requests,
error-codes, declines/codes.

Each card has a customer of its own at Stripe, made with it, so that forgetting the card forgets the person as well.
"""

from calendar import monthrange
from datetime import date, datetime
from typing import Any

import stripe
from django.utils import timezone

from donations.exceptions import GatewayRefusedError, GatewayUnavailableError
from donations.payments.interface import (
    NEEDS_PAYER,
    CardGiven,
    CardOrder,
    CheckoutPage,
    KeptCard,
    PaymentFailed,
    PaymentPending,
    PaymentSettled,
    SavedCharge,
)
from donations.payments.minor_units import from_minor_units, to_minor_units
from donations.payments.stripe_client import api, asking, moment

# The keys under which our own references travel.
KEEP_KEY = "sanduq_keep_card"
CARD_KEY = "sanduq_card"
CHARGE_KEY = "sanduq_saved_charge"

ChargeFact = PaymentSettled | PaymentPending | PaymentFailed


def keeping(params: dict[str, Any]) -> None:
    """Let the session that `params` ask for keep the card. Only cards, since only they have digits to be known by."""
    params["metadata"] = {**params["metadata"], KEEP_KEY: "1"}
    params["customer_creation"] = "always"
    params["payment_method_types"] = ["card"]
    params["payment_intent_data"]["setup_future_usage"] = "off_session"


def card_of_payment(session: dict) -> KeptCard | None:
    """The card that a paid session in payment mode kept."""
    options = {"expand": ["payment_method"]}
    intent = asking(lambda: api().payment_intents.retrieve(session["payment_intent"], options))
    return _kept_card(intent)


def card_given(session: dict, at: datetime) -> CardGiven | None:
    """What a completed session in setup mode brought."""
    options = {"expand": ["payment_method"]}
    intent = asking(lambda: api().setup_intents.retrieve(session["setup_intent"], options))
    card = _kept_card(intent)
    return CardGiven(reference=session["metadata"][CARD_KEY], at=at, card=card) if card else None


def charge_changed(intent: dict, at: datetime) -> ChargeFact | None:
    """What a payment intent means to us; None for those of hosted pages, whose sessions tell."""
    reference = (intent.get("metadata") or {}).get(CHARGE_KEY)
    if not reference:
        return None
    status = intent["status"]
    if status == "succeeded":
        amount = from_minor_units(intent["amount_received"], intent["currency"])
        return PaymentSettled(reference=reference, at=at, amount=amount, charge=intent["id"])
    if status == "requires_action":
        # The holder is not there to act. Nothing was charged, and nobody will confirm this intent again.
        return PaymentFailed(reference=reference, at=at, reason=NEEDS_PAYER)
    if status in ("requires_payment_method", "canceled"):
        error = intent.get("last_payment_error") or {}
        return PaymentFailed(reference=reference, at=at, reason=_reason(error) or status)
    return PaymentPending(reference=reference, at=at)


class StripeCards:
    """The half of the Stripe gateway that has to do with kept cards."""

    def open_card_page(self, order: CardOrder) -> CheckoutPage:
        params: dict[str, Any] = {
            "mode": "setup",
            "customer_creation": "always",
            "payment_method_types": ["card"],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "client_reference_id": order.reference,
            "metadata": {CARD_KEY: order.reference},
            "locale": "en" if order.language == "en" else "auto",
        }
        if order.subscription:
            # A subscription is paid by cards of its own customer only.
            del params["customer_creation"]
            params["customer"] = asking(lambda: api().subscriptions.retrieve(order.subscription)).customer
        elif order.payer_email:
            params["customer_email"] = order.payer_email
        key = f"card-{order.reference}"
        session = asking(lambda: api().checkout.sessions.create(params, {"idempotency_key": key}))
        return CheckoutPage(reference=session.id, url=session.url)

    def look_up_card(self, gateway_reference: str) -> CardGiven | None:
        session = asking(lambda: api().checkout.sessions.retrieve(gateway_reference))
        return card_given(session.to_dict(), moment(session.created)) if session.status == "complete" else None

    def charge_saved(self, order: SavedCharge) -> ChargeFact:
        params = {
            "amount": to_minor_units(order.amount),
            "currency": str(order.amount.currency).lower(),
            "customer": order.customer,
            "payment_method": order.method,
            "payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "description": order.description,
            "metadata": {CHARGE_KEY: order.reference},
        }
        options = {"idempotency_key": f"charge-{order.reference}"}
        try:
            intent = api().payment_intents.create(params, options)
        except stripe.CardError as error:
            return _declined(order, error)
        except stripe.InvalidRequestError as error:
            # It was not even tried: the card or its customer is gone at Stripe, or the amount is not to be had.
            raise GatewayRefusedError from error
        except stripe.StripeError as error:
            # Nobody knows whether it was charged; nor does a key that is in use, or was used otherwise, tell.
            raise GatewayUnavailableError from error
        return _fact_of(intent)

    def find_saved_charge(self, order: SavedCharge) -> ChargeFact | None:
        options = {"customer": order.customer, "limit": 100}
        for intent in asking(lambda: api().payment_intents.list(options)).auto_paging_iter():
            if (intent.to_dict().get("metadata") or {}).get(CHARGE_KEY) == order.reference:
                return _fact_of(intent)
        return None

    def forget_card(self, customer: str, method: str) -> None:
        options = {"idempotency_key": f"forget-{customer}"}
        try:
            api().customers.delete(customer, {}, options)
        except stripe.InvalidRequestError as error:
            # What is deleted already cannot be found a second time.
            if error.code != "resource_missing":
                raise GatewayRefusedError from error
        except stripe.StripeError as error:
            raise GatewayUnavailableError from error


def _fact_of(intent: Any) -> Any:
    """By the intent's own moment: messages about it that come later are later than that, whatever our clock says."""
    return charge_changed(intent.to_dict(), moment(intent.created))


def _declined(order: SavedCharge, error: stripe.CardError) -> PaymentFailed:
    told = (error.json_body or {}).get("error", {}) if isinstance(error.json_body, dict) else {}
    created = (told.get("payment_intent") or {}).get("created")
    at = moment(created) if created else timezone.now()
    return PaymentFailed(reference=order.reference, at=at, reason=_reason(told) or "declined")


def _reason(error: dict) -> str:
    """Stripe's word for why: the code of the decline where there is one, since "card_declined" says little."""
    code = error.get("code") or ""
    return error.get("decline_code") or code if code == "card_declined" else code


def _kept_card(intent: Any) -> KeptCard | None:
    return kept_card(intent.customer, intent.payment_method)


def kept_card(customer: str | None, method: Any) -> KeptCard | None:
    """The card that is `method`, expanded, of `customer`; None for another way to pay."""
    if not customer or method is None or method.type != "card":
        return None
    card = method.card
    last_day = monthrange(card.exp_year, card.exp_month)[1]
    return KeptCard(
        customer=customer,
        method=method.id,
        brand=card.brand,
        last4=card.last4,
        expires_on=date(card.exp_year, card.exp_month, last_day),
    )
