"""A small stateful server that answers like Stripe, for exactly the calls that Sanduq makes.

Sources, all under https://docs.stripe.com: api/checkout/sessions, api/payment_intents, api/setup_intents,
api/payment_methods, api/customers, api/invoices, api/invoice-payment, api/refunds,
api/subscriptions, api/events, api/idempotent_requests, api/errors, webhooks.
It proves our wiring; it does not prove Stripe.
"""

from .server import StandIn

__all__ = ["StandIn"]
