"""A fee taken at the desk: the same rules as on the site, with the money in somebody's hand."""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils import translation
from djmoney.money import Money
from wagtail.log_actions import log

from checkout.domain.baskets import Payer, dues_lines, fill_basket, free_line, held
from checkout.domain.fulfilment import fulfil
from checkout.exceptions import FeeRefusedError, OfferChangedError, PartForNobodyError
from checkout.models import Basket, BasketLine, LineKind, PaymentAttempt
from donations.domain.offline import record_offline_payment
from members.domain.concessions import Payee
from members.domain.credit import credit_of
from members.domain.eligibility import check_may_have_next, check_may_join
from members.domain.fees import Quote, quote_joining, quote_renewal
from members.domain.memberships import membership_of, start_of_renewal
from members.domain.terms import end_of_term
from members.domain.tier_changes import quote_change
from members.exceptions import MembersError
from members.models import Contact, DiscountCode, Membership, MembershipStatus, Tier, User

_JOINS = {MembershipStatus.LAPSED, MembershipStatus.CANCELLED}


class Action(StrEnum):
    JOIN = "join"
    RENEW = "renew"
    CHANGE = "change"


@dataclass(frozen=True)
class Offer:
    """What taking the fee of one tier would do today, and what it costs. `after` is the last term there is by now."""

    action: Action
    tier: Tier
    membership: Membership | None
    starts_on: date
    ends_on: date
    quote: Quote

    @property
    def after(self) -> int | None:
        """The term that this one follows; another one by the time of paying means that somebody was faster."""
        last = self.membership.last_term if self.membership else None
        return last.pk if last else None


@dataclass(frozen=True)
class Taken:
    """What lies on the desk: so much, in this way, received on this day."""

    gateway: str
    amount: Money
    bank_reference: str = ""


@dataclass(frozen=True)
class Order:
    """What staff have read and agreed to: `due` and `after` as the page showed them, `reason` if nothing is asked for it."""

    contact: Contact
    tier: Tier
    action: Action
    due: Money
    after: int | None
    form_key: uuid.UUID
    taken: Taken | None = None
    reason: str = ""
    code: str = ""


@dataclass(frozen=True)
class Desk:
    """What can be done for a contact, and why their own tier cannot be renewed, if it cannot."""

    offers: list[Offer]
    refusal: str


def desk_of(contact: Contact, *, on: date) -> Desk:
    """Return all that the desk can do about the membership of `contact` on the day `on`."""
    offers, refusal = [], ""
    own = {membership.last_term.tier_id for membership in contact.memberships.all() if membership.last_term}
    for tier in Tier.objects.select_related("branch").prefetch_related("prices", "moves_from"):
        for action in Action:
            try:
                offers.append(offer_of(contact, tier=tier, action=action, on=on))
            except OfferChangedError:
                continue
            except MembersError as error:
                if tier.pk in own and action == Action.RENEW:
                    refusal = str(error)
    # What most come for stands first: the next term on the tier they have.
    offers.sort(key=lambda offer: (offer.action == Action.CHANGE, offer.tier.pk not in own))
    return Desk(offers, refusal)


def offer_of(contact: Contact, *, tier: Tier, action: Action, on: date, code: DiscountCode | None = None) -> Offer:
    """Return what `action` on `tier` would do on the day `on`.

    Raises MembersError where the rules forbid it, and OfferChangedError for joining where there is something to renew, or
    the other way round.
    """
    membership = membership_of(contact, branch=tier.branch)
    joins = membership is None or membership.status_on(on) in _JOINS
    if joins != (action == Action.JOIN):
        raise OfferChangedError
    if membership is None or joins:
        check_may_join(tier, Payee(contact), on=on, by_office=True)
        quote, starts_on = quote_joining(tier, Payee(contact), on=on, is_new=membership is None, code=code), on
    elif action == Action.RENEW:
        starts_on = start_of_renewal(membership, on=on)
        check_may_have_next(tier, membership, on=starts_on, by_office=True)
        quote = quote_renewal(tier, Payee(contact), starts_on=starts_on, credit=credit_of(membership), code=code)
    else:
        check_may_have_next(tier, membership, on=on, by_office=True)
        quote, starts_on = quote_change(membership, tier, on=on), on
    return Offer(action, tier, membership, starts_on, end_of_term(starts_on, tier=tier), quote)


@transaction.atomic
def take_fee(order: Order, *, on: date, today: date, by: User) -> Basket:
    """Do what `order` says as of the day `on`, on which the money came, and return its basket, granted and receipted.

    Less than what is due grants nothing and is kept for the next fee; what is more is kept as well. A form sent twice does
    it once. Then nothing is written: raises OfferChangedError if a colleague was faster or the fee is another by now,
    PartForNobodyError for a part of a first fee, FeeRefusedError, MembersError, DuplicateEntryError, AmountError.
    """
    contact = Contact.objects.select_for_update().get(pk=order.contact.pk)
    if done := Basket.objects.filter(form_key=order.form_key).first():
        return done
    membership = membership_of(contact, branch=order.tier.branch)
    with held(order.code, tier=order.tier, form_key=order.form_key, on=on, membership=membership) as code:
        offer = offer_of(contact, tier=order.tier, action=order.action, on=on, code=code)
        if (offer.quote.due, offer.after) != (order.due, order.after):
            raise OfferChangedError
        lines = _lines(offer, order, on=on)
        payer = Payer(given_name="", family_name="", email="", language=contact.preferred_language)
        gateway = order.taken.gateway if order.taken else ""
        basket = fill_basket(payer, *lines, contact=contact, gateway=gateway, form_key=order.form_key)
    if order.taken:
        _take_in(basket, order.taken, received_on=on, by=by)
    fulfil(basket, on=on, receipt_on=today)
    if problem := next((line.problem for line in basket.lines.all() if line.problem), ""):
        raise FeeRefusedError(problem)
    paid = str(order.taken.amount) if order.taken else ""
    log(contact, "sanduq.fee_taken", user=by, data={"tier": str(order.tier), "paid": paid, "reason": order.reason})
    return basket


def _lines(offer: Offer, order: Order, *, on: date) -> list[BasketLine]:
    tier, quote = offer.tier, offer.quote
    if order.reason and offer.action != Action.CHANGE:
        return [free_line(tier, quote, priced_on=on, membership=offer.membership)]
    paid = order.taken.amount if order.taken else quote.due * 0
    if paid < quote.due:
        if offer.membership is None or not paid:
            raise PartForNobodyError
        return [BasketLine(kind=LineKind.ADVANCE, tier=tier, membership=offer.membership, amount=paid)]
    lines = dues_lines(tier, quote, priced_on=on, membership=offer.membership)
    if offer.action == Action.CHANGE:
        lines[0].kind = LineKind.CHANGE
    if paid > quote.due:
        lines.append(BasketLine(kind=LineKind.ADVANCE, tier=tier, amount=paid - quote.due))
    return lines


def _take_in(basket: Basket, taken: Taken, *, received_on: date, by: User) -> None:
    contact = basket.contact
    if contact is None:
        raise ValueError("What is taken at the desk is somebody's.")
    with translation.override(basket.language):
        description = ", ".join(line.description() for line in basket.lines.select_related("tier", "concession"))
    payment = record_offline_payment(
        gateway=taken.gateway,
        amount=taken.amount,
        received_on=received_on,
        payer=contact,
        description=description,
        actor=by,
        bank_reference=taken.bank_reference,
        language=basket.language,
    )
    PaymentAttempt.objects.create(basket=basket, payment=payment)
