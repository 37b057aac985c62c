"""How long the figures of many memberships over ten years take. Runs inside the bench's site, on a database of its own."""

import time
from datetime import date

from django.db import connection
from django.utils import timezone

from members.domain.figures.cohorts import cohorts
from members.domain.figures.forecast import forecast
from members.domain.figures.histories import month_of
from members.domain.figures.keeping import bring_up_to_date, rebuild
from members.domain.figures.reading import Choice, fees_by_tier, read_sheet, reasons_for_leaving
from members.models import Branch, CohortFigure, FeeFigure, Figure, Membership, Term, Tier

FIRST_NUMBER = 5_000_000
YEARS = 10
CHUNK = 100_000

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
# Somebody joins on a day of the ten years and renews for one to six years; every twentieth leaves out half a year.
_JOINED = "(i % 100000 * 7919 % {days})"
_TERMS = "(1 + i * 31 % 6)"
CONTACTS = """
{numbers} INSERT INTO members_contact (id, kind, given_name, family_name, organisation_name, salutation, photo, custom,
    search_name, match_key, died_on, preferred_language, calendar, version, created_at, updated_at)
SELECT i, 'individual', 'Bench', 'Member', '', '', '', '{empty}', 'bench member', 'bench member',
    CASE WHEN i % 60 = 0 THEN {died} END, 'ar', 'gregorian', 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM n
"""
MEMBERSHIPS = """
{numbers} INSERT INTO members_membership (id, contact_id, number, joined_on, branch_id)
SELECT i, i, 'bench' || i, {joined}, CASE WHEN i % 3 = 0 THEN {branch} END FROM n
"""
TERMS = """
{numbers}, years(y) AS (SELECT 0 UNION ALL SELECT y + 1 FROM years WHERE y < 5)
INSERT INTO members_term (membership_id, tier_id, starts_on, ends_on, fee, fee_currency, cut_reason)
SELECT i, CASE WHEN i % 4 = 0 THEN {tier_b} ELSE {tier_a} END, {starts}, {ends}, 25, 'JOD', '' FROM n, years
WHERE y < {terms} AND {starts} <= {today}
"""
DECISIONS = """
{numbers} INSERT INTO members_membershipdecision (membership_id, kind, starts_on, reason, note, decided_at)
SELECT i, 'cancelled', {left}, 'cost', '', CURRENT_TIMESTAMP FROM n WHERE i % 25 = 0
"""


def measure(memberships: int) -> None:
    """Add so many memberships over ten years, and print how long their figures take.

    Prints "FIGURES <seconds of a rebuild> <seconds after one change> <seconds of reading> <memberships> <terms> <rows>".
    """
    fill(memberships)
    today = timezone.localdate()
    rebuilt = _seconds(lambda: rebuild(today))
    Term.objects.filter(membership=FIRST_NUMBER + 7).update(fee=30)
    kept = _seconds(lambda: bring_up_to_date(today))
    rows = sum(model.objects.count() for model in (Figure, FeeFigure, CohortFigure))
    counts = (Membership.objects.count(), Term.objects.count(), rows)
    print("FIGURES", f"{rebuilt:.1f} {kept:.2f} {_seconds(lambda: read(today)):.2f}", *counts)


def read(today: date) -> None:
    """What the page of figures reads, but for the names of tiers and branches."""
    sheet = read_sheet()
    choice = Choice(month_of(today) - 11, month_of(today))
    reasons_for_leaving(choice)
    fees_by_tier(choice)
    cohorts(sheet, choice, as_of=today)
    forecast(sheet, choice, as_of=today)


def fill(memberships: int, *, first: int = FIRST_NUMBER) -> None:
    """Write so many memberships with their terms, numbered from `first` on, as a database does it fastest."""
    today = timezone.localdate()
    first_day = today.replace(year=today.year - YEARS, day=1)
    tier_a, tier_b = Tier.objects.exclude(term_kind="lifetime").order_by("pk")[:2]
    branch = Branch.objects.first() or Branch.objects.create(name={"en": "Bench"})
    day = _day_maker(first_day)
    joined = _JOINED.format(days=(today - first_day).days)
    pause = "CASE WHEN i % 20 = 0 AND y > 1 THEN 180 ELSE 0 END"
    facts = {
        "empty": "{}", "branch": branch.pk, "tier_a": tier_a.pk, "tier_b": tier_b.pk, "terms": _TERMS,
        "joined": day(joined), "today": day(str((today - first_day).days)),
        "starts": day(f"{joined} + 365 * y + {pause}"), "ends": day(f"{joined} + 365 * y + {pause} + 364"),
        "died": day(f"{joined} + i % 1500"), "left": day(f"{joined} + 365 * {_TERMS}"),
    }  # fmt: skip
    last = first + memberships - 1
    with connection.cursor() as cursor:
        for start in range(first, last + 1, CHUNK):
            numbers = _NUMBERS.format(first=start, last=min(start + CHUNK - 1, last))
            for statement in (CONTACTS, MEMBERSHIPS, TERMS, DECISIONS):
                cursor.execute(statement.format(numbers=numbers, **facts))
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _day_maker(first: date):
    """How this database writes the day that lies so many days after `first`."""
    if connection.vendor == "sqlite":
        return lambda days: f"date('{first}', '+' || ({days}) || ' days')"
    return lambda days: f"(DATE '{first}' + ({days})::int)"


def _seconds(do) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start
