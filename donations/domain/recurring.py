"""Gifts that come again until the donor stops them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from djmoney.money import Money

from donations.domain.gifts import record_gift
from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.exceptions import EventTooEarlyError, RecurringStoppedError
from donations.models import (
    Appeal,
    Fund,
    Interval,
    Payment,
    PaymentStatus,
    RecurringGift,
    RecurringStatus,
    ReviewReason,
)
from donations.payments.interface import RecurringCharged, RecurringChargeFailed, RecurringStopped
from donations.payments.registry import get_gateway
from donations.signals import payment_settled, recurring_gift_charged, recurring_gift_failed, recurring_gift_stopped
from members.domain.terms import add_months
from members.models import Contact


def start_recurring(
    *,
    donor: Contact,
    fund: Fund,
    amount: Money,
    interval: Interval,
    gateway: str,
    language: str,
    appeal: Appeal | None = None,
    is_anonymous: bool = False,
) -> RecurringGift:
    """Write down that `donor` wants to give `amount` again and again, and return the recurring gift, "starting".

    It becomes active when the payment opened for it (`open_payment(recurring=...)`) has settled.
    Raises UnknownGatewayError.
    """
    get_gateway(gateway)
    return RecurringGift.objects.create(
        donor=donor,
        fund=fund,
        amount=amount,
        interval=interval,
        gateway=gateway,
        language=language,
        appeal=appeal,
        is_anonymous=is_anonymous,
    )


def activate(recurring_gift_id: int, *, subscription: str, at: datetime) -> bool:
    """The first payment has come in. Returns False when the donor had stopped in between: somebody has to look."""
    gift = RecurringGift.objects.select_for_update().get(pk=recurring_gift_id)
    gift.gateway_reference = gift.gateway_reference or subscription
    if gift.status == RecurringStatus.STOPPED:
        gift.save(update_fields=["gateway_reference"])
        return False
    gift.status = RecurringStatus.ACTIVE
    gift.started_on = gift.started_on or timezone.localdate(at)
    gift.next_charge_on = next_charge_after(gift, gift.started_on)
    gift.save(update_fields=["gateway_reference", "status", "started_on", "next_charge_on"])
    return True


def next_charge_after(gift: RecurringGift, day: date) -> date:
    """Return the first day of the schedule after `day`: on the day of the month of the first, or the month's last.

    Raises ValueError for a gift that has not started, since it has no schedule yet.
    """
    if gift.started_on is None:
        raise ValueError(f"A recurring gift must have started to be charged again, but {gift.reference} has not.")
    months = Interval(gift.interval).months
    times = 1
    while (due := add_months(gift.started_on, months * times)) <= day:
        times += 1
    return due


def record_charge(fact: RecurringCharged, *, gateway: str) -> Payment | None:
    """A later charge has come in: write payment, gift and receipt, once for each invoice, and return the payment.

    None when the recurring gift is not ours. Raises EventTooEarlyError while its first payment has not settled here.
    Money that came in after the donor had stopped is written down like any other, and flagged: it may be theirs to have
    back.
    """
    gift = _locked(fact.recurring, gateway=gateway)
    if gift is None:
        return None
    if known := Payment.objects.filter(gateway=gateway, gateway_reference=fact.invoice).first():
        return known
    if gift.status == RecurringStatus.STARTING:
        raise EventTooEarlyError
    day = timezone.localdate(fact.at)
    payment = _charged_payment(gift, fact)
    given = record_gift(
        donor=gift.donor,
        payment=payment,
        allocations=[(gift.fund, fact.amount)],
        on=day,
        recurring=gift,
        appeal=gift.appeal,
        is_anonymous=gift.is_anonymous,
    )
    receipt = issue_receipt(payment, lines=[ReceiptLine(payment.description, fact.amount)], on=day)
    gift.failing_since = None
    if gift.is_active:
        # An older charge may be told after a newer one.
        gift.next_charge_on = max(next_charge_after(gift, day), gift.next_charge_on or day)
    gift.save(update_fields=["failing_since", "next_charge_on"])
    transaction.on_commit(
        lambda: recurring_gift_charged.send_robust(
            RecurringGift, recurring_gift=gift, payment=payment, gift=given, receipt=receipt
        )
    )
    return payment


def _charged_payment(gift: RecurringGift, fact: RecurringCharged) -> Payment:
    with translation.override(gift.language):
        description = _("Recurring gift: %(fund)s") % {"fund": gift.fund}
    payment = Payment.objects.create(
        gateway=gift.gateway,
        amount=fact.amount,
        status=PaymentStatus.SETTLED,
        status_at=fact.at,
        settled_at=fact.at,
        review=ReviewReason.AFTER_STOP if gift.status == RecurringStatus.STOPPED else "",
        payer=gift.donor,
        payer_name=gift.donor.name,
        payer_email=gift.donor.email,
        language=gift.language,
        description=description[:250],
        recurring_gift=gift,
        gateway_reference=fact.invoice,
        gateway_charge=fact.charge,
    )
    transaction.on_commit(lambda: payment_settled.send_robust(Payment, payment=payment))
    return payment


def note_failed_charge(fact: RecurringChargeFailed, *, gateway: str) -> None:
    """A later charge failed. The gateway goes on trying; the donor is told the first time."""
    gift = _locked(fact.recurring, gateway=gateway)
    day = timezone.localdate(fact.at)
    if gift is None or gift.failing_since or gift.status != RecurringStatus.ACTIVE:
        return
    # A failure that we hear of only after the success that followed it is no news.
    if gift.payments.filter(status=PaymentStatus.SETTLED, settled_at__gte=fact.at).exists():
        return
    gift.failing_since = day
    gift.save(update_fields=["failing_since"])
    transaction.on_commit(lambda: recurring_gift_failed.send_robust(RecurringGift, recurring_gift=gift))


def note_stopped(fact: RecurringStopped, *, gateway: str) -> None:
    """The gateway has ended it, for whatever reason."""
    if gift := _locked(fact.recurring, gateway=gateway):
        _mark_stopped(gift, on=timezone.localdate(fact.at), reason="")


def stop_by_donor(gift: RecurringGift, *, on: date, reason: str = "") -> RecurringGift:
    """Stop `gift` on the day `on` and return it. The gateway is told first: what is shown as stopped is stopped.

    Raises RecurringStoppedError when it was stopped before, GatewayUnavailableError or GatewayRefusedError when the
    gateway would go on charging; then nothing has changed here. Call it outside a transaction.
    """
    gift.refresh_from_db()
    if gift.status == RecurringStatus.STOPPED:
        raise RecurringStoppedError
    if gift.gateway_reference:
        get_gateway(gift.gateway).stop_recurring(gift.gateway_reference)
    with transaction.atomic():
        _mark_stopped(RecurringGift.objects.select_for_update().get(pk=gift.pk), on=on, reason=reason)
    gift.refresh_from_db()
    return gift


def _mark_stopped(gift: RecurringGift, *, on: date, reason: str) -> None:
    if gift.status == RecurringStatus.STOPPED:
        return
    gift.status, gift.stopped_on, gift.stop_reason = RecurringStatus.STOPPED, on, reason[:250]
    gift.next_charge_on = gift.failing_since = None
    gift.save(update_fields=["status", "stopped_on", "stop_reason", "next_charge_on", "failing_since"])
    transaction.on_commit(lambda: recurring_gift_stopped.send_robust(RecurringGift, recurring_gift=gift))


def _locked(reference: str, *, gateway: str) -> RecurringGift | None:
    return (
        RecurringGift.objects.select_for_update(of=("self",))
        .select_related("donor", "fund", "appeal")
        .filter(reference=reference, gateway=gateway)
        .first()
    )
