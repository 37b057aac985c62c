"""Who may choose a tier by themselves: by age, by the tier they have, and as long as there are places."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from members.domain.concessions import HELD_FOR, Payee
from members.domain.consent import age_on
from members.exceptions import (
    AgeUnknownError,
    ApprovalNeededError,
    CannotMoveToTierError,
    MembersError,
    TierFullError,
    TierNotOfferedError,
    WrongAgeError,
)
from members.models import Approval, DecisionKind, Membership, MembershipDecision, OpenTo, PlaceHold, Term, Tier


def check_age(tier: Tier, payee: Payee, *, on: date) -> None:
    """Raise AgeUnknownError or WrongAgeError unless `payee` is of an age for `tier` on the day `on`."""
    if not tier.depends_on_age:
        return
    if payee.born_on is None:
        raise AgeUnknownError
    age = age_on(payee.born_on, on)
    if age < (tier.minimum_age or 0) or (tier.maximum_age is not None and age > tier.maximum_age):
        raise WrongAgeError(tier.minimum_age, tier.maximum_age)


def check_may_join(tier: Tier, payee: Payee, *, on: date, by_office: bool = False) -> None:
    """Raise unless somebody who is no member may choose `tier` on the day `on`, whether there is a place or not.

    The office also gives what nobody chooses by themselves. Raises TierNotOfferedError, AgeUnknownError, WrongAgeError.
    """
    if not tier.is_offered or (tier.open_to != OpenTo.EVERYONE and not by_office):
        raise TierNotOfferedError
    check_age(tier, payee, on=on)


def check_may_have_next(tier: Tier, membership: Membership, *, on: date, by_office: bool = False) -> None:
    """Raise unless the next term of `membership`, from the day `on`, may be on `tier`, whether there is a place or not.

    The tier one has is open as long as one is not known to be of another age. The office also gives what nobody chooses
    by themselves, and needs nobody's approval. Raises TierNotOfferedError, ApprovalNeededError, CannotMoveToTierError,
    AgeUnknownError, WrongAgeError.
    """
    payee = Payee(membership.contact)
    last = membership.last_term
    if last is not None and last.tier_id == tier.pk:
        if payee.born_on:
            check_age(tier, payee, on=on)
        return
    check_age(tier, payee, on=on)
    if not tier.is_offered or (tier.open_to == OpenTo.OFFICE and not by_office):
        raise TierNotOfferedError
    if tier.approval != Approval.NONE and not by_office:
        raise ApprovalNeededError
    _check_moves(tier, last)


def _check_moves(tier: Tier, last: Term | None) -> None:
    sources = {source.pk for source in tier.moves_from.all()}
    if sources and (last is None or last.tier_id not in sources):
        raise CannotMoveToTierError


def check_promised(tier: Tier, payee: Payee, membership: Membership | None, *, on: date) -> None:
    """Raise unless a term on `tier` that was paid for already may be taken up, whose first day is `on`.

    By `membership`, or by somebody who has none to go on with. A promise holds although the tier is closed by now.
    Raises AgeUnknownError, WrongAgeError, CannotMoveToTierError.
    """
    last = membership.last_term if membership else None
    if last is not None and last.tier_id == tier.pk and payee.born_on is None:
        return
    check_age(tier, payee, on=on)
    if last is not None and last.tier_id != tier.pk:
        _check_moves(tier, last)


def may_have_next(tier: Tier, membership: Membership, *, on: date, by_office: bool = False) -> bool:
    """Whether `check_may_have_next` lets it pass."""
    try:
        check_may_have_next(tier, membership, on=on, by_office=by_office)
    except MembersError:
        return False
    return True


def places_left(tier: Tier, *, at: datetime, on: date, but: uuid.UUID | None = None) -> int | None:
    """Return how many more memberships `tier` has room for, or None without a limit.

    Taken are those that are upcoming, current, in grace or suspended on the day `on`, and what is held at the moment `at`
    by anybody but the form `but`. Below the number taken the limit may be set at any time; then none is left.
    """
    if tier.capacity is None:
        return None
    held = PlaceHold.objects.filter(tier=tier, held_until__gt=at)
    if but:
        held = held.exclude(key=but)
    return max(0, tier.capacity - _belonging(tier, on=on) - held.count())


def _belonging(tier: Tier, *, on: date) -> int:
    own = Term.objects.filter(membership=OuterRef("pk"), ends_on__gte=F("starts_on"))
    paid = own.filter(tier=tier, ends_on__gte=on)
    in_grace = own.filter(tier=tier, cut_reason="", ends_on__gte=on - timedelta(days=tier.grace_days))
    elsewhere = own.exclude(tier=tier).filter(ends_on__gte=on)
    left = MembershipDecision.objects.in_force_on(on).filter(membership=OuterRef("pk"), kind=DecisionKind.CANCELLED)
    alive = Q(contact__died_on=None) | Q(contact__died_on__gte=on)
    return Membership.objects.filter(
        Exists(paid) | (Exists(in_grace) & ~Exists(elsewhere)), ~Exists(left), alive
    ).count()


@transaction.atomic
def hold_place(
    tier: Tier, *, key: uuid.UUID, at: datetime, on: date, until: datetime | None = None
) -> PlaceHold | None:
    """Keep a place on `tier` for whoever fills in the form `key`, until `until` or for as long as paying takes.

    Returns None for a tier without a limit. Raises TierFullError when none is left. Asked again, it is held longer.
    """
    # Two who want the last place take turns here.
    tier = Tier.objects.select_for_update().get(pk=tier.pk)
    if tier.capacity is None:
        return None
    until = until or at + HELD_FOR
    if places_left(tier, at=at, on=on, but=key) == 0:
        raise TierFullError
    hold, _is_new = PlaceHold.objects.update_or_create(key=key, defaults={"tier": tier, "held_until": until})
    return hold


def promise_place(tier: Tier, *, key: uuid.UUID, until: datetime) -> None:
    """Count a place on `tier` as taken for the form `key`, whether there is one left or not: it was paid for.

    Also on a tier without a limit, which may be given one later.
    """
    PlaceHold.objects.update_or_create(key=key, defaults={"tier": tier, "held_until": until})


def give_up_place(key: uuid.UUID) -> None:
    """Give back what the form `key` holds: it became a membership, or nothing came of it."""
    PlaceHold.objects.filter(key=key).delete()
