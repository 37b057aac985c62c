"""Deciding about applications, and what follows: a basket to pay, a membership, or the money back."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.domain.applications import PLACE_KEPT, locked, make_basket, note_event
from checkout.domain.fulfilment import fulfil
from checkout.domain.paying import payment_of
from checkout.models import Application, ApplicationState, EventKind
from donations.domain.payments import refund
from donations.exceptions import DonationsError
from members.domain.eligibility import give_up_place, hold_place
from members.models import User

logger = logging.getLogger(__name__)

_OPEN_TO_DECISION = (ApplicationState.WAITING, ApplicationState.ASKED)
_MAY_BE_DECLINED = (*_OPEN_TO_DECISION, ApplicationState.PAYING, ApplicationState.APPROVED)


@transaction.atomic
def approve(application: Application, *, by: User | None, on: date) -> Application:
    """Say yes. What is free or paid already makes a member at once; for the rest there is a basket to pay now.

    The fee is that of the day `on`. Raises ApplicationStateError if somebody was faster, TierFullError, and what quoting
    does.
    """
    application = locked(application, *_OPEN_TO_DECISION)
    at = timezone.now()
    hold_place(application.tier, key=application.form_key, at=at, on=on, until=at + PLACE_KEPT)
    if application.basket is None:
        application.basket = make_basket(application, on=on)
    application.state = ApplicationState.APPROVED
    application.save(update_fields=["basket", "state"])
    note_event(application, EventKind.APPROVED, actor=by)
    fulfil(application.basket, on=on)
    application.refresh_from_db()
    return application


@transaction.atomic
def ask_back(application: Application, question: str, *, by: User | None) -> Application:
    """Ask the applicant something. Raises ApplicationStateError unless it waits for the office."""
    application = locked(application, ApplicationState.WAITING)
    application.state = ApplicationState.ASKED
    application.save(update_fields=["state"])
    note_event(application, EventKind.ASKED, text=question, actor=by)
    return application


@transaction.atomic
def decline(application: Application, reason: str, *, by: User | None) -> Application:
    """Say no, with a `reason` for the applicant to read. Raises ApplicationStateError once somebody belongs by it.

    What was paid is given back by `refund_what_came_to_nothing`.
    """
    application = locked(application, *_MAY_BE_DECLINED)
    application.state = ApplicationState.DECLINED
    application.save(update_fields=["state"])
    give_up_place(application.form_key)
    note_event(application, EventKind.DECLINED, text=reason, actor=by)
    return application


def refund_what_came_to_nothing() -> int:
    """Give back what was paid for applications that were declined or withdrawn, however late the payment came.

    Returns how many refunds were begun. Call it outside a transaction, as often as you like: what has a refund is left
    alone, and one that the gateway refused stays with the payment for staff to see.
    """
    begun = 0
    for application in Application.objects.to_be_refunded().select_related("basket"):
        payment = payment_of(application.basket) if application.basket else None
        if payment is None:
            continue
        try:
            refund(payment, amount=payment.refundable, reason=_("Application not taken up"), actor=None)
            begun += 1
        except DonationsError:
            logger.warning(
                "What was paid for an application could not be given back.",
                extra={"facts": {"application": str(application.pk)}},
            )
    return begun
