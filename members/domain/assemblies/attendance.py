"""Coming in. All desks take turns at the assembly's own row, so that nobody comes in twice and the quorum is right."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from members.domain.assemblies.listing import locked, open_for_changes
from members.domain.assemblies.quorum import counts_of, note_quorum, tally
from members.exceptions import NotFrozenError, StruckOffError
from members.models import Assembly, Attendance, Proxy, ProxyEnd, User, Voter


@dataclass(frozen=True)
class Arrival:
    """What came of a check-in. `is_new` is False for somebody who was in already; `ended` is the proxy that ended by it."""

    attendance: Attendance
    is_new: bool
    ended: Proxy | None = None


@transaction.atomic
def check_in(voter: Voter, *, by: User, by_card: bool = False) -> Arrival:
    """Note that `voter` has come in. Twice is once: the second time tells when the first one was.

    A proxy that they gave ends. Raises NotFrozenError, StruckOffError and CheckInClosedError.
    """
    assembly = open_for_changes(voter.assembly)
    voter = Voter.objects.get(pk=voter.pk)
    if voter.is_struck:
        raise StruckOffError
    if there := voter.attendances.standing().first():
        return Arrival(there, is_new=False)
    now = timezone.now()
    attendance = Attendance.objects.create(voter=voter, arrived_at=now, by_card=by_card, checked_in_by=by)
    given = voter.proxies_given.standing().select_related("holder").first()
    if given:
        given.withdrawn_at, given.withdrawn_by, given.end = now, by, ProxyEnd.CAME
        given.save(update_fields=["withdrawn_at", "withdrawn_by", "end"])
    note_quorum(assembly)
    return Arrival(attendance, is_new=True, ended=given)


@transaction.atomic
def undo_check_in(voter: Voter, *, by: User) -> Attendance | None:
    """Take a mistaken check-in back, and return it; None if `voter` was not in. It stays on record as undone.

    Proxies that they hold do not count until they are in again. A proxy that ended as they came stays ended: nobody
    knows whether it was they who came. Raises NotFrozenError and CheckInClosedError.
    """
    assembly = open_for_changes(voter.assembly)
    there = Attendance.objects.standing().filter(voter=voter).first()
    if there is None:
        return None
    there.undone_at, there.undone_by = timezone.now(), by
    there.save(update_fields=["undone_at", "undone_by"])
    note_quorum(assembly)
    log(assembly, "sanduq.check_in_undone", user=by, data={"line": voter.position})
    return there


@transaction.atomic
def close_check_in(assembly: Assembly, *, by: User) -> Assembly:
    """Let nobody come in or out any more, and keep the figures as they are. Closing twice is closing once."""
    assembly = locked(assembly)
    if not assembly.is_frozen:
        raise NotFrozenError
    if not assembly.is_closed:
        counts = counts_of(tally(assembly))
        assembly.closing_count, assembly.closed_at, assembly.closed_by = counts, timezone.now(), by
        assembly.save(update_fields=["closing_count", "closed_at", "closed_by"])
        log(assembly, "sanduq.check_in_closed", user=by, data=counts)
    return assembly


@transaction.atomic
def open_check_in(assembly: Assembly, *, by: User) -> Assembly:
    """Open a check-in again that was closed too early."""
    assembly = locked(assembly)
    if assembly.is_closed:
        assembly.closing_count, assembly.closed_at, assembly.closed_by = {}, None, None
        assembly.save(update_fields=["closing_count", "closed_at", "closed_by"])
        note_quorum(assembly)
        log(assembly, "sanduq.check_in_opened", user=by)
    return assembly
