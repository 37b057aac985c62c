"""From a full basket to the gateway's page, without ever opening two pages that could both be paid."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from checkout.models import AutomaticRequest, Basket, BasketLine, GiftWish, LineKind, PaymentAttempt
from checkout.signals import transfer_awaited
from donations.domain.invoices import invoice_pdf
from donations.domain.payments import open_payment
from donations.domain.recurring import start_recurring
from donations.domain.transfers import AWAITED
from donations.models import Interval, Payment, PaymentStatus, RecurringGift
from donations.payments.transfer import TransferGateway
from members.domain.contacts import find_or_create_contact
from members.domain.organisations import organisation_of
from members.domain.seats import billing_email
from members.models import Contact, Membership, NonprofitProfile, PlaceHold

# While one of these is under way, another try would ask for the money twice.
UNDER_WAY = {PaymentStatus.OPEN, PaymentStatus.PENDING, PaymentStatus.SETTLED}
# For so long a place is kept for somebody who pays by bank transfer.
TRANSFER_AWAITED = timedelta(days=30)


@transaction.atomic
def begin_payment(basket: Basket) -> Payment:
    """Return the payment with which to go on: the one under way, or a new one when the last has failed."""
    # Two clicks take turns here, so that the second finds the payment of the first.
    basket = Basket.objects.select_for_update().get(pk=basket.pk)
    attempt = basket.attempts.select_related("payment").last()
    if attempt and attempt.payment.status in UNDER_WAY:
        return attempt.payment

    lines = list(basket.lines.select_related("basket__wish", "tier", "fund"))
    wish = GiftWish.objects.select_related("appeal").filter(basket=basket).first()
    contact = contact_for(basket)
    recurring = _begin_recurring(wish, basket, lines, contact) if wish and wish.interval else None
    with translation.override(basket.language):
        description = ", ".join(line.description() for line in lines)[:250]
    payment = open_payment(
        amount=basket.total,
        gateway=basket.gateway,
        payer=contact,
        payer_name=(wish.organisation if wish else "") or basket.payer_name or contact.name,
        payer_email=basket.email or billing_email(contact, on=timezone.localdate()),
        language=basket.language,
        description=description,
        recurring=recurring,
        keeps_card=AutomaticRequest.objects.filter(basket=basket, closed_at=None).exists(),
    )
    PaymentAttempt.objects.create(basket=basket, payment=payment)
    if payment.gateway == TransferGateway.code:
        _wait_for_transfer(basket, payment)
    return payment


def _begin_recurring(wish: GiftWish, basket: Basket, lines: list[BasketLine], contact: Contact) -> RecurringGift:
    """The recurring gift that begins with this payment; for each try at paying a new one."""
    shares = [(line.fund, line.amount) for line in lines if line.kind == LineKind.GIFT and line.fund]
    wish.recurring_gift = start_recurring(
        donor=donor_of(wish, contact),
        shares=shares,
        fee_cover=next((line.amount for line in lines if line.kind == LineKind.FEE), None),
        interval=Interval(wish.interval),
        gateway=basket.gateway,
        language=basket.language,
        appeal=wish.appeal,
        is_anonymous=wish.is_anonymous,
    )
    wish.save(update_fields=["recurring_gift"])
    return wish.recurring_gift


def donor_of(wish: GiftWish, person: Contact) -> Contact:
    """Return whose gift it is: the organisation in whose name `person` gives, or the person."""
    return organisation_of(person, name=wish.organisation) if wish.organisation else person


def _wait_for_transfer(basket: Basket, payment: Payment) -> None:
    """A bank takes days: the places that were held are held for longer, and the payer gets the invoice in writing."""
    at = timezone.now()
    PlaceHold.objects.filter(key=basket.form_key).update(held_until=at + TRANSFER_AWAITED)
    transaction.on_commit(lambda: transfer_awaited.send_robust(Basket, basket=basket, payment=payment))


def awaited_lines(membership: Membership) -> QuerySet[BasketLine]:
    """Return the lines of baskets for the next term or tier of `membership` whose bank transfer has not come yet."""
    return BasketLine.objects.filter(
        kind__in=[LineKind.DUES, LineKind.CHANGE],
        membership=membership,
        basket__fulfilled_at=None,
        basket__attempts__payment__gateway=TransferGateway.code,
        basket__attempts__payment__status__in=AWAITED,
    )


def basket_invoice(payment: Payment, *, profile: NonprofitProfile, language: str, on: date) -> bytes:
    """Return the invoice of a payment that was begun for a basket and is awaited by transfer, as PDF in `language`."""
    with translation.override(language):
        rows = payment.attempt.basket.lines.select_related("basket__wish", "tier", "fund", "concession")
        lines = [(line.description(), line.amount) for line in rows]
    return invoice_pdf(payment, lines=lines, profile=profile, language=language, on=on)


def contact_for(basket: Basket) -> Contact:
    """Return the contact that the basket belongs to, found or made once."""
    if basket.contact is None:
        basket.contact = find_or_create_contact(
            given_name=basket.given_name,
            family_name=basket.family_name,
            email=basket.email,
            phone=basket.phone,
            birth_date=basket.birth_date,
            language=basket.language,
            user=basket.user,
        )
        basket.save(update_fields=["contact"])
    return basket.contact


def payment_of(basket: Basket) -> Payment | None:
    """Return the payment that counts for the basket: a settled one before all, else the last tried."""
    payments = [attempt.payment for attempt in basket.attempts.select_related("payment").order_by("pk")]
    settled = [payment for payment in payments if payment.status == PaymentStatus.SETTLED]
    return next(iter(settled or payments[-1:]), None)
