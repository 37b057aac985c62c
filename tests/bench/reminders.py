"""How long it takes to find and queue the reminders of renewing among many memberships. Runs inside the bench's site."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from members.models import Membership, Tier
from outreach.domain.reminders import queue_reminders
from outreach.models import Delivery
from tests.bench.figures import _NUMBERS, CHUNK, CONTACTS, _day_maker

FIRST_NUMBER = 9_000_000
YEAR = 365

EMAILS = """
{numbers} INSERT INTO members_email (contact_id, address, is_primary, is_undeliverable)
SELECT i, 'bench' || i || '@many.example', {true}, {false} FROM n WHERE i % 20 > 0
"""
MEMBERSHIPS = """
{numbers} INSERT INTO members_membership (id, contact_id, number, joined_on) SELECT i, i, 'remind' || i, {joined} FROM n
"""
# A year that is over, and the one after it, which ends on some day of a year around today.
TERMS = """
{numbers} INSERT INTO members_term (membership_id, tier_id, starts_on, ends_on, fee, fee_currency, cut_reason)
SELECT i, {tier}, {starts}, {ends}, 25, 'JOD', '' FROM n
"""


def measure(memberships: int) -> None:
    """Add so many memberships and queue what is due today; then what is due when all of them end on one day.

    Prints "REMINDERS <seconds> <queued> <seconds when nothing is left> <seconds, all on one day> <queued> <memberships>".
    """
    fill(memberships)
    today, now = timezone.localdate(), timezone.now()
    seconds, queued = _timed(lambda: queue_reminders(on=today, at=now))
    again, _none = _timed(lambda: queue_reminders(on=today, at=now))
    Delivery.objects.filter(template__startswith="renewal").delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_term SET ends_on = %s WHERE membership_id >= %s AND ends_on >= %s",
            [today + timedelta(days=30), FIRST_NUMBER, today - timedelta(days=YEAR // 2)],
        )
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    worst, most = _timed(lambda: queue_reminders(on=today, at=now))
    counts = f"{seconds:.1f} {queued} {again:.1f} {worst:.1f} {most} {Membership.objects.count()}"
    print("REMINDERS", counts)


def fill(memberships: int) -> None:
    """Write so many memberships with two terms each, as a database does it fastest."""
    first_day = timezone.localdate() - timedelta(days=YEAR // 2 + 2 * YEAR)
    day = _day_maker(first_day)
    ends = f"(i % {YEAR})"
    is_sqlite = connection.vendor == "sqlite"
    facts = {
        "empty": "{}", "died": day("0"), "tier": Tier.objects.exclude(term_kind="lifetime").order_by("pk")[0].pk,
        "true": "1" if is_sqlite else "TRUE", "false": "0" if is_sqlite else "FALSE",
        "joined": day(f"{ends} + 1"),
    }  # fmt: skip
    years = [
        {"starts": day(f"{ends} + 1"), "ends": day(f"{ends} + {YEAR}")},
        {"starts": day(f"{ends} + {YEAR} + 1"), "ends": day(f"{ends} + {2 * YEAR}")},
    ]
    last = FIRST_NUMBER + memberships - 1
    with connection.cursor() as cursor:
        for start in range(FIRST_NUMBER, last + 1, CHUNK):
            numbers = _NUMBERS.format(first=start, last=min(start + CHUNK - 1, last))
            for statement in (CONTACTS, EMAILS, MEMBERSHIPS):
                cursor.execute(statement.format(numbers=numbers, **facts))
            for year in years:
                cursor.execute(TERMS.format(numbers=numbers, **facts, **year))
        cursor.execute("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def _timed(do) -> tuple[float, int]:
    start = time.perf_counter()
    result = do()
    return time.perf_counter() - start, result
