"""Charging what was announced: once for each term, and only what the member was told in time.

Everything that forbids a charge is asked under the lock of the membership, and what is about to be charged is written
down and committed before the gateway hears of it. From then on the payment itself remembers that it was asked for.
"""

import logging
import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.automatic import stop
from checkout.domain.automatic_plans import announce, due_after
from checkout.domain.automatic_rules import FINAL_FAILURES, LATE_DAYS, NOTICE_DAYS, RETRY_AFTER_DAYS, planned_day
from checkout.domain.baskets import Payer, start_renewal_after
from checkout.domain.fulfilment import fulfil
from checkout.domain.paying import begin_payment, payment_of
from checkout.models import AutomaticCharge, AutomaticRenewal, Basket, ChargeState, DropReason, StopReason
from donations.domain.cards import NOT_WANTED, charge_card, open_charge
from donations.exceptions import DonationsError
from donations.models import Payment, PaymentStatus
from members.domain.renewal import awaiting_renewal
from members.exceptions import MembersError
from members.models import Membership

logger = logging.getLogger(__name__)

# The clock asks a gateway some seconds for each card; what is left over waits for its next round.
AT_ONCE = 100
# A worker that asks the gateway is given so long before another one looks what became of it.
UNDER_WAY_FOR = timedelta(minutes=10)
# Somebody who stands before the page of a bank is not charged behind their back.
PAGE_OPEN_FOR = timedelta(days=1)
# The names of the baskets: one for each attempt after a term, whoever makes it.
_BASKETS = uuid.UUID("6b8a9d52-3f0e-4c57-9a0e-2f4b7c1d8e60")


def charge_due(*, on: date, at: datetime, limit: int = AT_ONCE) -> int:
    """Charge what is due on the day `on`, at most `limit` cards, and return how many the gateway was asked for."""
    asked = 0
    for pk in _due(on).order_by("charge_on", "pk").values_list("pk", flat=True)[:limit]:
        try:
            asked += _charge(pk, on=on, at=at)
        except Exception:
            # One that fails must not keep the others waiting; it is tried again at the next tick.
            logger.exception("A membership could not be renewed by card.", extra={"facts": {"charge": pk}})
    return asked


def _due(on: date):
    told = Q(state=ChargeState.WAITING, charge_on__lte=on, told_on__lte=on - timedelta(days=NOTICE_DAYS))
    again = Q(state=ChargeState.FAILED, retry_on__lte=on)
    return AutomaticCharge.objects.filter(told | again)


def _charge(pk: int, *, on: date, at: datetime) -> bool:
    try:
        payment = _begin(pk, on=on, at=at)
    except (DonationsError, MembersError) as refusal:
        # A rule forbids it by now: the ordinary reminders go on.
        logger.warning("A charge cannot begin.", extra={"facts": {"charge": pk, "why": type(refusal).__name__}})
        _drop(AutomaticCharge.objects.get(pk=pk), DropReason.RULES)
        return False
    if payment is None:
        return False
    _ask_and_conclude(pk, payment)
    return True


@transaction.atomic
def _begin(pk: int, *, on: date, at: datetime) -> Payment | None:
    """Write down that the charge begins, and return the payment to ask the gateway for; None if it must not begin."""
    charge = AutomaticCharge.objects.select_related("term").get(pk=pk)
    # Whoever stops, changes the card, renews by hand or charges takes turns here.
    membership = Membership.objects.select_for_update().get(pk=charge.term.membership_id)
    charge = (
        _due(on).select_for_update(of=("self",)).select_related("renewal__card", "term__tier").filter(pk=pk).first()
    )
    if charge is None or _somebody_else_pays(membership, at=at):
        return None
    charge.term.membership = membership
    if refusal := _refusal(charge, on=on):
        _drop(charge, refusal)
        return None
    due = due_after(charge.term, on=on)
    if due is None:
        _drop(charge, DropReason.RULES)
        return None
    if not _is_as_announced(charge, due, on=on):
        _announce_anew(charge, due, on=on, at=at)
        return None
    return _write_down(charge, on=on, at=at)


def _somebody_else_pays(membership: Membership, *, at: datetime) -> bool:
    """Whether a payment for the next term is under way already, or somebody stands before the page to pay on."""
    others = Basket.objects.filter(lines__membership=membership, lines__kind="dues", fulfilled_at=None)
    on_page = Q(attempts__payment__status=PaymentStatus.OPEN, attempts__payment__created_at__gte=at - PAGE_OPEN_FOR)
    paid = Q(attempts__payment__status__in=[PaymentStatus.PENDING, PaymentStatus.SETTLED])
    return others.filter(on_page | paid).exists()


def _refusal(charge: AutomaticCharge, *, on: date) -> DropReason | None:
    renewal, term = charge.renewal, charge.term
    if renewal.stopped_at or renewal.card.removed_at:
        return DropReason.STOPPED
    if not awaiting_renewal(on).filter(pk=term.pk).exists():
        return DropReason.NOT_WANTED
    if on > term.grace_until:
        return DropReason.LATE
    return None if renewal.card.is_valid_on(on) else DropReason.CARD


def _is_as_announced(charge: AutomaticCharge, due: Money, *, on: date) -> bool:
    """Whether it costs no more than the member was told, on a day on which they still expect it."""
    latest = charge.charge_on + timedelta(days=RETRY_AFTER_DAYS[-1] + LATE_DAYS if charge.tries else LATE_DAYS)
    return due.currency == charge.amount.currency and due <= charge.amount and on <= latest


def _announce_anew(charge: AutomaticCharge, due: Money, *, on: date, at: datetime) -> None:
    day = planned_day(charge.term, on=on)
    if day > charge.term.grace_until or not charge.renewal.card.is_valid_on(day):
        _drop(charge, DropReason.LATE)
    else:
        announce(charge, amount=due, charge_on=day, at=at)


def _drop(charge: AutomaticCharge, reason: DropReason) -> None:
    charge.state, charge.drop_reason, charge.retry_on = ChargeState.DROPPED, reason, None
    charge.save(update_fields=["state", "drop_reason", "retry_on"])


def _write_down(charge: AutomaticCharge, *, on: date, at: datetime) -> Payment | None:
    renewal = charge.renewal
    charge.attempts += 1
    charge.tries += 1
    charge.begun_at, charge.retry_on, charge.failure = at, None, ""
    charge.basket = _fill_basket(charge, on=on)
    if not charge.basket.total.amount:
        # Their credit pays for it.
        fulfil(charge.basket, on=on)
        charge.state = ChargeState.PAID
        charge.save()
        return None
    charge.state = ChargeState.CHARGING
    charge.save()
    return open_charge(renewal.card, begin_payment(charge.basket))


def _fill_basket(charge: AutomaticCharge, *, on: date) -> Basket:
    """The basket of this attempt. Its name follows from term and attempt, so that one attempt never has two."""
    # Without name and address the receipt is the member's.
    payer = Payer(
        given_name="", family_name="", email="", language=charge.renewal.membership.contact.preferred_language
    )
    return start_renewal_after(
        charge.term,
        payer,
        tier=charge.term.tier,
        gateway=charge.renewal.card.gateway,
        form_key=uuid.uuid5(_BASKETS, f"{charge.term_id}-{charge.attempts}"),
        on=on,
    )


def _ask_and_conclude(pk: int, payment: Payment) -> None:
    renewals = AutomaticRenewal.objects.in_force().filter(charges=pk)
    charge_card(payment, is_wanted=renewals.exists)
    conclude(pk)


# --- What became of it ------------------------------------------------------------------------


def follow_charges(*, at: datetime) -> int:
    """See what became of charges that are under way, and return how many came to an end.

    One that the gateway did not answer is looked for there, after a while, and asked for again only if it is not found.
    """
    ended = 0
    for charge in AutomaticCharge.objects.filter(state=ChargeState.CHARGING).select_related("basket"):
        try:
            payment = payment_of(charge.basket) if charge.basket else None
            is_open = payment is not None and payment.status in (PaymentStatus.OPEN, PaymentStatus.PENDING)
            if payment and is_open and charge.begun_at and charge.begun_at < at - UNDER_WAY_FOR:
                _ask_and_conclude(charge.pk, payment)
            ended += conclude(charge.pk)
        except Exception:
            logger.exception("A charge could not be followed.", extra={"facts": {"charge": charge.pk}})
    return ended


def conclude(pk: int) -> bool:
    """Note how the charge under way ended, if it has. Returns whether this call did so."""
    with transaction.atomic():
        charge = AutomaticCharge.objects.select_related("term").get(pk=pk)
        Membership.objects.select_for_update().get(pk=charge.term.membership_id)
        charge = AutomaticCharge.objects.select_related("renewal", "term__tier", "basket").get(pk=pk)
        payment = payment_of(charge.basket) if charge.state == ChargeState.CHARGING and charge.basket else None
        if payment is None or payment.status in (PaymentStatus.OPEN, PaymentStatus.PENDING):
            return False
        if payment.is_settled:
            charge.state = ChargeState.PAID
            charge.save(update_fields=["state"])
        else:
            _note_failure(charge, payment)
    if payment.is_settled and charge.basket:
        fulfil(charge.basket, on=timezone.localdate())
    return True


def _note_failure(charge: AutomaticCharge, payment: Payment) -> None:
    if payment.failure == NOT_WANTED or charge.renewal.stopped_at:
        _drop(charge, DropReason.STOPPED)
        return
    charge.state, charge.failure, charge.failed_at = ChargeState.FAILED, payment.failure or "declined", timezone.now()
    charge.retry_on = _next_try(charge)
    charge.save(update_fields=["state", "failure", "failed_at", "retry_on"])
    if charge.retry_on is None and charge.failure not in FINAL_FAILURES:
        stop(charge.renewal, reason=StopReason.FAILED, at=charge.failed_at)


def _next_try(charge: AutomaticCharge) -> date | None:
    if charge.failure in FINAL_FAILURES or charge.tries > len(RETRY_AFTER_DAYS):
        return None
    day = charge.charge_on + timedelta(days=RETRY_AFTER_DAYS[charge.tries - 1])
    # A first try that was late does not make the second one come at its heels.
    day = max(day, timezone.localdate() + timedelta(days=RETRY_AFTER_DAYS[0]))
    return day if day <= charge.term.grace_until else None


def stop_after_dispute(payment: Payment) -> int:
    """Whose bank disputes a charge that we made by ourselves is never charged so again. Returns how many were stopped."""
    found = AutomaticRenewal.objects.in_force().filter(charges__basket__attempts__payment=payment)
    return sum(stop(renewal, reason=StopReason.DISPUTED, at=timezone.now()) for renewal in found)
