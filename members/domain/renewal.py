"""Whose terms call for a renewal, and when they are reminded of it; and who says that they will not."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from wagtail.log_actions import log

from members.models import (
    FOR_LIFE,
    DecisionKind,
    LeavingReason,
    Membership,
    MembershipDecision,
    NotRenewing,
    RenewalReminder,
    Term,
    Tier,
    User,
)

# What stood still is caught up with for so long; a reminder that comes later would only confuse.
CATCH_UP_DAYS = 3


@dataclass(frozen=True)
class Due:
    """Terms on `tiers` that end from `first` to `last` (both included) are due for the reminder at `offset`."""

    offset: int
    first: date
    last: date
    tiers: tuple[int, ...]


def schedule_of(tier: Tier) -> list[int]:
    """Return when members on `tier` are reminded: days from the last day of a term, below zero before it, in order."""
    rows = list(RenewalReminder.objects.filter(Q(tier=tier) | Q(tier=None)))
    own = [row for row in rows if row.tier_id]
    return _within_grace((row.offset for row in own or rows), tier.grace_days)


def _within_grace(offsets, grace_days: int) -> list[int]:
    return sorted({offset for offset in offsets if offset <= grace_days})


def due_on(day: date) -> list[Due]:
    """Return which terms are due for which reminder on `day`.

    One that was missed is caught up with for some days, but not once the next one is due.
    """
    rows: dict[int | None, list[int]] = defaultdict(list)
    for reminder in RenewalReminder.objects.all():
        rows[reminder.tier_id].append(reminder.offset)
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for pk, grace_days in Tier.objects.order_by("pk").values_list("pk", "grace_days"):
        offsets = _within_grace(rows.get(pk) or rows[None], grace_days)
        for offset, following in zip(offsets, [*offsets[1:], None], strict=True):
            late = CATCH_UP_DAYS if following is None else min(CATCH_UP_DAYS, following - offset - 1)
            found[offset, late].append(pk)
    return [
        Due(offset, day - timedelta(days=offset + late), day - timedelta(days=offset), tuple(tiers))
        for (offset, late), tiers in found.items()
    ]


def awaiting_renewal(on: date) -> QuerySet[Term]:
    """Terms that are the last of their membership and after which a renewal is wanted, whenever they end.

    Not those of somebody who said no, who is suspended or leaves, who died or was erased, nor what ended early.
    """
    later = Term.objects.filter(
        membership=OuterRef("membership"), ends_on__gt=OuterRef("ends_on"), ends_on__gte=F("starts_on")
    )
    leaves = Q(kind=DecisionKind.CANCELLED, ends_on=None)
    stops = Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))
    decided = MembershipDecision.objects.filter(leaves | stops, membership=OuterRef("membership"))
    said_no = NotRenewing.objects.standing().filter(term=OuterRef("pk"))
    return Term.objects.filter(
        ~Exists(later),
        ~Exists(decided),
        ~Exists(said_no),
        cut_reason="",
        ends_on__gte=F("starts_on"),
        ends_on__lt=FOR_LIFE,
        membership__contact__died_on=None,
        membership__contact__erased_at=None,
    )


def terms_due(due: Due, *, on: date) -> QuerySet[Term]:
    """Return the terms that are due for a reminder on the day `on`."""
    return awaiting_renewal(on).filter(tier__in=due.tiers, ends_on__range=(due.first, due.last))


# --- Not this year ---------------------------------------------------------------------------


@transaction.atomic
def say_not_renewing(term: Term, *, reason: LeavingReason | str, at: datetime, by: User | None = None) -> NotRenewing:
    """Note that the member will not renew after `term`, and why. Said again, the reason is the new one."""
    membership = Membership.objects.select_for_update().get(pk=term.membership_id)
    said, is_new = NotRenewing.objects.get_or_create(
        term=term, defaults={"membership": membership, "reason": reason, "said_at": at}
    )
    if not is_new:
        said.reason, said.said_at, said.taken_back_at = reason, at, None
        said.save(update_fields=["reason", "said_at", "taken_back_at"])
    log(membership.contact, "sanduq.not_renewing", user=by, data={"membership": membership.number})
    return said


@transaction.atomic
def take_back_not_renewing(term: Term, *, at: datetime, by: User | None = None) -> bool:
    """The member changed their mind: reminders go on. Returns whether there was anything to take back."""
    membership = Membership.objects.select_for_update().get(pk=term.membership_id)
    if not NotRenewing.objects.standing().filter(term=term).update(taken_back_at=at):
        return False
    log(membership.contact, "sanduq.not_renewing_taken_back", user=by, data={"membership": membership.number})
    return True
