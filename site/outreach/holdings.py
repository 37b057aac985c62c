"""What outreach holds about people: messages to them, and addresses to which nothing is sent."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from members.domain.holdings import Holding, OnErasure, Person, any_of, register
from members.models import Contact
from outreach.models import Delivery, DeliveryState, Suppression


def messages_by_address(person: Person) -> Q | None:
    """Messages that went to an address before anybody knew whose it was, such as codes to log in with."""
    found = any_of("address", person.own_emails)
    return None if found is None else Q(contact=None) & found


def suppressions(person: Person) -> Q | None:
    """A shared address stays suppressed: whoever else uses it still counts on it."""
    return Q(address__in=person.own_emails) if person.own_emails else None


def hold_back_messages(contact: Contact) -> None:
    """What waits to be sent is not sent."""
    waiting = Delivery.objects.filter(contact=contact, state=DeliveryState.QUEUED)
    waiting.update(state=DeliveryState.SKIPPED)


def declare() -> None:
    """Called once, when the app is ready."""
    register(
        Holding(
            Delivery,
            gettext_lazy("Messages"),
            loose=messages_by_address,
            shows=("created_at", "address", "template", "campaign", "subject", "state", "sent_at", "context"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("How many messages a campaign sent stays; to whom, and what was in it, goes."),
            blank={"address": "", "context": {}, "subject": "", "reason": "", "attachments": []},
            before=hold_back_messages,
            age="created_at",
            ripe=Q(state__in=(DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.FAILED)),
        ),
        Holding(
            Suppression,
            gettext_lazy("Addresses that nothing is sent to"),
            paths=(),
            loose=suppressions,
            shows=("address", "reason", "created_at"),
        ),
    )
