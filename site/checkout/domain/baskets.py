"""Filling a basket: what somebody wants to pay for, before a penny has moved."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from djmoney.money import Money

from checkout.models import Basket, BasketLine, LineKind
from donations.models import Appeal, Fund
from members.domain.memberships import may_join, membership_of, start_of_renewal
from members.exceptions import AlreadyMemberError, TierNotOfferedError
from members.models import Contact, Tier, User


@dataclass(frozen=True)
class Payer:
    """Who fills in the form. `user` is whoever is logged in, and decides which record it goes to."""

    given_name: str
    family_name: str
    email: str
    language: str
    phone: str = ""
    wants_news: bool = False
    news_wording: str = ""
    user: User | None = None


def start_join(payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date) -> Basket:
    """Return a basket with the dues of a first term on `tier`; the same one again for the same form.

    Raises TierNotOfferedError, and AlreadyMemberError for somebody logged in whose membership has not lapsed. Who is
    not logged in learns nothing about anybody's membership; what they pay renews it.
    """
    if not tier.is_offered:
        raise TierNotOfferedError
    contact = _contact_of(payer.user)
    if contact and not may_join(contact, tier=tier, on=on):
        raise AlreadyMemberError
    line = BasketLine(kind=LineKind.DUES, tier=tier, amount=tier.price)
    return _basket(payer, line, contact=contact, gateway=gateway, form_key=form_key)


def start_renewal(contact: Contact, payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date) -> Basket:
    """Return a basket with the dues of the next term of the membership of `contact`.

    Raises RenewalTooEarlyError and TierNotOfferedError before anything is paid. A tier no longer on offer may still be
    renewed by whoever has it.
    """
    membership = membership_of(contact, branch=tier.branch)
    last = membership.last_term if membership else None
    if not tier.is_offered and (last is None or last.tier_id != tier.pk):
        raise TierNotOfferedError
    if membership:
        start_of_renewal(membership, on=on)
    line = BasketLine(kind=LineKind.DUES, tier=tier, amount=tier.price)
    return _basket(payer, line, contact=contact, gateway=gateway, form_key=form_key)


def start_gift(
    payer: Payer,
    *,
    fund: Fund,
    amount: Money,
    gateway: str,
    form_key: uuid.UUID,
    interval: str = "",
    appeal: Appeal | None = None,
    is_anonymous: bool = False,
) -> Basket:
    """Return a basket with a gift of `amount` to `fund`, once or, with an `interval`, again and again."""
    line = BasketLine(
        kind=LineKind.GIFT, fund=fund, appeal=appeal, amount=amount, interval=interval, is_anonymous=is_anonymous
    )
    return _basket(payer, line, contact=_contact_of(payer.user), gateway=gateway, form_key=form_key)


def _contact_of(user: User | None) -> Contact | None:
    return Contact.objects.filter(user=user).first() if user else None


@transaction.atomic
def _basket(payer: Payer, line: BasketLine, *, contact: Contact | None, gateway: str, form_key: uuid.UUID) -> Basket:
    basket, is_new = Basket.objects.get_or_create(
        form_key=form_key,
        defaults={
            "given_name": payer.given_name,
            "family_name": payer.family_name,
            "email": payer.email.lower(),
            "phone": payer.phone,
            "language": payer.language,
            "wants_news": payer.wants_news,
            "news_wording": payer.news_wording if payer.wants_news else "",
            "user": payer.user,
            "contact": contact,
            "gateway": gateway,
        },
    )
    if is_new:
        line.basket = basket
        line.save()
    return basket
