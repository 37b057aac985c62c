"""Moving a membership to another tier in the middle of a term: what was paid for and is not used yet counts."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from djmoney.money import Money

from members.domain.concessions import Payee
from members.domain.credit import credit_of, grant_credit, spend_credit
from members.domain.eligibility import check_may_have_next
from members.domain.fees import Quote, currencies_of, quote_renewal, unused_value
from members.domain.terms import cut_term, end_of_term
from members.exceptions import CannotChangeTierError, MembersError
from members.models import CreditReason, CutReason, Membership, MembershipStatus, Term, Tier
from members.signals import term_started


def quote_change(membership: Membership, tier: Tier, *, on: date) -> Quote:
    """Return what it costs to be on `tier` from the day `on`: its fee, less what is unused of the terms paid for.

    In the currency in which the running term was paid, if `tier` has a price in it. What is unused in another currency
    does not count here and stays to the member's credit. Raises CannotChangeTierError.
    """
    current = _term_to_leave(membership, tier, on=on)
    paid_in = str(current.fee.currency) if current.fee else None
    currency = paid_in if paid_in in currencies_of(tier) else str(tier.price.currency)
    payee = Payee(membership.contact)
    quote = quote_renewal(tier, payee, starts_on=on, credit=credit_of(membership), currency=currency)
    unused = sum(_unused(membership, on=on, currency=currency), Money(0, currency))
    return replace(quote, credit=quote.credit + unused)


def quotes_for_change(membership: Membership, *, on: date) -> dict[Tier, Quote]:
    """Return the tiers to which `membership` may and can move on the day `on`, each with what it costs."""
    quotes = {}
    tiers = Tier.objects.renewable_by(None).filter(branch=membership.branch_id)
    for tier in tiers.prefetch_related("prices", "moves_from"):
        with suppress(MembersError):
            check_may_have_next(tier, membership, on=on)
            quotes[tier] = quote_change(membership, tier, on=on)
    return quotes


def _term_to_leave(membership: Membership, tier: Tier, *, on: date) -> Term:
    """The term that runs on the day `on`, if one may leave it for `tier`."""
    running = [term for term in membership.terms.all() if term.starts_on <= on <= term.ends_on]
    if membership.status_on(on) != MembershipStatus.CURRENT or not running:
        raise CannotChangeTierError
    [term] = running
    if term.tier_id == tier.pk or term.is_for_life or tier.branch_id != membership.branch_id:
        raise CannotChangeTierError
    return term


def _unused(membership: Membership, *, on: date, currency: str) -> list[Money]:
    values = (unused_value(term, on=on) for term in membership.terms.all())
    return [value for value in values if value is not None and str(value.currency) == currency]


@transaction.atomic
def change_tier(membership: Membership, *, tier: Tier, on: date, paid: Money) -> Term:
    """Let `membership` be on `tier` from the day `on`, for which `paid` was paid besides its credit; return the new term.

    The running term ends the day before, and a coming one is undone. What is unused of them becomes credit, of which
    the rest of the fee is taken; what is left of it stays for the next fee.

    Raises CannotChangeTierError, and CreditSpentError if credit and payment together are less than the fee.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    quote = quote_change(membership, tier, on=on)
    left = []
    for term in membership.terms.all():
        if (value := unused_value(term, on=on)) is not None:
            left.append((term, value))
        cut_term(term, ends_on=on - timedelta(days=1), reason=CutReason.CHANGED)
    for term, value in left:
        grant_credit(membership, value, reason=CreditReason.CHANGED, term=term)
    made = Term.objects.create(
        membership=membership, tier=tier, starts_on=on, ends_on=end_of_term(on, tier=tier), fee=quote.fee
    )
    spend_credit(membership, quote.fee - paid, term=made)
    transaction.on_commit(lambda: term_started.send_robust(Term, term=made, is_first=False))
    return made
