"""How often somebody without a log-in may ask how people of the public directory are reached."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

LOOKS_PER_HOUR = 30
LOOKS_ARE_KEPT_SECONDS = 3600


def may_look(address: str) -> bool:
    """Count one look from the internet address `address`, and return whether it is one of the first LOOKS_PER_HOUR.

    Counted for an hour, in the cache only and under a keyed digest.
    """
    key = f"directory.looks.{salted_hmac('directory.address', address, algorithm='sha256').hexdigest()}"
    cache.add(key, 0, LOOKS_ARE_KEPT_SECONDS)
    try:
        return cache.incr(key) <= LOOKS_PER_HOUR
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, LOOKS_ARE_KEPT_SECONDS)
        return True
