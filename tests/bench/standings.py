"""How long it takes to count where many memberships stand on a day, and to show a page of their list."""

import time
from statistics import median

from django.utils import timezone

from members.domain.standings import standings_on
from members.models import Membership, MembershipStatus
from tests.bench.figures import fill

ROUNDS = 5


def measure(memberships: int) -> None:
    """Add so many memberships, and print "STANDINGS <seconds of counting> <current> <memberships>"."""
    fill(memberships)
    today = timezone.localdate()
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        standings = standings_on(today)
        took.append(time.perf_counter() - start)
    current = sum(standing[MembershipStatus.CURRENT] for standing in standings.values())
    assert current == Membership.objects.current_on(today).count()
    print("STANDINGS", f"{median(took):.3f}", current, Membership.objects.count())
