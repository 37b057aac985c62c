"""One colleague's follow-ups as a calendar (RFC 5545), under a secret address that can be taken back."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDate

from members.domain.interactions import follow_ups_of
from members.models import FollowUpFeed, User


def make_feed(user: User) -> str:
    """Return the secret of a new feed for `user`: 256 bits, shown this once. An older one is void from now on."""
    token = secrets.token_urlsafe(32)
    FollowUpFeed.objects.update_or_create(user=user, defaults={"token_hash": _hash(token)})
    return token


def revoke_feed(user: User) -> None:
    """Make the address of the feed lead nowhere."""
    FollowUpFeed.objects.filter(user=user).delete()


def user_of_feed(token: str) -> User | None:
    """Return whose feed `token` opens, or None. Somebody who may no longer see contacts has no feed either."""
    feed = FollowUpFeed.objects.select_related("user").filter(token_hash=_hash(token)).first()
    if feed is None or not feed.user.is_active or not feed.user.has_perm("members.view_interaction"):
        return None
    return feed.user


def calendar_of(user: User, *, host: str, now: datetime) -> bytes:
    """Return the open follow-ups of `user` as all-day events. `host` makes their identifiers unique in the world."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sanduq//Follow-ups//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("My follow-ups"))
    for interaction in follow_ups_of(user):
        if interaction.follow_up_on:
            calendar.add_component(_event(interaction, interaction.follow_up_on, host=host, now=now))
    return calendar.to_ical()


def _event(interaction, day: date, *, host: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"follow-up-{interaction.pk}@{host}")
    event.add("dtstamp", now)
    event["dtstart"] = vDate(day)
    event["dtend"] = vDate(day + timedelta(days=1))
    event["dtstart"].params["VALUE"] = event["dtend"].params["VALUE"] = "DATE"
    event.add("summary", f"{interaction.contact}: {interaction.subject}")
    event.add("transp", "TRANSPARENT")
    return event


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
