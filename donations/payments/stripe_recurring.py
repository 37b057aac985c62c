"""Recurring gifts at Stripe: subscriptions that begin on a checkout page, are changed, paused and cancelled.

Sources, all under https://docs.stripe.com: payments/checkout/subscriptions, api/subscriptions/update,
billing/subscriptions/pause-payment, billing/subscriptions/billing-cycle (a trial's end moves the day of the cycle),
billing/subscriptions/prorations.
"""

import hashlib
import json
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import stripe
from django.utils import timezone
from djmoney.money import Money

from donations.exceptions import GatewayRefusedError
from donations.payments.interface import KeptCard, RecurringTerms, Schedule
from donations.payments.minor_units import to_minor_units
from donations.payments.stripe_cards import kept_card
from donations.payments.stripe_client import api, asking, translated

# The key under which our own reference travels.
RECURRING_KEY = "sanduq_recurring"


def subscribing(params: dict[str, Any], schedule: Schedule, *, total: Money, description: str) -> None:
    """Let the session that `params` ask for begin `schedule`; what of `total` is not its first charge is paid once."""
    recurring = {RECURRING_KEY: schedule.reference}
    params["mode"] = "subscription"
    params["metadata"] = {**params["metadata"], **recurring}
    params["subscription_data"] = {"metadata": recurring}
    once = total if schedule.first_on else total - schedule.amount
    lines = [_line(schedule.amount, description, recurring=_rhythm(schedule))]
    if once.amount:
        lines.append(_line(once, description))
    if schedule.first_on:
        # Until then nothing of the schedule is charged; its days are counted from there.
        params["subscription_data"]["trial_end"] = _noon(schedule.first_on)
    params["line_items"] = lines


def _line(amount: Money, description: str, **price: Any) -> dict[str, Any]:
    data = {
        "currency": str(amount.currency).lower(),
        "unit_amount": to_minor_units(amount),
        "product_data": {"name": description},
        **price,
    }
    return {"quantity": 1, "price_data": data}


def _rhythm(schedule: Schedule) -> dict[str, Any]:
    return {"interval": schedule.unit.value, "interval_count": schedule.count}


def _noon(day: date) -> int:
    """The middle of the day is the same day in every time zone that donor and nonprofit may be in."""
    return int(timezone.make_aware(datetime.combine(day, time(12))).timestamp())


class StripeRecurring:
    """The part of the Stripe gateway that has to do with recurring gifts."""

    def set_recurring(self, terms: RecurringTerms) -> None:
        subscription = asking(lambda: api().subscriptions.retrieve(terms.subscription))
        [item] = subscription["items"]["data"]
        params: dict[str, Any] = {
            "items": [{"id": item["id"], "price_data": _price(terms.schedule, item["price"]["product"])}],
            "proration_behavior": "none",
            "pause_collection": _pause(terms),
        }
        if terms.charge_on:
            params["trial_end"] = _noon(terms.charge_on)
        # The same words under one key are one change; said otherwise, since it was held meanwhile, they are another.
        words = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]
        options = {"idempotency_key": f"recurring-{terms.key}-{words}"}
        asking(lambda: api().subscriptions.update(terms.subscription, params, options))

    def card_of_recurring(self, subscription: str) -> KeptCard | None:
        options = {"expand": ["default_payment_method"]}
        found = asking(lambda: api().subscriptions.retrieve(subscription, options))
        return kept_card(found.customer, found.default_payment_method)

    def use_card(self, subscription: str, method: str) -> str:
        params = {"default_payment_method": method}
        options = {"idempotency_key": f"card-{subscription}-{method}"}
        asking(lambda: api().subscriptions.update(subscription, params, options))
        for invoice in asking(lambda: api().invoices.list({"subscription": subscription, "status": "open"})).data:
            key = {"idempotency_key": f"pay-{invoice.id}-{method}"}
            # A refusal of the new card comes as a message, like every charge that fails.
            with suppress(GatewayRefusedError):
                asking(lambda invoice=invoice, key=key: api().invoices.pay(invoice.id, {"payment_method": method}, key))
        return subscription

    def stop_recurring(self, gateway_reference: str) -> None:
        options = {"idempotency_key": f"stop-{gateway_reference}"}
        try:
            api().subscriptions.cancel(gateway_reference, {}, options)
        except stripe.InvalidRequestError as error:
            # What is cancelled already cannot be found a second time.
            if error.code != "resource_missing":
                raise GatewayRefusedError from error
        except stripe.StripeError as error:
            raise translated(error) from error


def _price(schedule: Schedule, product: str) -> dict[str, Any]:
    return {
        "currency": str(schedule.amount.currency).lower(),
        "unit_amount": to_minor_units(schedule.amount),
        "product": product,
        "recurring": _rhythm(schedule),
    }


def _pause(terms: RecurringTerms) -> dict[str, Any] | str:
    """Invoices of the days in between are void, not kept for later: a pause is not a debt."""
    if terms.is_held:
        return {"behavior": "void"}
    return {"behavior": "void", "resumes_at": _midnight(terms.paused_until)} if terms.paused_until else ""


def _midnight(day: date) -> int:
    return int(timezone.make_aware(datetime.combine(day, time())).timestamp())
