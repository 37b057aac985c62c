"""Sessions of log-ins that are gone. They open nothing any more; what they remember goes as well."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.batching import batched
from members.models import User

BATCH = 1_000


def forget_sessions_of(user_pk: int) -> int:
    """Delete the sessions of one log-in and return how many there were. Sessions do not say whose they are, so all are read."""
    return _delete(lambda owner: owner == str(user_pk))


def forget_dead_sessions() -> int:
    """Delete sessions that have run out, or whose log-in is gone, and return how many there were."""
    expired, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    living = {str(pk) for pk in User.objects.values_list("pk", flat=True)}
    return expired + _delete(lambda owner: owner is not None and owner not in living)


def _delete(is_dead) -> int:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    rows = Session.objects.values_list("session_key", "session_data").iterator(chunk_size=BATCH)
    keys = [key for key, data in rows if is_dead(store.decode(data).get(SESSION_KEY))]
    for some in batched(keys, BATCH):
        Session.objects.filter(session_key__in=some).delete()
    return len(keys)
