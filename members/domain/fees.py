"""What a term costs: the fee, the part of it that is left, what is taken off, and what was paid already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from djmoney.money import Money

from members.domain.concessions import Payee, best_concession
from members.domain.terms import calendar_period
from members.exceptions import CurrencyNotOfferedError
from members.models import (
    Concession,
    DiscountCode,
    FeeOccasion,
    Term,
    TermKind,
    Tier,
    TierPrice,
)
from members.money import quantize


@dataclass(frozen=True)
class Rates:
    """What a tier costs in one currency."""

    price: Money
    joining_fee: Money
    renewal_price: Money


@dataclass(frozen=True)
class Quote:
    """What is to be paid for one term. Every amount is in one currency; `joining_fee` and `credit` may be zero."""

    full: Money
    fee: Money
    joining_fee: Money
    credit: Money
    concession: Concession | None = None
    is_part: bool = False

    @property
    def due(self) -> Money:
        """Fee and joining fee without what is to the member's credit; never below zero."""
        nothing = Money(0, self.fee.currency)
        return max(self.fee + self.joining_fee - self.credit, nothing)

    @property
    def credit_used(self) -> Money:
        """How much of the credit goes into it."""
        return min(self.credit, self.fee + self.joining_fee)

    @property
    def credit_left(self) -> Money:
        """How much of the credit stays."""
        return self.credit - self.credit_used

    def reductions(self) -> list[str]:
        """Why it is less than the full fee, in words."""
        words = [str(self.concession.name)] if self.concession else []
        return [*words, _("for the days that are left")] if self.is_part else words


def rates_of(tier: Tier, *, currency: str | None = None) -> Rates:
    """Return what `tier` costs in its own currency, or in `currency`. Raises CurrencyNotOfferedError."""
    priced = _priced_in(tier, currency or str(tier.price.currency))
    nothing = Money(0, priced.price.currency)
    renewal_price = priced.price if priced.renewal_price is None else priced.renewal_price
    return Rates(priced.price, priced.joining_fee or nothing, renewal_price)


def _priced_in(tier: Tier, currency: str) -> Tier | TierPrice:
    if currency == str(tier.price.currency):
        return tier
    for row in tier.prices.all():
        if str(row.price.currency) == currency:
            return row
    raise CurrencyNotOfferedError(currency)


def currencies_of(tier: Tier) -> list[str]:
    """The currencies in which `tier` can be paid, its own first."""
    return [str(tier.price.currency), *(str(row.price.currency) for row in tier.prices.all())]


def quote_joining(
    tier: Tier,
    payee: Payee,
    *,
    on: date,
    is_new: bool = True,
    currency: str | None = None,
    code: DiscountCode | None = None,
) -> Quote:
    """Return what joining `tier` on the day `on` costs: with the joining fee for somebody new, without it for others."""
    rates = rates_of(tier, currency=currency)
    joining_fee = rates.joining_fee if is_new else Money(0, rates.price.currency)
    return _quote(tier, payee, rates.price, FeeOccasion.JOINING, starts_on=on, joining_fee=joining_fee, code=code)


def quote_renewal(
    tier: Tier,
    payee: Payee,
    *,
    starts_on: date,
    credit: Iterable[Money] = (),
    currency: str | None = None,
    code: DiscountCode | None = None,
) -> Quote:
    """Return what a term on `tier` that starts on `starts_on` costs somebody who renews and has `credit`."""
    price = rates_of(tier, currency=currency).renewal_price
    mine = next((amount for amount in credit if amount.currency == price.currency), None)
    return _quote(tier, payee, price, FeeOccasion.RENEWAL, starts_on=starts_on, credit=mine, code=code)


def _quote(
    tier: Tier,
    payee: Payee,
    full: Money,
    occasion: FeeOccasion,
    *,
    starts_on: date,
    joining_fee: Money | None = None,
    credit: Money | None = None,
    code: DiscountCode | None = None,
) -> Quote:
    nothing = Money(0, full.currency)
    part = part_of_fee(full, tier=tier, starts_on=starts_on)
    concession = best_concession(tier, payee, occasion=occasion, on=starts_on, code=code)
    fee = quantize(part * (100 - concession.percent) / 100) if concession else part
    return Quote(
        full=full,
        fee=fee,
        joining_fee=joining_fee or nothing,
        credit=credit or nothing,
        concession=concession,
        is_part=part != full,
    )


def part_of_fee(full: Money, *, tier: Tier, starts_on: date) -> Money:
    """Return what of the fee `full` falls on the days from `starts_on` to the end of its period by the calendar.

    By days, so that the part before and the part after any day add up to the whole. The last days that count for the
    next period are free: whoever joins in them pays that one.
    """
    if not (tier.is_pro_rata and tier.term_kind == TermKind.CALENDAR):
        return full
    first, last = calendar_period(tier, starts_on)
    if (last - starts_on).days < tier.rollover_days:
        return full
    return full - share_before(full, first, last, starts_on)


def share_before(full: Money, first: date, last: date, day: date) -> Money:
    """Return what of `full`, paid for the days from `first` to `last`, falls on those before `day`.

    Rounded to the currency's decimals once, counted from the first day, so that shares of one period add up to it.
    """
    days, gone = (last - first).days + 1, (day - first).days
    return quantize(full * max(0, min(gone, days)) / days)


def unused_value(term: Term, *, on: date) -> Money | None:
    """Return what was paid for the days of `term` from `on` to its end, or None if nothing is known to have been paid.

    A term for life has no last day to share its fee out to, so nothing of it is unused.
    """
    if not term.fee or term.is_void or term.is_for_life or on > term.ends_on:
        return None
    paid_until = term.paid_until or term.ends_on
    until_end, until_day = (
        share_before(term.fee, term.starts_on, paid_until, day)
        for day in (term.ends_on + timedelta(days=1), max(on, term.starts_on))
    )
    return until_end - until_day
