"""What the donations' wing holds about people. The books stay; who it was goes."""

import json
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.models import (
    Allocation,
    CardRemoval,
    CardSetup,
    Dispute,
    Gift,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Receipt,
    RecurringChange,
    RecurringGift,
    RecurringShare,
    RecurringStatus,
    Refund,
    RefundStatus,
    SavedCard,
    TransferReceived,
    Tribute,
)
from members.domain.holdings import Holding, OnErasure, Person, any_of, mentions, plain_text, register
from members.models import Contact

# Commercial and tax law ask for six to ten years almost everywhere; nobody may set less.
BOOKS_MONTHS = 120
# Card schemes let a payer dispute a charge for up to 540 days; what the gateway said is then the only proof.
GATEWAY_MONTHS = 18
# An open page to pay on is abandoned after a day at the gateways; a week leaves room for slow ones.
OPEN_PAYMENT_DAYS = 7


def still_gives(contact: Contact) -> str:
    """A gateway would go on charging somebody whom we no longer know."""
    running = (RecurringStatus.ACTIVE, RecurringStatus.STARTING)
    if contact.recurring_gifts.filter(status=RecurringStatus.ACTIVE).exists():
        return _("A regular donation is active. Stop it first.")
    recent = timezone.now() - timedelta(days=OPEN_PAYMENT_DAYS)
    if contact.recurring_gifts.filter(status__in=running, created_at__gte=recent).exists():
        return _("A regular donation is about to start. Stop it first, or wait a week.")
    return ""


def money_is_moving(contact: Contact) -> str:
    """Money that arrives or goes back must find whose it is."""
    recent = timezone.now() - timedelta(days=OPEN_PAYMENT_DAYS)
    payments = contact.payments.all()
    if payments.filter(status=PaymentStatus.PENDING).exists():
        return _("A payment is on its way. Wait until it has arrived or failed.")
    if payments.filter(status=PaymentStatus.OPEN, created_at__gte=recent).exists():
        return _("A payment was begun less than a week ago. Wait until it is paid or the week is over.")
    if Refund.objects.filter(
        payment__payer=contact, status__in=(RefundStatus.REQUESTED, RefundStatus.PENDING)
    ).exists():
        return _("A refund is on its way. Wait until it has been given back.")
    return ""


def remove_cards(contact: Contact) -> None:
    """No card of theirs is charged from here on; the clock has the gateway forget it."""
    SavedCard.objects.standing().filter(contact=contact).update(
        removed_at=timezone.now(), removal_reason=CardRemoval.ERASED
    )


def events_of_nobody(person: Person) -> Q | None:
    """Messages that could not be tied to a payment, and name the person. There are few: see the index on them."""
    events = PaymentEvent.objects.filter(payment=None).exclude(payload="").iterator()
    pks = [event.pk for event in events if mentions(_readable(event.payload), person.words)]
    return Q(pk__in=pks) if pks else None


def _readable(payload: str) -> str:
    """A name in Arabic may stand in JSON as a row of numbers."""
    try:
        return plain_text(json.loads(payload))
    except ValueError:
        return payload


def cards_to(person: Person) -> Q | None:
    """Gifts of which the person was to be told, at an address of their own."""
    own = any_of("card_email", person.own_emails)
    # Said so that the database takes the index of those that have one.
    return None if own is None else own & ~Q(card_email="")


def without_recipient(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says, all but to whom it was issued."""
    return {**receipt.content, "recipient": ""} if receipt.content else {}


BOOKS = gettext_lazy("The law asks to keep the books: amount, day and fund stay, the name goes.")


def declare() -> None:
    """Called once, when the app is ready."""
    register(
        Holding(
            Gift,
            gettext_lazy("Gifts"),
            paths=("donor",),
            shows=("received_on", "amount", "appeal", "is_anonymous", "message", "payment"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
            blank={"message": ""},
            age="received_on",
            least_months=BOOKS_MONTHS,
            is_tie=True,
        ),
        Holding(
            Allocation,
            gettext_lazy("What gifts were for"),
            paths=("gift__donor",),
            shows=("fund", "amount"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
        ),
        Holding(
            RecurringGift,
            gettext_lazy("Regular donations"),
            paths=("donor",),
            shows=("reference", "amount", "interval", "status", "started_on", "stopped_on", "stop_reason"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
            blank={"stop_reason": ""},
            refusal=still_gives,
        ),
        Holding(
            RecurringShare,
            gettext_lazy("What regular donations are for"),
            paths=("recurring_gift__donor",),
            shows=("fund", "amount"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
        ),
        Holding(
            RecurringChange,
            gettext_lazy("Changes of regular donations"),
            paths=("recurring_gift__donor",),
            shows=("asked_at", "kind", "state", "yearly_before", "yearly_after", "cause", "words"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
            blank={"words": ""},
        ),
        Holding(
            Tribute,
            gettext_lazy("Tributes"),
            paths=("gift__donor",),
            loose=cards_to,
            shows=("kind", "honoree", "from_name", "card_name", "card_email", "card_words", "card_on", "queued_at"),
        ),
        Holding(
            Payment,
            gettext_lazy("Payments"),
            paths=("payer",),
            shows=(
                "reference",
                "created_at",
                "settled_at",
                "amount",
                "status",
                "gateway",
                "description",
                "payer_name",
                "payer_email",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
            blank={"payer_name": "", "payer_email": "", "return_url": ""},
            refusal=money_is_moving,
            age="created_at",
            least_months=BOOKS_MONTHS,
            is_tie=True,
        ),
        Holding(
            SavedCard,
            gettext_lazy("Saved cards"),
            shows=("saved_at", "brand", "last4", "expires_on", "removed_at", "forgotten_at"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("Only until the payment service has deleted the card; its digits go at once."),
            blank={"brand": "", "last4": "", "expires_on": None},
            before=remove_cards,
        ),
        Holding(
            CardSetup,
            gettext_lazy("Requests for a card"),
            shows=("created_at", "gateway"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("So that a card that is given at the last moment is deleted as well."),
            blank={"return_url": ""},
        ),
        Holding(
            Refund,
            gettext_lazy("Refunds"),
            paths=("payment__payer",),
            shows=("requested_at", "settled_at", "amount", "status", "reason"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
            blank={"reason": ""},
        ),
        Holding(
            TransferReceived,
            gettext_lazy("Bank transfers"),
            paths=("payment__payer",),
            shows=("received_on", "amount", "bank_reference"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
        ),
        Holding(
            Dispute,
            gettext_lazy("Disputes"),
            paths=("payment__payer",),
            shows=("status_at", "amount", "status"),
            on_erasure=OnErasure.KEEP,
            why_kept=BOOKS,
        ),
        Holding(
            Receipt,
            gettext_lazy("Receipts"),
            paths=("payment__payer",),
            shows=("label", "issued_on", "recipient_name", "voided_on", "void_reason", "pdf"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy(
                "Numbers of receipts must have no gaps: number, amount and days stay; name and paper go."
            ),
            blank={"recipient_name": "", "void_reason": "", "content": without_recipient, "pdf": ""},
            files=("pdf",),
            age="issued_on",
            least_months=BOOKS_MONTHS,
        ),
        Holding(
            PaymentEvent,
            gettext_lazy("What the payment service told us"),
            paths=("payment__payer",),
            loose=events_of_nobody,
            shows=("received_at", "gateway", "kind"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("That the message came stays on record; what it said goes."),
            blank={"payload": "", "error": ""},
            age="received_at",
            least_months=GATEWAY_MONTHS,
        ),
    )
