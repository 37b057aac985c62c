"""Letting a membership rest or end by decision, and taking that back."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from wagtail.log_actions import log

from members.domain.terms import cut_term, restore_term
from members.exceptions import AlreadyStoppedError, NotDecidableError
from members.models import (
    CutReason,
    DecisionKind,
    LeavingReason,
    Membership,
    MembershipDecision,
    MembershipStatus,
    User,
)

_ALIVE = {MembershipStatus.UPCOMING, MembershipStatus.CURRENT, MembershipStatus.GRACE}


@dataclass(frozen=True)
class Decision:
    """What somebody decides: first and last day both included; without a last day, until it is taken back."""

    kind: DecisionKind
    starts_on: date
    reason: LeavingReason
    ends_on: date | None = None
    note: str = ""


@transaction.atomic
def decide(membership: Membership, decision: Decision, *, by: User | None) -> MembershipDecision:
    """Suspend or cancel `membership`, and return the note of it.

    A cancellation cuts short what was paid for beyond its day; a suspension leaves it, so that the paid days run on.

    Raises NotDecidableError if nothing of the membership is left on the first day, or the days are the wrong way round,
    and AlreadyStoppedError if another decision holds on one of the days.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if decision.ends_on and (decision.ends_on < decision.starts_on or decision.kind == DecisionKind.CANCELLED):
        raise NotDecidableError
    if any(_overlap(old, decision) for old in membership.decisions.all()):
        raise AlreadyStoppedError
    if membership.status_on(decision.starts_on) not in _ALIVE and not _ends_the_day_before(membership, decision):
        raise NotDecidableError
    made = MembershipDecision.objects.create(
        membership=membership,
        kind=decision.kind,
        starts_on=decision.starts_on,
        ends_on=decision.ends_on,
        reason=decision.reason,
        note=decision.note,
        decided_by=by,
    )
    if decision.kind == DecisionKind.CANCELLED:
        for term in membership.terms.all():
            cut_term(term, ends_on=decision.starts_on - timedelta(days=1), reason=CutReason.CANCELLED)
    data = {"membership": membership.number, "what": decision.kind}
    log(membership.contact, "sanduq.membership_decided", user=by, data=data)
    return made


def _overlap(old: MembershipDecision, new: Decision) -> bool:
    ends = (one.ends_on or date.max for one in (old, new))
    return max(old.starts_on, new.starts_on) <= min(ends)


def _ends_the_day_before(membership: Membership, decision: Decision) -> bool:
    """Whoever says they leave when what they paid for is over is taken at their word, grace or not."""
    return decision.kind == DecisionKind.CANCELLED and membership.paid_until == decision.starts_on - timedelta(days=1)


@transaction.atomic
def take_back(decision: MembershipDecision, *, before: date, by: User | None) -> None:
    """Let `decision` hold until the day before `before`, and give back what it cut short, where nothing else stands."""
    membership = Membership.objects.select_for_update().get(pk=decision.membership_id)
    held = membership.decisions.get(pk=decision.pk)
    _end(held, before=before)
    if held.kind == DecisionKind.CANCELLED:
        for term in membership.terms.filter(cut_reason=CutReason.CANCELLED, paid_until__gte=held.starts_on):
            restore_term(term)
    data = {"membership": membership.number, "what": held.kind}
    log(membership.contact, "sanduq.membership_decision_taken_back", user=by, data=data)


def end_decisions(membership: Membership, *, before: date) -> None:
    """Let all that was decided about `membership` hold until the day before `before`: it starts afresh."""
    for decision in membership.decisions.all():
        _end(decision, before=before)


def _end(decision: MembershipDecision, *, before: date) -> None:
    last = before - timedelta(days=1)
    if decision.ends_on is None or decision.ends_on > last:
        decision.ends_on = max(last, decision.starts_on - timedelta(days=1))
        decision.save(update_fields=["ends_on"])
