"""How often somebody may try codes that do not exist."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

WRONG_CARDS_PER_HOUR = 30
TRIES_ARE_KEPT_SECONDS = 3600


def may_try(address: str) -> bool:
    """Whether fewer than WRONG_CARDS_PER_HOUR unknown cards were asked for from the internet address `address`.

    Cards that exist count for nothing, so that a gate may check a thousand of them.
    """
    return cache.get(_key(address), 0) < WRONG_CARDS_PER_HOUR


def note_wrong_try(address: str) -> None:
    """Count one card that nobody has for an hour, in the cache only and under a keyed digest of the address."""
    cache.add(_key(address), 0, TRIES_ARE_KEPT_SECONDS)
    try:
        cache.incr(_key(address))
    except ValueError:  # it expired between the two lines
        cache.set(_key(address), 1, TRIES_ARE_KEPT_SECONDS)


def _key(address: str) -> str:
    return f"members.wrong-cards.{salted_hmac('members.card.address', address, algorithm='sha256').hexdigest()}"
