"""The status on a day is the same however it was reached: only the days that were paid for count."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.memberships import join, renew
from members.domain.merging import merge, undo_merge
from members.domain.tier_changes import change_tier, quote_change
from members.domain.undoing import undo_term
from members.models import CutReason, Membership, MembershipStatus
from tests.factories.imports import carry_out, run_of
from tests.factories.members import ContactFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db

FIRST = date(2024, 1, 31)
DAY = timedelta(days=1)
quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
# Days between the end of a term and its renewal: in good time, on the last day, within grace, and long after.
WAITS = st.lists(st.sampled_from([-40, -1, 0, 1, 15, 30, 31, 200]), max_size=4)
MONTHS = st.sampled_from([1, 3, 12])


def by_joining(waits, tier):
    """The membership of somebody who joined and renewed on such days."""
    term = join(ContactFactory(), tier=tier, on=FIRST)
    for wait in waits:
        term = renew(term.membership, tier=tier, on=term.ends_on + wait * DAY)
    return Membership.objects.get(pk=term.membership_id)


def spans(membership):
    return [(term.starts_on, term.ends_on) for term in membership.terms.order_by("starts_on") if not term.is_void]


def course(membership, until):
    """Where a membership stands on each day from before it began."""
    fresh = Membership.objects.prefetch_related("terms", "decisions").get(pk=membership.pk)
    days = (until - FIRST).days + 60
    return [fresh.status_on(FIRST + number * DAY) for number in range(-20, days)]


def written_by_hand(membership):
    """A membership with the same terms as rows, the latest written first."""
    first, *others = [term for term in membership.terms.order_by("starts_on") if not term.is_void]
    written = TermFactory(tier=first.tier, starts_on=first.starts_on, ends_on=first.ends_on).membership
    for term in reversed(others):
        TermFactory(membership=written, tier=term.tier, starts_on=term.starts_on, ends_on=term.ends_on)
    return written


def last_day(membership):
    return max(ends_on for _starts_on, ends_on in spans(membership))


@quiet
@given(waits=WAITS, months=MONTHS)
def test_imported_as_it_was_joined(waits, months):
    tier = TierFactory(term_months=months, grace_days=30, renewal_window_days=60)
    joined = by_joining(waits, tier)
    lines = [f"Layla Haddad,l{joined.pk}@p.example,{tier.slug},{first},{last}\n" for first, last in spans(joined)]
    carry_out(run_of("name,email,tier,paid from,paid until\n" + "".join(lines)))
    imported = Membership.objects.get(contact__emails__address=f"l{joined.pk}@p.example")
    until = last_day(joined)
    assert course(imported, until) == course(joined, until)


@quiet
@given(waits=WAITS, months=MONTHS, data=st.data())
def test_merged_as_it_was_joined_and_parted_again_as_it_was_before(waits, months, data):
    tier = TierFactory(term_months=months, grace_days=30, renewal_window_days=60)
    joined = by_joining(waits, tier)
    until, before = last_day(joined), course(joined, last_day(joined))
    kept, merged = ContactFactory(), joined.contact
    if data.draw(st.booleans()):
        kept, merged = merged, kept
    note = merge(kept, merged, {}, by=None)
    assert (Membership.objects.get(pk=joined.pk).contact, course(joined, until)) == (kept, before)
    undo_merge(note, by=None)
    assert (Membership.objects.get(pk=joined.pk).contact_id, course(joined, until)) == (joined.contact_id, before)


@quiet
@given(waits=WAITS, months=MONTHS, moved=st.integers(0, 400))
def test_moved_to_another_tier_as_if_it_had_always_been_so(waits, months, moved):
    tier = TierFactory(term_months=months, grace_days=30, renewal_window_days=60)
    other = TierFactory(term_months=12, grace_days=30)
    joined = by_joining(waits, tier)
    on = min(FIRST + moved * DAY, last_day(joined))
    if joined.status_on(on) == MembershipStatus.CURRENT:
        change_tier(joined, tier=other, on=on, paid=quote_change(joined, other, on=on).due)
    assert course(written_by_hand(joined), last_day(joined)) == course(joined, last_day(joined))


@quiet
@given(waits=WAITS, months=MONTHS)
def test_a_renewal_that_was_undone_leaves_it_as_it_was_before(waits, months):
    tier = TierFactory(term_months=months, grace_days=30, renewal_window_days=60)
    joined = by_joining(waits, tier)
    until, before = last_day(joined), course(joined, last_day(joined))
    renewed = renew(joined, tier=tier, on=until)
    assert course(joined, until) != before
    undo_term(renewed, on=renewed.starts_on, reason=CutReason.REFUNDED)
    assert course(joined, until) == before
