"""Which terms are renewed by card next, when, and for how much; and whether the member was told in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from djmoney.money import Money

from checkout.domain.automatic import renewal_of, stop_where_the_membership_ended
from checkout.domain.automatic_rules import (
    ANNOUNCE_DAYS_BEFORE_END,
    CARD_NOTICE_DAYS,
    CHARGE_DAYS_BEFORE_END,
    planned_day,
)
from checkout.domain.baskets import quote_next_term
from checkout.models import AutomaticCharge, AutomaticRenewal, ChargeState, DropReason
from members.domain.eligibility import check_may_have_next
from members.domain.memberships import start_of_renewal
from members.domain.renewal import awaiting_renewal
from members.exceptions import MembersError
from members.models import Membership, Term

# No tier has more days of grace than fit in here; what ended before is not looked at.
LOOK_BACK = timedelta(days=366)
# What stood in the way may be gone: a no that was taken back, a rule, a card that was replaced.
_TEMPORARY = (DropReason.NOT_WANTED, DropReason.RULES, DropReason.CARD)


def plan_charges(*, on: date, at: datetime) -> int:
    """Plan the charges that are to be announced on the day `on`, and return how many that were. Once more does nothing.

    What is not wanted any more is dropped, and what belongs to memberships that are over is stopped.
    """
    stop_where_the_membership_ended(on=on, at=at)
    _drop_what_is_not_wanted(on)
    return sum(_plan(term, on=on, at=at) for term in _to_be_planned(on).order_by("ends_on", "pk"))


def _to_be_planned(on: date) -> QuerySet[Term]:
    agreed = AutomaticRenewal.objects.in_force().filter(membership=OuterRef("membership"))
    standing = AutomaticCharge.objects.filter(term=OuterRef("pk")).exclude(state=ChargeState.DROPPED)
    soon = awaiting_renewal(on).filter(ends_on__range=(on - LOOK_BACK, on + timedelta(days=ANNOUNCE_DAYS_BEFORE_END)))
    return soon.filter(Exists(agreed), ~Exists(standing)).select_related("tier", "membership__contact")


@transaction.atomic
def _plan(term: Term, *, on: date, at: datetime) -> bool:
    membership = Membership.objects.select_for_update().get(pk=term.membership_id)
    renewal, charge = renewal_of(membership), AutomaticCharge.objects.filter(term=term).first()
    if renewal is None or (charge and not _may_be_planned_again(charge, renewal)):
        return False
    day = planned_day(term, on=on)
    if day > term.grace_until or not renewal.card.is_valid_on(day):
        return False
    amount = due_after(term, on=day)
    if amount is None:
        return False
    charge = charge or AutomaticCharge(term=term, announcement=0)
    charge.renewal = renewal
    announce(charge, amount=amount, charge_on=day, at=at)
    return True


def _may_be_planned_again(charge: AutomaticCharge, renewal: AutomaticRenewal) -> bool:
    """Whoever took back their no is told anew; whom no letter reaches, only once they agreed anew."""
    if charge.state != ChargeState.DROPPED:
        return False
    return charge.drop_reason in _TEMPORARY or charge.renewal_id != renewal.pk


def announce(charge: AutomaticCharge, *, amount: Money, charge_on: date, at: datetime) -> None:
    """Let `charge` wait for the day `charge_on`, to be announced for the first time or anew. Nobody has been told yet."""
    charge.amount, charge.charge_on, charge.announced_at = amount, charge_on, at
    charge.announcement += 1
    charge.state, charge.drop_reason, charge.told_on = ChargeState.WAITING, "", None
    charge.tries, charge.retry_on = 0, None
    charge.save()


def due_after(term: Term, *, on: date) -> Money | None:
    """Return what the term after `term` costs on the same tier if it is paid on the day `on`, less what is to the
    member's credit. None where it cannot be renewed.
    """
    membership = term.membership
    try:
        check_may_have_next(term.tier, membership, on=start_of_renewal(membership, on=on))
        return quote_next_term(membership, tier=term.tier, on=on).due
    except MembersError:
        return None


def _drop_what_is_not_wanted(on: date) -> None:
    wanted = awaiting_renewal(on).filter(pk=OuterRef("term"))
    idle = AutomaticCharge.objects.filter(state__in=[ChargeState.WAITING, ChargeState.FAILED])
    idle.filter(~Exists(wanted)).update(state=ChargeState.DROPPED, drop_reason=DropReason.NOT_WANTED, retry_on=None)


# --- Telling ----------------------------------------------------------------------------------


def waiting_for_notice() -> QuerySet[AutomaticCharge]:
    """Charges of which it is not known that their notice went out."""
    return AutomaticCharge.objects.filter(state=ChargeState.WAITING, told_on=None)


def note_told(charge: AutomaticCharge, *, on: date) -> bool:
    """The notice of this announcement surely went out on the day `on`; from then on the days of notice count."""
    return bool(waiting_for_notice().filter(pk=charge.pk, announcement=charge.announcement).update(told_on=on))


def note_untold(charge: AutomaticCharge) -> bool:
    """The notice surely did not go out, and will not: nothing is charged, and the ordinary reminders go on."""
    same = waiting_for_notice().filter(pk=charge.pk, announcement=charge.announcement)
    return bool(same.update(state=ChargeState.DROPPED, drop_reason=DropReason.UNTOLD))


def cards_running_out(on: date) -> Iterator[tuple[AutomaticRenewal, Term]]:
    """Return the renewals whose card will have expired when it is to be charged, so many days before that."""
    until = on + timedelta(days=CARD_NOTICE_DAYS)
    ends = (on + timedelta(days=CHARGE_DAYS_BEFORE_END), until + timedelta(days=CHARGE_DAYS_BEFORE_END))
    due = awaiting_renewal(on).filter(ends_on__range=ends).select_related("tier", "membership__contact")
    running_out = AutomaticRenewal.objects.in_force().filter(card__expires_on__lt=until)
    for term in due.filter(Exists(running_out.filter(membership=OuterRef("membership")))).order_by("ends_on", "pk"):
        renewal = renewal_of(term.membership)
        if renewal and not renewal.card.is_valid_on(term.ends_on - timedelta(days=CHARGE_DAYS_BEFORE_END)):
            yield renewal, term


# --- What the member sees ---------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """What will be charged next, and when: as announced, or as fees are today. Without a day, nothing will be."""

    charge_on: date | None = None
    amount: Money | None = None
    is_announced: bool = False
    is_under_way: bool = False
    failure: str = ""
    retry_on: date | None = None


def outlook_of(renewal: AutomaticRenewal, *, on: date) -> Outlook:
    """Return what comes next of `renewal`, as it stands on the day `on`."""
    term = renewal.membership.last_term
    if term is None or term.is_for_life:
        return Outlook()
    charge = AutomaticCharge.objects.filter(term=term, renewal=renewal).first()
    if charge is None or charge.state == ChargeState.DROPPED:
        day = planned_day(term, on=on)
        amount = due_after(term, on=day)
        is_possible = amount is not None and day <= term.grace_until and renewal.card.is_valid_on(day)
        return Outlook(day, amount) if is_possible and (charge is None) else Outlook()
    if charge.state == ChargeState.WAITING:
        return Outlook(charge.charge_on, charge.amount, is_announced=charge.told_on is not None)
    if charge.state == ChargeState.CHARGING:
        return Outlook(amount=charge.amount, is_under_way=True)
    return Outlook(amount=charge.amount, failure=charge.failure, retry_on=charge.retry_on)
