"""How many are there, in person and by proxy, and whether that is enough."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import timezone

from members.models import Assembly, Attendance, Proxy, QuorumKind


@dataclass(frozen=True)
class Tally:
    """Numbers of voters: on the list, there in person, there by proxy, and needed (None where no quorum is)."""

    voters: int
    present: int
    by_proxy: int
    needed: int | None
    reached_at: datetime | None = None

    @property
    def represented(self) -> int:
        return self.present + self.by_proxy

    @property
    def missing(self) -> int:
        """How many more must come."""
        return max(0, (self.needed or 0) - self.represented)

    @property
    def is_reached(self) -> bool:
        return self.missing == 0

    @property
    def percent(self) -> float:
        """Share of the voters who are represented, from 0 to 100; 0 without voters."""
        return 100 * self.represented / self.voters if self.voters else 0.0


def votes_needed(kind: str, value: int, *, voters: int) -> int | None:
    """Return how many of `voters` must be represented; None where no quorum is needed.

    A share is reckoned exactly: at least 50 % of 7 are 4, more than 50 % of 8 are 5.
    """
    match kind:
        case QuorumKind.SHARE:
            return -(-value * voters // 100)
        case QuorumKind.MORE:
            return value * voters // 100 + 1
        case QuorumKind.NUMBER:
            return value
        case _:
            return None


def tally(assembly: Assembly) -> Tally:
    """Return the figures of a frozen assembly: as they are now or, once the check-in was closed, as they were then."""
    if assembly.is_closed:
        return Tally(**assembly.closing_count, reached_at=assembly.quorum_reached_at)
    voters = assembly.voters.standing().count()
    return Tally(
        voters=voters,
        present=Attendance.objects.standing().filter(voter__assembly=assembly, voter__struck_at=None).count(),
        by_proxy=Proxy.objects.counting().filter(giver__assembly=assembly, giver__struck_at=None).count(),
        needed=votes_needed(assembly.quorum_kind, assembly.quorum_value, voters=voters),
        reached_at=assembly.quorum_reached_at,
    )


def note_quorum(assembly: Assembly) -> Tally:
    """Note when the quorum was reached, and forget it when that is taken back. Call it while `assembly` is locked."""
    now = tally(assembly)
    has_quorum = now.needed is not None and now.is_reached
    if has_quorum != (assembly.quorum_reached_at is not None):
        assembly.quorum_reached_at = timezone.now() if has_quorum else None
        assembly.save(update_fields=["quorum_reached_at"])
    return now


def counts_of(now: Tally) -> dict:
    """What is kept of it when the check-in closes."""
    counts = asdict(now)
    del counts["reached_at"]
    return counts
