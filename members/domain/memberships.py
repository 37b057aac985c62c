"""Joining and renewing: a membership is made once and then grows by terms."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from djmoney.money import Money

from members.domain.counters import go_on_after, take_many
from members.domain.decisions import end_decisions
from members.domain.terms import end_of_term
from members.exceptions import (
    AlreadyMemberError,
    ForLifeError,
    MembershipStoppedError,
    RenewalTooEarlyError,
)
from members.models import Branch, Contact, MemberCard, Membership, MembershipStatus, Term, Tier
from members.signals import term_started

# Who stands so may join afresh; everybody else renews.
_MAY_JOIN = {MembershipStatus.LAPSED, MembershipStatus.CANCELLED}
# The numbers that we give out, and no others: year and place in it.
_OURS = re.compile(r"^(\d{4})-(\d{1,9})$")
_STOPPED = {MembershipStatus.SUSPENDED, MembershipStatus.CANCELLED, MembershipStatus.DECEASED}


def membership_of(contact: Contact, *, branch: Branch | None = None) -> Membership | None:
    """Return the membership of `contact` in the whole, or in a `branch`, whatever its status, or None.

    Of two, as a merge may leave them, the one that is paid for longest.
    """
    found = contact.memberships.filter(branch=branch).annotate(until=Max("terms__ends_on"))
    return max(found, key=lambda membership: (membership.until or date.min, -membership.pk), default=None)


@transaction.atomic
def join(contact: Contact, *, tier: Tier, on: date, fee: Money | None = None) -> Term:
    """Make `contact` a member on `tier` from the day `on` and return the first term, for which `fee` was paid.

    Someone who was a member before gets their old membership and number back, with a new term; a cancellation ends
    with it. A branch has memberships of its own.

    Raises AlreadyMemberError when a term is in force, in grace or about to start, and MembershipStoppedError for
    somebody who is suspended or has died.
    """
    # Joins of one person take turns, so that a second click meets the first one's membership.
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.died_on:
        raise MembershipStoppedError(MembershipStatus.DECEASED)
    membership = membership_of(contact, branch=tier.branch)
    if membership is None:
        number = next_member_number(on)
        membership = Membership.objects.create(contact=contact, branch=tier.branch, joined_on=on, number=number)
        MemberCard.objects.create(membership=membership, issued_on=on)
    else:
        _check_may_join(membership, on=on)
        end_decisions(membership, before=on)
    return _add_term(membership, tier=tier, starts_on=on, fee=fee)


def may_join(contact: Contact, *, tier: Tier, on: date) -> bool:
    """Whether `contact` would join on `tier` on the day `on`, rather than renew."""
    membership = membership_of(contact, branch=tier.branch)
    return membership is None or membership.status_on(on) in _MAY_JOIN


def _check_may_join(membership: Membership, *, on: date) -> None:
    status = membership.status_on(on)
    if status in _STOPPED - _MAY_JOIN:
        raise MembershipStoppedError(status)
    if status not in _MAY_JOIN:
        raise AlreadyMemberError


@transaction.atomic
def renew(membership: Membership, *, tier: Tier, on: date, fee: Money | None = None) -> Term:
    """Add the next term of `membership` on `tier`, for which `fee` was paid, and return it.

    Before the last term ends, or in its grace period, the new term starts the day after
    it, without a gap. A lapsed membership starts afresh on the day `on`.

    Raises RenewalTooEarlyError before the window of the last term's tier opens, ForLifeError when there is nothing to
    renew, and MembershipStoppedError while it is suspended, cancelled, or the member has died.
    """
    # Renewals of one membership take turns, so that a second click meets the first one's term.
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    return _add_term(membership, tier=tier, starts_on=start_of_renewal(membership, on=on), fee=fee)


def start_of_renewal(membership: Membership, *, on: date) -> date:
    """Return the day on which a term renewed on the day `on` starts. Raises what `renew` does."""
    status = membership.status_on(on)
    if status in _STOPPED:
        raise MembershipStoppedError(status)
    last = membership.last_term
    if last is None or status == MembershipStatus.LAPSED:
        return on
    if last.is_for_life:
        raise ForLifeError
    opens_on = last.ends_on - timedelta(days=last.tier.renewal_window_days)
    if on < opens_on:
        raise RenewalTooEarlyError(opens_on)
    return last.ends_on + timedelta(days=1)


def next_member_number(on: date) -> str:
    """Return the next free member number of the year of `on`, such as 2026-0042. Call it inside a transaction."""
    return next_member_numbers([on])[0]


def next_member_numbers(days: Sequence[date]) -> list[str]:
    """Return a free member number for each of these days. Call it inside a transaction."""
    given = {year: iter(take_many(_series(year), count)) for year, count in Counter(day.year for day in days).items()}
    return [f"{day.year}-{next(given[day.year]):04d}" for day in days]


def keep_numbers_free_of(numbers: Iterable[str]) -> None:
    """Let none of these numbers, which were given out elsewhere, be given to anybody again."""
    highest: dict[int, int] = {}
    for found in filter(None, map(_OURS.match, numbers)):
        year = int(found[1])
        highest[year] = max(highest.get(year, 0), int(found[2]))
    for year, number in sorted(highest.items()):
        go_on_after(_series(year), number)


def _series(year: int) -> str:
    return f"member-{year}"


def _add_term(membership: Membership, *, tier: Tier, starts_on: date, fee: Money | None) -> Term:
    is_first = not membership.terms.exists()
    term = Term.objects.create(
        membership=membership, tier=tier, starts_on=starts_on, ends_on=end_of_term(starts_on, tier=tier), fee=fee
    )
    transaction.on_commit(lambda: term_started.send_robust(Term, term=term, is_first=is_first))
    return term
