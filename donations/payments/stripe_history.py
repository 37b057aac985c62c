"""What Stripe remembers: the events of the last thirty days, for whatever no webhook brought.

Sources, all under https://docs.stripe.com: api/events/list (thirty days, newest first), api/events/object (`account`,
`livemode`, `api_version`), api/pagination.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings

from donations.exceptions import ForeignEventError
from donations.payments.interface import Message
from donations.payments.stripe_client import API_VERSION, api, asking, moment

# As many as a page of theirs may hold.
PAGE = 100
# Where an object is asked for anew, by what an event says that it is.
_SERVICES = {
    "checkout.session": "checkout.sessions",
    "invoice": "invoices",
    "subscription": "subscriptions",
    "refund": "refunds",
    "dispute": "disputes",
    "payment_intent": "payment_intents",
}


def message_of(event: dict, payload: str) -> Message:
    """The message that `event` is, which `payload` says word for word. Raises KeyError for what is no event."""
    return Message(event_id=event["id"], kind=event["type"], happened_at=moment(event["created"]), payload=payload)


def refuse_foreign(event: dict) -> None:
    """Raise ForeignEventError for an event of another account, or of test money where real money is taken and reverse."""
    if event.get("account"):
        raise ForeignEventError
    if event.get("livemode", False) != is_live():
        raise ForeignEventError


def is_live() -> bool:
    """Whether our key moves real money: Stripe's keys say so themselves, the restricted ones (rk_) as well."""
    return "live" in settings.STRIPE_SECRET_KEY.split("_")[:3]


class StripeHistory:
    """The part of the Stripe gateway that looks back."""

    remembers = True

    def messages_since(self, since: datetime) -> Iterator[Message]:
        kinds = sorted(self._READERS)  # type: ignore[attr-defined]
        start, end = since, datetime.now(tz=UTC)
        while start <= end:
            stop = start + timedelta(days=1)
            yield from self._messages(kinds, start, stop)
            start = stop

    def _messages(self, kinds: list[str], start: datetime, stop: datetime) -> Iterator[Message]:
        """Those of one day, oldest first; Stripe lists the newest first."""
        params = {
            "created": {"gte": int(start.timestamp()), "lt": int(stop.timestamp())},
            "types": kinds,
            "limit": PAGE,
        }
        found = asking(lambda: list(api().events.list(params).auto_paging_iter()))
        for event in reversed(found):
            facts = _in_our_version(event.to_dict())
            yield message_of(facts, json.dumps(facts))


def _in_our_version(event: dict) -> dict:
    """`event` with its object as our version of the API shows it.

    A webhook speaks the version that it was made for; what is asked for afterwards speaks the account's own, which may be
    older and name things otherwise. The object is then asked for anew: later than the event, and as true.
    """
    thing: dict[str, Any] = event["data"]["object"]
    service = _SERVICES.get(thing.get("object", ""))
    if event.get("api_version") == API_VERSION or service is None:
        return event
    fresh = asking(lambda: attrgetter(service)(api()).retrieve(thing["id"]))
    return {**event, "api_version": API_VERSION, "data": {**event["data"], "object": fresh.to_dict()}}
