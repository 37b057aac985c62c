"""Sending what waits: claimed before the network is touched, so that nothing goes out twice and nothing is lost in silence."""

import logging
import smtplib
from datetime import datetime, timedelta

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from outreach.domain.consent_gate import refusal
from outreach.domain.letters import letter_for
from outreach.domain.messages import nudge_worker
from outreach.exceptions import NotUncertainError
from outreach.models import Campaign, CampaignStatus, Delivery, DeliveryState

logger = logging.getLogger(__name__)

BATCH = 100
MOST_ATTEMPTS = 8
UNDER_WAY_FOR = timedelta(minutes=15)


class NotSentError(Exception):
    """The message surely did not go out. `is_final` tells whether trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool):
        self.is_final = is_final
        super().__init__(reason)


def send_due(*, at: datetime, limit: int = 10_000) -> int:
    """Send what waits and is due at the moment `at`, at most `limit` messages. Returns how many went out."""
    _give_up_on_what_hangs(at)
    sent = 0
    while limit > 0 and (batch := claim(at=at, most=min(BATCH, limit))):
        limit -= len(batch)
        sent += _send_batch(batch, at=at)
    _close_finished_campaigns()
    return sent


@transaction.atomic
def claim(*, at: datetime, most: int) -> list[Delivery]:
    """Take up to `most` waiting deliveries for this worker and mark them as being sent, committed before any is."""
    waiting = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=DeliveryState.QUEUED, due_at__lte=at)
        .order_by("due_at", "pk")[:most]
    )
    claimed = list(waiting)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed]).update(
        state=DeliveryState.SENDING, claimed_at=at
    )
    return list(
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed])
        .select_related("contact", "campaign")
        .order_by("pk")
    )


def _send_batch(batch: list[Delivery], *, at: datetime) -> int:
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        # Nothing was said to the server yet, so trying again later cannot double anything.
        for delivery in batch:
            _put_back(delivery, f"{type(error).__name__}: {error}", at=at)
        return 0
    try:
        return sum(_send_one(delivery, connection, at=at) for delivery in batch)
    finally:
        connection.close()


def _send_one(delivery: Delivery, connection: BaseEmailBackend, *, at: datetime) -> bool:
    """Send one claimed delivery and note what became of it. True if it went out."""
    if reason := refusal(delivery):
        _note(delivery, DeliveryState.SKIPPED, reason)
        return False
    try:
        message = letter_for(delivery, connection=connection)
    except Exception:
        logger.exception("A message could not be composed.", extra={"facts": {"delivery": delivery.pk}})
        _note(delivery, DeliveryState.FAILED, "The message could not be composed; the log says why.")
        return False
    try:
        hand_over(message)
    except NotSentError as error:
        if error.is_final:
            _note(delivery, DeliveryState.FAILED, str(error))
        else:
            _put_back(delivery, str(error), at=at)
        return False
    except Exception as error:
        # The server may or may not have taken it. Only a person can find out.
        logger.warning("It is uncertain whether a message went out.", extra={"facts": {"delivery": delivery.pk}})
        _note(delivery, DeliveryState.UNCERTAIN, f"{type(error).__name__}: {error}", subject=message.subject)
        return False
    _note(delivery, DeliveryState.SENT, "", subject=message.subject, sent_at=at, context={})
    return True


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give `message` to the mail server. Raises NotSentError when it surely did not take it; other errors leave it open."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _answer in error.recipients.values()), default=550)
        raise NotSentError(f"The recipient was refused ({code}).", is_final=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        # The server answered, so it did not take the message: 4xx asks for patience, 5xx is its last word (RFC 5321, 4.2.1).
        raise NotSentError(f"The mail server said {error.smtp_code}.", is_final=error.smtp_code >= 500) from error
    except AnymailRecipientsRefused as error:
        raise NotSentError("The recipient was refused.", is_final=True) from error
    except AnymailAPIError as error:
        if error.status_code is None or error.status_code >= 500:
            raise
        raise NotSentError(f"The mail service said {error.status_code}.", is_final=error.status_code != 429) from error


@transaction.atomic
def settle_uncertain(delivery: Delivery, *, arrived: bool, at: datetime) -> Delivery:
    """Note what a person found out about an uncertain delivery: it arrived, or it did not and goes out again.

    Raises NotUncertainError when somebody else settled it first, so that it is never sent once more by both.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.state != DeliveryState.UNCERTAIN:
        raise NotUncertainError
    delivery.state = DeliveryState.SENT if arrived else DeliveryState.QUEUED
    delivery.sent_at, delivery.due_at, delivery.reason = (delivery.claimed_at if arrived else None), at, ""
    delivery.save(update_fields=["state", "sent_at", "due_at", "reason"])
    if not arrived:
        transaction.on_commit(nudge_worker)
    return delivery


def _note(delivery: Delivery, state: str, reason: str, **facts) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, reason=reason[:300], attempts=delivery.attempts + 1, **facts
    )


def _put_back(delivery: Delivery, reason: str, *, at: datetime) -> None:
    """Let it wait and be tried again: after 1, 2, 4 ... minutes, and not for ever."""
    if delivery.attempts + 1 >= MOST_ATTEMPTS:
        _note(delivery, DeliveryState.FAILED, reason)
    else:
        _note(delivery, DeliveryState.QUEUED, reason, due_at=at + timedelta(minutes=2**delivery.attempts))


def _give_up_on_what_hangs(at: datetime) -> None:
    """A worker that was killed in the middle leaves deliveries that nobody can know about."""
    Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=at - UNDER_WAY_FOR).update(
        state=DeliveryState.UNCERTAIN, reason="The worker stopped while it was being sent."
    )


def _close_finished_campaigns() -> None:
    open_states = [DeliveryState.QUEUED, DeliveryState.SENDING]
    Campaign.objects.filter(status=CampaignStatus.SENDING).exclude(deliveries__state__in=open_states).update(
        status=CampaignStatus.SENT
    )
