"""Renewing many memberships, or moving many to another tier: for each by the rules that hold at the desk and on the site.

Nothing is granted unpaid: what costs nothing, or is given by decision, is granted at once; for everything else an invoice
goes out, and the term is granted once it is paid.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from checkout.domain.automatic import renewal_of
from checkout.domain.baskets import Payer, dues_lines, fill_basket, free_line, held
from checkout.domain.fulfilment import fulfil
from checkout.domain.paying import awaited_lines, begin_payment
from checkout.exceptions import (
    CheckoutError,
    FeeRefusedError,
    InvoiceAwaitedError,
    NoInvoicesError,
    RenewedByCardError,
    StaysOnTierError,
)
from checkout.models import Basket, BasketLine, LineKind
from donations.payments.registry import gateways_offered
from donations.payments.transfer import TransferGateway
from members.domain.concessions import Payee
from members.domain.credit import credit_of
from members.domain.eligibility import check_may_have_next, places_left
from members.domain.fees import Quote, quote_renewal
from members.domain.fitting import fitting_tier
from members.domain.memberships import start_of_renewal
from members.domain.terms import end_of_term
from members.domain.tier_changes import quote_change
from members.exceptions import MembersError, SaidNotRenewingError, TierFullError, TierNotOfferedError
from members.models import Contact, Membership, NotRenewing, Tier, User


class Way(StrEnum):
    """How those pay for whom something is due."""

    INVOICE = "invoice"
    FREE = "free"


class Kind(StrEnum):
    RENEW = "renew"
    CHANGE = "change"


@dataclass(frozen=True)
class Wish:
    """What is to be done with each membership. `tier` is None for the one that fits by the rules."""

    kind: Kind
    tier: Tier | None
    way: Way = Way.INVOICE
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What would be done with one membership, or the sentence of the rule that forbids it."""

    membership: Membership
    tier: Tier | None = None
    quote: Quote | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    is_free: bool = False
    refusal: str = ""

    @property
    def is_invoiced(self) -> bool:
        """Whether something is to be paid first."""
        return bool(self.quote and self.quote.due and not self.is_free)


def plans_of(memberships: Iterable[Membership], wish: Wish, *, on: date) -> Iterator[Plan]:
    """Yield what `wish` would do with each of `memberships` on the day `on`, in this order: the last may find no place."""
    left: dict[int, int] = {}
    for membership in memberships:
        try:
            plan = plan_of(membership, wish, on=on)
            _take_place(plan, left, on=on)
            yield plan
        except (MembersError, CheckoutError) as refusal:
            yield Plan(membership, refusal=str(refusal))


def _take_place(plan: Plan, left: dict[int, int], *, on: date) -> None:
    """Count down the places of the tier to which somebody moves. Raises TierFullError when none is `left`."""
    tier, last = _planned(plan), plan.membership.last_term
    if tier.capacity is None or (last and last.tier_id == tier.pk):
        return
    if tier.pk not in left:
        left[tier.pk] = places_left(tier, at=timezone.now(), on=on) or 0
    if not left[tier.pk]:
        raise TierFullError
    left[tier.pk] -= 1


def plan_of(membership: Membership, wish: Wish, *, on: date) -> Plan:
    """Return what `wish` would do with `membership` on the day `on`. Raises MembersError or CheckoutError."""
    check_nothing_is_awaited(membership)
    plan = (_renewal if wish.kind == Kind.RENEW else _change)(membership, wish, on=on)
    if plan.is_invoiced and TransferGateway.code not in {gateway.code for gateway in gateways_offered()}:
        raise NoInvoicesError
    return plan


def check_nothing_is_awaited(membership: Membership) -> None:
    """Raise InvoiceAwaitedError while a transfer for a term of `membership` is awaited: nobody is asked twice."""
    if awaited_lines(membership).exists():
        raise InvoiceAwaitedError


def _renewal(membership: Membership, wish: Wish, *, on: date) -> Plan:
    starts_on = start_of_renewal(membership, on=on)
    if renewal_of(membership):
        raise RenewedByCardError
    if NotRenewing.objects.standing().filter(term=membership.last_term).exists():
        raise SaidNotRenewingError
    tier = _tier_for(membership, wish, on=starts_on)
    check_may_have_next(tier, membership, on=starts_on, by_office=True)
    quote = quote_renewal(tier, Payee(membership.contact), starts_on=starts_on, credit=credit_of(membership))
    return Plan(membership, tier, quote, starts_on, end_of_term(starts_on, tier=tier), is_free=wish.way == Way.FREE)


def _change(membership: Membership, wish: Wish, *, on: date) -> Plan:
    tier = _tier_for(membership, wish, on=on)
    if membership.last_term and membership.last_term.tier_id == tier.pk:
        raise StaysOnTierError
    check_may_have_next(tier, membership, on=on, by_office=True)
    return Plan(membership, tier, quote_change(membership, tier, on=on), on, end_of_term(on, tier=tier))


def _tier_for(membership: Membership, wish: Wish, *, on: date) -> Tier:
    tier = wish.tier or fitting_tier(membership, on=on)
    if tier.branch_id != membership.branch_id:
        raise TierNotOfferedError
    return tier


@transaction.atomic
def carry_out_wish(membership: Membership, wish: Wish, *, on: date, form_key: uuid.UUID, by: User | None) -> Basket:
    """Do what `wish` says with `membership` and return its basket: granted, or with an invoice on its way.

    Asked again with the same `form_key` it does nothing more. Raises MembersError or CheckoutError; then nothing is done.
    """
    contact = Contact.objects.select_for_update().get(pk=membership.contact_id)
    if done := Basket.objects.filter(form_key=form_key).first():
        return done
    membership = Membership.objects.select_related("contact", "branch").get(pk=membership.pk)
    plan = plan_of(membership, wish, on=on)
    with held("", tier=_planned(plan), form_key=form_key, on=on, membership=membership):
        basket = fill_basket(
            Payer(given_name="", family_name="", email="", language=contact.preferred_language),
            *_lines(plan, wish, on=on),
            contact=contact,
            gateway=TransferGateway.code if plan.is_invoiced else "",
            form_key=form_key,
            renews=membership.last_term if wish.kind == Kind.RENEW else None,
        )
    if plan.is_invoiced:
        begin_payment(basket)
        return basket
    fulfil(basket, on=on)
    basket.refresh_from_db()
    line = basket.lines.get()
    if line.term is None:
        raise FeeRefusedError(line.problem)
    if plan.is_free:
        log(contact, "sanduq.fee_taken", user=by, data={"tier": str(plan.tier), "paid": "", "reason": wish.reason})
    return basket


def _planned(plan: Plan) -> Tier:
    if plan.tier is None:
        raise ValueError("A plan that was not refused has a tier.")
    return plan.tier


def _lines(plan: Plan, wish: Wish, *, on: date) -> list[BasketLine]:
    tier, quote = _planned(plan), plan.quote
    if quote is None:
        raise ValueError("A plan that was not refused has a fee.")
    if plan.is_free:
        return [free_line(tier, quote, priced_on=on, membership=plan.membership)]
    lines = dues_lines(tier, quote, priced_on=on, membership=plan.membership)
    if wish.kind == Kind.CHANGE:
        lines[0].kind = LineKind.CHANGE
    return lines
