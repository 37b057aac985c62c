"""Memberships as presents: who may give one, what it costs, and how it stands with it."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.baskets import Payer, fill_basket
from checkout.domain.undoing import gone_with
from checkout.exceptions import DeliveryDayError, PresentNotReadyError
from checkout.models import Basket, BasketLine, LineKind, Present, PresentState, PresentWay
from checkout.signals import present_link_wanted
from donations.domain.reversals import reversal_of
from donations.models import DisputeStatus, Payment
from members.domain.eligibility import hold_place, promise_place
from members.domain.fees import Quote, rates_of
from members.domain.terms import add_months
from members.exceptions import TierNotOfferedError
from members.models import Approval, Contact, Tier

# So long one may think about accepting it, from the day of paying; and the furthest day to have it delivered on.
ACCEPTED_WITHIN_MONTHS = 12
DELIVERED_WITHIN_MONTHS = 12
# What is delivered late can still be accepted for so long; and whoever did not accept is reminded so long before the end.
LEAST_DAYS = timedelta(days=30)
REMINDED_BEFORE = timedelta(days=30)
# Nobody is reminded of what came a moment ago.
REMINDED_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Wishes:
    """What the giver says of a present. `recipient_email` and `deliver_on` only where it goes out by e-mail."""

    recipient_name: str
    greeting: str
    language: str
    way: PresentWay
    recipient_email: str = ""
    deliver_on: date | None = None


# --- Giving ----------------------------------------------------------------------------------


def tiers_to_give() -> QuerySet[Tier]:
    """Return the tiers that can be given: those which any one person may join at once by paying, without a question."""
    joinable = Tier.objects.joinable().filter(approval=Approval.NONE, price__gt=0)
    return joinable.filter(questions=None, confers_to=None)


def quote_present(tier: Tier, *, currency: str = "") -> Quote:
    """Return what it costs to give `tier`: the whole fee with the joining fee, as nothing is known of who will accept when.

    Raises CurrencyNotOfferedError.
    """
    rates = rates_of(tier, currency=currency or None)
    return Quote(
        full=rates.price, fee=rates.price, joining_fee=rates.joining_fee, credit=Money(0, rates.price.currency)
    )


def last_delivery_day(on: date) -> date:
    """Return the last day on which a present given on the day `on` may be delivered."""
    return add_months(on, DELIVERED_WITHIN_MONTHS)


@transaction.atomic
def start_present(
    giver: Payer, wishes: Wishes, *, tier: Tier, gateway: str, form_key: uuid.UUID, on: date, currency: str = ""
) -> Basket:
    """Return a basket with a term on `tier` for somebody else; the same one again for the same form.

    A place is held. Raises TierNotOfferedError, TierFullError, CurrencyNotOfferedError, DeliveryDayError.
    """
    if not tiers_to_give().filter(pk=tier.pk).exists():
        raise TierNotOfferedError
    by_email = wishes.way == PresentWay.EMAIL
    if by_email and not (wishes.deliver_on and on <= wishes.deliver_on <= last_delivery_day(on)):
        raise DeliveryDayError
    quote = quote_present(tier, currency=currency)
    hold_place(tier, key=form_key, at=timezone.now(), on=on)
    lines = [BasketLine(kind=LineKind.PRESENT, tier=tier, amount=quote.fee, priced_on=on)]
    if quote.joining_fee:
        lines.append(BasketLine(kind=LineKind.JOINING, tier=tier, amount=quote.joining_fee))
    contact = Contact.objects.filter(user=giver.user).first() if giver.user else None
    basket = fill_basket(giver, *lines, contact=contact, gateway=gateway, form_key=form_key)
    facts = {
        "tier": tier,
        "recipient_name": wishes.recipient_name,
        "greeting": wishes.greeting,
        "language": wishes.language,
        "way": wishes.way,
        "recipient_email": wishes.recipient_email.lower() if by_email else "",
        "deliver_on": wishes.deliver_on if by_email else None,
    }
    Present.objects.get_or_create(basket=basket, defaults=facts)
    return basket


def note_paid(basket: Basket, payment: Payment) -> None:
    """The present in `basket`, locked by the caller, is paid: from now it can be accepted, and its place is taken."""
    present = Present.objects.select_related("tier").get(basket=basket)
    present.last_on = last_day_of(present, paid_on=timezone.localdate(payment.settled_at))
    present.save(update_fields=["last_on"])
    promise_place(present.tier, key=basket.form_key, until=present.promised_until)


def last_day_of(present: Present, *, paid_on: date) -> date:
    """Return until when a present paid on `paid_on` can be accepted: for a year, and some weeks if it is delivered late."""
    last_on = add_months(paid_on, ACCEPTED_WITHIN_MONTHS)
    return max(last_on, present.deliver_on + LEAST_DAYS) if present.deliver_on else last_on


# --- How it stands ---------------------------------------------------------------------------


def with_payments(presents: QuerySet[Present]) -> QuerySet[Present]:
    """Return `presents` with all that `state_of` reads, in a fixed number of queries."""
    return presents.select_related("basket", "tier").prefetch_related(
        "basket__attempts__payment__refunds", "basket__attempts__payment__disputes"
    )


def state_of(present: Present, *, on: date) -> PresentState:
    """Return how it stands with `present` on the day `on`, as its payments are now.

    One that a bank disputes, or whose money is on its way back, waits for how that ends; one whose money went back comes
    to life again if it is won back.
    """
    payments = [attempt.payment for attempt in present.basket.attempts.all() if attempt.payment.is_settled]
    if present.basket.fulfilled_at is None or not payments:
        return PresentState.UNPAID
    if gone_with(payments):
        return PresentState.RETURNED
    if present.accepted_at:
        return PresentState.ACCEPTED
    if present.last_on is None or on > present.last_on:
        return PresentState.EXPIRED
    return PresentState.READY if any(_is_ours(payment) for payment in payments) else PresentState.HELD


def _is_ours(payment: Payment) -> bool:
    """Whether its money is ours, and nobody asks for it back."""
    disputed = any(dispute.status == DisputeStatus.OPEN for dispute in payment.disputes.all())
    return not disputed and payment.refundable.amount > 0 and reversal_of(payment) is None


def found_again(present: Present) -> Present:
    """Return `present` as it is now, with its payments."""
    return with_payments(Present.objects.all()).get(pk=present.pk)


# --- Who is to be told -----------------------------------------------------------------------


def waiting_presents(on: date) -> QuerySet[Present]:
    """Return the presents that were paid, and can still be accepted on the day `on` if their money is ours."""
    paid = Present.objects.filter(basket__fulfilled_at__isnull=False, accepted_at=None, last_on__gte=on)
    return with_payments(paid).order_by("pk")


def due_for_delivery(on: date, *, basket: Basket | None = None) -> list[Present]:
    """Return the presents, of all or in one `basket`, that go out by e-mail and whose day has come, sent or not."""
    due = waiting_presents(on).filter(way=PresentWay.EMAIL, deliver_on__lte=on)
    due = due.filter(basket=basket) if basket else due
    return [present for present in due if state_of(present, on=on) == PresentState.READY]


def due_for_reminder(on: date) -> list[Present]:
    """Return the presents that nobody has accepted although their time is nearly over."""
    not_of_late = Q(deliver_on=None) | Q(deliver_on__lte=on - REMINDED_AFTER)
    due = waiting_presents(on).filter(not_of_late, last_on__lte=on + REMINDED_BEFORE)
    return [present for present in due if state_of(present, on=on) == PresentState.READY]


@transaction.atomic
def resend_link(present: Present, *, on: date) -> Present:
    """Have the link sent once more: to the recipient, or to the giver who hands it over.

    Raises PresentNotReadyError unless it can be accepted, and DeliveryDayError before its day.
    """
    Basket.objects.select_for_update().get(pk=present.basket_id)
    found = found_again(present)
    if (state := state_of(found, on=on)) != PresentState.READY:
        raise PresentNotReadyError(state)
    if found.deliver_on and found.deliver_on > on:
        raise DeliveryDayError
    found.resends += 1
    found.save(update_fields=["resends"])
    transaction.on_commit(lambda: present_link_wanted.send_robust(Present, present=found))
    return found
