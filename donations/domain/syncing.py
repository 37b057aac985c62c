"""What a gateway told and nobody heard: asked for again, and taken the same way as what its messages bring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from donations.domain.events import apply_event, store_message
from donations.models import PaymentEvent
from donations.payments.interface import Message
from donations.payments.registry import gateways_switched_on, get_gateway

# So many numbers are looked for in one query.
BLOCK = 200


@dataclass(frozen=True)
class Pulled:
    """What asking again has brought: messages looked at, those that were missing, and those of them applied by now."""

    seen: int = 0
    missing: int = 0
    applied: int = 0

    def __add__(self, other: "Pulled") -> "Pulled":
        return Pulled(self.seen + other.seen, self.missing + other.missing, self.applied + other.applied)


def pull_missed(gateway: str, *, since: datetime) -> Pulled:
    """Ask `gateway` for all that it told since `since`, and store and apply what is not here; return what that brought.

    What is here is left alone, so that a second time changes nothing. What cannot be applied yet waits in the same place
    as any other message. Call it outside a transaction. Raises UnknownGatewayError, GatewayUnavailableError,
    GatewayRefusedError; what was taken in before that stays.
    """
    told = get_gateway(gateway).messages_since(since)
    pulled = Pulled()
    while block := list(islice(told, BLOCK)):
        pulled += _take_in(gateway, block)
    return pulled


def pull_missed_of_all(*, since: datetime) -> Pulled:
    """The same for every gateway that is switched on and remembers what it told."""
    return sum((pull_missed(gateway.code, since=since) for gateway in _remembering()), Pulled())


def _remembering() -> Iterator:
    return (gateway for gateway in gateways_switched_on() if gateway.remembers)


def _take_in(gateway: str, block: list[Message]) -> Pulled:
    numbers = [message.event_id for message in block]
    known = set(PaymentEvent.objects.filter(gateway=gateway, event_id__in=numbers).values_list("event_id", flat=True))
    missing = [store_message(gateway, message) for message in block if message.event_id not in known]
    return Pulled(len(block), len(missing), sum(apply_event(event) for event in missing))
