"""How Stripe is asked, and what its errors mean."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import stripe
from django.conf import settings

from donations.exceptions import GatewayRefusedError, GatewayUnavailableError

Answer = TypeVar("Answer")

# Pinned: another version may move fields that `read` looks for. Raise it together with the stand-in of the tests.
API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 15


@cache
def _client(key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base} if api_base else None,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def api() -> Any:
    """The API that the installation's key opens."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE).v1


def moment(timestamp: int) -> datetime:
    """Stripe counts seconds since 1970."""
    return datetime.fromtimestamp(timestamp, tz=UTC)


def translated(error: stripe.StripeError) -> GatewayUnavailableError | GatewayRefusedError:
    """A refusal is final; everything else (network, rate limit, their fault, our key) may be tried again."""
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError | stripe.IdempotencyError):
        return GatewayRefusedError()
    return GatewayUnavailableError()


def asking(call: Callable[[], Answer]) -> Answer:
    """Return what `call` returns. Raises GatewayUnavailableError or GatewayRefusedError for Stripe's own errors."""
    try:
        return call()
    except stripe.StripeError as error:
        raise translated(error) from error
