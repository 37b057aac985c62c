"""Joining and renewing: a membership is made once and then grows by terms."""

import calendar
from datetime import date, timedelta

from django.db import transaction

from members.domain.counters import take_next
from members.exceptions import AlreadyMemberError, RenewalTooEarlyError
from members.models import Contact, MemberCard, Membership, MembershipStatus, Term, Tier
from members.signals import term_started

RENEWAL_WINDOW_DAYS = 90


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_term(starts_on: date, *, months: int) -> date:
    """Return the last day of a term of `months` that starts on `starts_on`: 1 January to 31 December, for 12."""
    return add_months(starts_on, months) - timedelta(days=1)


def membership_of(contact: Contact) -> Membership | None:
    """Return the membership of `contact`, whatever its status, or None."""
    return contact.memberships.order_by("pk").first()


@transaction.atomic
def join(contact: Contact, *, tier: Tier, on: date) -> Term:
    """Make `contact` a member on `tier` from the day `on` and return the first term.

    Someone who was a member before gets their old membership and number back, with a new term.
    Raises AlreadyMemberError when a term is in force, in grace or about to start.
    """
    # Joins of one person take turns, so that a second click meets the first one's membership.
    Contact.objects.select_for_update().get(pk=contact.pk)
    membership = membership_of(contact)
    if membership is None:
        membership = Membership.objects.create(contact=contact, joined_on=on, number=next_member_number(on))
        MemberCard.objects.create(membership=membership, issued_on=on)
    elif membership.status_on(on) != MembershipStatus.LAPSED:
        raise AlreadyMemberError
    return _add_term(membership, tier=tier, starts_on=on)


@transaction.atomic
def renew(membership: Membership, *, tier: Tier, on: date) -> Term:
    """Add the next term of `membership` on `tier` and return it.

    Before the last term ends, or in its grace period, the new term starts the day after
    it, without a gap. A lapsed membership starts afresh on the day `on`.

    Raises RenewalTooEarlyError more than RENEWAL_WINDOW_DAYS before the last term ends.
    """
    # Renewals of one membership take turns, so that a second click meets the first one's term.
    Membership.objects.select_for_update().get(pk=membership.pk)
    return _add_term(membership, tier=tier, starts_on=start_of_renewal(membership, on=on))


def start_of_renewal(membership: Membership, *, on: date) -> date:
    """Return the day on which a term renewed on the day `on` starts. Raises RenewalTooEarlyError."""
    last = membership.terms.select_related("tier").order_by("ends_on").last()
    if last is None or last.status_on(on) == MembershipStatus.LAPSED:
        return on
    opens_on = last.ends_on - timedelta(days=RENEWAL_WINDOW_DAYS)
    if on < opens_on:
        raise RenewalTooEarlyError(opens_on)
    return last.ends_on + timedelta(days=1)


def next_member_number(on: date) -> str:
    """Return the next free member number of the year of `on`, such as 2026-0042. Call it inside a transaction."""
    return f"{on.year}-{take_next(f'member-{on.year}'):04d}"


def _add_term(membership: Membership, *, tier: Tier, starts_on: date) -> Term:
    is_first = not membership.terms.exists()
    term = Term.objects.create(
        membership=membership,
        tier=tier,
        starts_on=starts_on,
        ends_on=end_of_term(starts_on, months=tier.term_months),
    )
    transaction.on_commit(lambda: term_started.send_robust(Term, term=term, is_first=is_first))
    return term
