"""Filling a basket: what somebody wants to pay for, before a penny has moved."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from djmoney.money import Money

from checkout.models import Basket, BasketLine, GiftWish, LineKind
from donations.domain.gifts import total_of
from donations.models import Fund
from members.domain.concessions import Payee, find_code, hold_code
from members.domain.credit import credit_of
from members.domain.eligibility import check_may_have_next, check_may_join, hold_place
from members.domain.fees import Quote, quote_joining, quote_renewal
from members.domain.memberships import may_join, membership_of, start_of_renewal
from members.domain.tier_changes import quote_change
from members.exceptions import AlreadyMemberError, ApprovalNeededError, TierNotOfferedError
from members.models import Approval, Contact, DiscountCode, Membership, Term, Tier, User


@dataclass(frozen=True)
class Payer:
    """Who fills in the form. `user` is whoever is logged in, and decides which record it goes to."""

    given_name: str
    family_name: str
    email: str
    language: str
    phone: str = ""
    birth_date: date | None = None
    wants_news: bool = False
    news_wording: str = ""
    user: User | None = None


def start_join(
    payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date, currency: str = "", code: str = ""
) -> Basket:
    """Return a basket with the dues of a first term on `tier`; the same one again for the same form.

    Raises what `check_join` and `basket_for_join` do, and ApprovalNeededError where it takes an application.
    """
    _check_needs_no_approval(tier)
    check_join(payer, tier=tier, on=on)
    return basket_for_join(payer, tier=tier, gateway=gateway, form_key=form_key, on=on, currency=currency, code=code)


def _check_needs_no_approval(tier: Tier) -> None:
    if tier.approval != Approval.NONE:
        raise ApprovalNeededError


def check_join(payer: Payer, *, tier: Tier, on: date) -> None:
    """Raise unless `payer` may choose `tier` by themselves on the day `on`, whether there is a place or not.

    Raises what `check_may_join` does, and AlreadyMemberError for somebody logged in whose membership has not lapsed. Who
    is not logged in learns nothing about anybody's membership; what they pay renews it.
    """
    contact = _contact_of(payer.user)
    check_may_join(tier, Payee(contact, payer.birth_date), on=on)
    if contact and not may_join(contact, tier=tier, on=on):
        raise AlreadyMemberError


def basket_for_join(
    payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date, currency: str = "", code: str = ""
) -> Basket:
    """Return a basket with the dues of a first term on `tier` for whoever may have it; the same for the same form.

    A place on the tier is held. Raises TierFullError, CurrencyNotOfferedError, CodeNotValidError.
    """
    contact = _contact_of(payer.user)
    payee = Payee(contact, payer.birth_date)
    is_new = contact is None or membership_of(contact, branch=tier.branch) is None
    with held(code, tier=tier, form_key=form_key, on=on) as found:
        quote = quote_joining(tier, payee, on=on, is_new=is_new, currency=currency or None, code=found)
        return fill_basket(
            payer, *dues_lines(tier, quote, priced_on=on), contact=contact, gateway=gateway, form_key=form_key
        )


def quote_for_joining(payer: Payer, *, tier: Tier, on: date) -> Quote:
    """Return what joining `tier` on the day `on` costs `payer`, in the tier's own currency and without a code."""
    contact = _contact_of(payer.user)
    is_new = contact is None or membership_of(contact, branch=tier.branch) is None
    return quote_joining(tier, Payee(contact, payer.birth_date), on=on, is_new=is_new)


def quote_for_renewal(contact: Contact, *, tier: Tier, on: date, code: DiscountCode | None = None) -> Quote:
    """Return what the next term of the membership of `contact` costs on `tier`, renewed on the day `on`.

    Raises RenewalTooEarlyError, ForLifeError, MembershipStoppedError.
    """
    membership = membership_of(contact, branch=tier.branch)
    if membership is None:
        return quote_joining(tier, Payee(contact), on=on, code=code)
    return quote_next_term(membership, tier=tier, on=on, code=code)


def quote_next_term(membership: Membership, *, tier: Tier, on: date, code: DiscountCode | None = None) -> Quote:
    """Return what the next term of `membership` costs on `tier`. Raises as `quote_for_renewal` does."""
    starts_on = start_of_renewal(membership, on=on)
    return quote_renewal(tier, Payee(membership.contact), starts_on=starts_on, credit=credit_of(membership), code=code)


def start_renewal(
    contact: Contact, payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date, code: str = ""
) -> Basket:
    """Return a basket with the dues of the next term of the membership of `contact`.

    Raises what `quote_for_renewal` and `check_may_have_next` do, ApprovalNeededError, TierFullError and CodeNotValidError,
    before anything is paid.
    """
    membership = membership_of(contact, branch=tier.branch)
    if membership is None:
        _check_needs_no_approval(tier)
        check_may_join(tier, Payee(contact), on=on)
    else:
        check_may_have_next(tier, membership, on=start_of_renewal(membership, on=on))
    with held(code, tier=tier, form_key=form_key, on=on, membership=membership) as found:
        quote = quote_for_renewal(contact, tier=tier, on=on, code=found)
        lines = dues_lines(tier, quote, priced_on=on, membership=membership)
        return fill_basket(payer, *lines, contact=contact, gateway=gateway, form_key=form_key)


def start_renewal_after(
    term: Term, payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date, code: str = ""
) -> Basket:
    """Return a basket with the dues of the term after `term`, which whoever has the link to it may pay.

    Raises what `start_renewal` does. The payer's name and address may be empty: then the receipt is the member's.
    """
    membership = term.membership
    if tier.branch_id != membership.branch_id:
        raise TierNotOfferedError
    check_may_have_next(tier, membership, on=start_of_renewal(membership, on=on))
    with held(code, tier=tier, form_key=form_key, on=on, membership=membership) as found:
        quote = quote_next_term(membership, tier=tier, on=on, code=found)
        lines = dues_lines(tier, quote, priced_on=on, membership=membership)
        return fill_basket(payer, *lines, contact=membership.contact, gateway=gateway, form_key=form_key, renews=term)


def start_change(
    membership: Membership, payer: Payer, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date
) -> Basket:
    """Return a basket with what it costs to be on `tier` from the day `on`, less what is unused of the running term.

    Raises what `check_may_have_next` does, TierFullError and CannotChangeTierError.
    """
    check_may_have_next(tier, membership, on=on)
    quote = quote_change(membership, tier, on=on)
    hold_place(tier, key=form_key, at=timezone.now(), on=on)
    line = BasketLine(
        kind=LineKind.CHANGE,
        tier=tier,
        membership=membership,
        amount=quote.due,
        credit=quote.credit_used,
        priced_on=on,
        concession=quote.concession,
    )
    return fill_basket(payer, line, contact=membership.contact, gateway=gateway, form_key=form_key)


def dues_lines(tier: Tier, quote: Quote, *, priced_on: date, membership: Membership | None = None) -> list[BasketLine]:
    """Return the lines of one term: the fee, less the credit, and beside it the joining fee, if there is one."""
    dues = BasketLine(
        kind=LineKind.DUES,
        tier=tier,
        membership=membership,
        amount=quote.fee - quote.credit_used,
        credit=quote.credit_used if quote.credit_used else None,
        priced_on=priced_on,
        concession=quote.concession,
    )
    if not quote.joining_fee:
        return [dues]
    return [dues, BasketLine(kind=LineKind.JOINING, tier=tier, amount=quote.joining_fee)]


def free_line(tier: Tier, quote: Quote, *, priced_on: date, membership: Membership | None) -> BasketLine:
    """Return the line of a term that costs nothing, by decision: what is to the member's credit stays."""
    return BasketLine(kind=LineKind.DUES, tier=tier, membership=membership, amount=quote.fee * 0, priced_on=priced_on)


@contextmanager
def held(
    code: str, *, tier: Tier, form_key: uuid.UUID, on: date, membership: Membership | None = None
) -> Iterator[DiscountCode | None]:
    """The code that was typed, if any. A place on the tier and one use of the code are held for this form."""
    at = timezone.now()
    last = membership.last_term if membership else None
    with transaction.atomic():
        if last is None or last.tier_id != tier.pk:
            hold_place(tier, key=form_key, at=at, on=on)
        if not code.strip():
            yield None
            return
        found = find_code(code, tier=tier, at=at, key=form_key)
        hold_code(found, key=form_key, at=at)
        yield found


def start_gift(
    payer: Payer,
    *,
    shares: list[tuple[Fund, Money]],
    gateway: str,
    form_key: uuid.UUID,
    wish: GiftWish | None = None,
    fee_cover: Money | None = None,
) -> Basket:
    """Return a basket with a gift of `shares`, once or, if its `wish` says so, again and again.

    What the payer adds for the cost of the payment is a line of its own. Raises AmountError.
    """
    total_of(shares)
    lines = gift_lines(shares, fee_cover=fee_cover)
    contact = _contact_of(payer.user)
    return fill_basket(payer, *lines, contact=contact, gateway=gateway, form_key=form_key, wish=wish or GiftWish())


def gift_lines(shares: list[tuple[Fund, Money]], *, fee_cover: Money | None) -> list[BasketLine]:
    """Return one line for each fund, and one for the cost of the payment if the payer covers it."""
    lines = [BasketLine(kind=LineKind.GIFT, fund=fund, amount=amount) for fund, amount in shares]
    return [*lines, BasketLine(kind=LineKind.FEE, amount=fee_cover)] if fee_cover else lines


@transaction.atomic
def add_gift(basket: Basket, *, shares: list[tuple[Fund, Money]]) -> None:
    """Put a gift beside the dues in `basket`, once, and only before anything was begun to be paid."""
    basket = Basket.objects.select_for_update().get(pk=basket.pk)
    if basket.attempts.exists() or basket.fulfilled_at or GiftWish.objects.filter(basket=basket).exists():
        return
    total_of(shares)
    GiftWish.objects.create(basket=basket)
    for line in gift_lines(shares, fee_cover=None):
        line.basket = basket
        line.save()


def _contact_of(user: User | None) -> Contact | None:
    return Contact.objects.filter(user=user).first() if user else None


@transaction.atomic
def fill_basket(
    payer: Payer,
    *lines: BasketLine,
    contact: Contact | None,
    gateway: str,
    form_key: uuid.UUID,
    renews: Term | None = None,
    wish: GiftWish | None = None,
) -> Basket:
    """Return the basket of the form `form_key` with these lines; for a form sent twice, as it was filled the first time."""
    basket, is_new = Basket.objects.get_or_create(
        form_key=form_key,
        defaults={
            "given_name": payer.given_name,
            "family_name": payer.family_name,
            "email": payer.email.lower(),
            "phone": payer.phone,
            "birth_date": payer.birth_date,
            "language": payer.language,
            "wants_news": payer.wants_news,
            "news_wording": payer.news_wording if payer.wants_news else "",
            "user": payer.user,
            "contact": contact,
            "gateway": gateway,
            "renews": renews,
        },
    )
    if is_new:
        if wish:
            wish.basket = basket
            wish.save()
        for line in lines:
            line.basket = basket
            line.save()
    return basket
