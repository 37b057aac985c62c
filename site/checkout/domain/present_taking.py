"""Accepting a present: it becomes a term of whoever has the link, once, as long as its money is ours."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from djmoney.money import Money

from checkout.domain.presents import found_again, state_of
from checkout.exceptions import PresentNotReadyError
from checkout.models import Basket, LineKind, Present, PresentState
from checkout.signals import present_accepted, present_address_given
from members.domain.concessions import Payee
from members.domain.contacts import find_or_create_contact
from members.domain.eligibility import check_promised, give_up_place
from members.domain.memberships import join, may_join, membership_of, renew, start_of_renewal
from members.models import Contact, Term, Tier


@dataclass(frozen=True)
class Taker:
    """Who accepts. `email` is an address that they have proven, never one that was only typed."""

    given_name: str
    family_name: str
    email: str
    language: str
    phone: str = ""
    birth_date: date | None = None


def prove_address(present: Present, email: str) -> None:
    """Have a link sent to `email`, with which whoever reads mail there accepts `present`."""
    present_address_given.send_robust(Present, present=present, email=email.strip().lower())


@transaction.atomic
def accept_present(present: Present, taker: Taker, *, on: date, at: datetime) -> Term:
    """Let `taker` have what was paid for, from the day `on`, and return the term.

    Somebody new joins. Whose membership in that branch runs goes on by it, as far as the rules let them. Raises
    PresentNotReadyError unless it can be accepted, and MembersError where a rule is against it; it then stays as it was.
    """
    # Two who accept at once, and the money going back, take turns here.
    basket = Basket.objects.select_for_update().get(pk=present.basket_id)
    present = found_again(present)
    if (state := state_of(present, on=on)) != PresentState.READY:
        raise PresentNotReadyError(state)
    contact = find_or_create_contact(
        given_name=taker.given_name,
        family_name=taker.family_name,
        email=taker.email,
        language=taker.language,
        phone=taker.phone,
        birth_date=taker.birth_date,
    )
    line = basket.lines.get(kind=LineKind.PRESENT)
    line.term = _term(present.tier, contact, taker, fee=line.amount, on=on)
    line.problem = ""
    line.save(update_fields=["term", "problem"])
    present.contact, present.accepted_at = contact, at
    present.save(update_fields=["contact", "accepted_at"])
    # What was promised is a membership now, which is counted itself.
    give_up_place(basket.form_key)
    transaction.on_commit(lambda: present_accepted.send_robust(Present, present=present))
    return line.term


def _term(tier: Tier, contact: Contact, taker: Taker, *, fee: Money, on: date) -> Term:
    payee = Payee(contact, taker.birth_date)
    membership = membership_of(contact, branch=tier.branch)
    if membership is None or may_join(contact, tier=tier, on=on):
        check_promised(tier, payee, None, on=on)
        return join(contact, tier=tier, on=on, fee=fee)
    check_promised(tier, payee, membership, on=start_of_renewal(membership, on=on))
    return renew(membership, tier=tier, on=on, fee=fee)
