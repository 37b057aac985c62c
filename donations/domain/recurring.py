"""Gifts that come again until the donor stops them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from djmoney.money import Money

from donations.domain.gifts import record_gift, total_of
from donations.domain.receipts import ReceiptLine, issue_receipt
from donations.domain.schedules import next_charge_after
from donations.exceptions import EventTooEarlyError
from donations.models import (
    Appeal,
    ChangeKind,
    ChangeState,
    Fund,
    Interval,
    Payment,
    PaymentStatus,
    RecurringChange,
    RecurringGift,
    RecurringShare,
    RecurringStatus,
    ReviewReason,
)
from donations.payments.interface import RecurringCharged, RecurringChargeFailed, RecurringStopped
from donations.payments.registry import get_gateway
from donations.signals import payment_settled, recurring_gift_charged, recurring_gift_failed, recurring_gift_stopped
from members.domain.seats import billing_email
from members.models import Contact
from members.money import divide


@transaction.atomic
def start_recurring(
    *,
    donor: Contact,
    shares: list[tuple[Fund, Money]],
    interval: Interval,
    gateway: str,
    language: str,
    fee_cover: Money | None = None,
    appeal: Appeal | None = None,
    is_anonymous: bool = False,
) -> RecurringGift:
    """Write down that `donor` wants to give `shares` again and again, and return the recurring gift, "starting".

    It becomes active when the payment opened for it (`open_payment(recurring=...)`) has settled.
    Raises UnknownGatewayError and AmountError.
    """
    get_gateway(gateway)
    gift = RecurringGift.objects.create(
        donor=donor,
        amount=total_of(shares),
        fee_cover=fee_cover,
        interval=interval,
        gateway=gateway,
        language=language,
        appeal=appeal,
        is_anonymous=is_anonymous,
    )
    write_shares(gift, shares)
    return gift


def write_shares(gift: RecurringGift, shares: list[tuple[Fund, Money]]) -> None:
    """Let `gift` go to `shares` from now on, and to nothing else. They add up to its amount."""
    gift.shares.all().delete()
    RecurringShare.objects.bulk_create(
        RecurringShare(recurring_gift=gift, fund=fund, amount=amount) for fund, amount in shares
    )


def activate(recurring_gift_id: int, *, subscription: str, at: datetime) -> bool:
    """The first payment has come in. Returns False when the donor had stopped in between: somebody has to look."""
    gift = RecurringGift.objects.select_for_update().get(pk=recurring_gift_id)
    gift.gateway_reference = gift.gateway_reference or subscription
    if gift.status == RecurringStatus.STOPPED:
        gift.save(update_fields=["gateway_reference"])
        return False
    if gift.status == RecurringStatus.STARTING:
        log_change(gift, ChangeKind.STARTED, at=at, before=gift.amount * 0, after=gift.yearly)
    gift.status = RecurringStatus.ACTIVE
    gift.started_on = gift.started_on or timezone.localdate(at)
    gift.next_charge_on = next_charge_after(gift, gift.started_on)
    gift.save(update_fields=["gateway_reference", "status", "started_on", "next_charge_on"])
    return True


def log_change(gift: RecurringGift, kind: ChangeKind, *, at: datetime, before: Money, after: Money) -> None:
    """Note a change that is done already: at the gateway, or by the first payment."""
    RecurringChange.objects.create(
        recurring_gift=gift,
        kind=kind,
        state=ChangeState.DONE,
        yearly_before=before,
        yearly_after=after,
        asked_at=at,
        done_at=at,
    )


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
    allocations, fee = _parts_of(gift, fact.amount)
    payment = _charged_payment(gift, fact)
    given = record_gift(
        donor=gift.donor,
        payment=payment,
        allocations=allocations,
        on=day,
        recurring=gift,
        appeal=gift.appeal,
        is_anonymous=gift.is_anonymous,
    )
    receipt = issue_receipt(payment, lines=_receipt_lines(gift, allocations, fee), on=day)
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


def _parts_of(gift: RecurringGift, amount: Money) -> tuple[list[tuple[Fund, Money]], Money]:
    """What of a charge of `amount` goes to which fund, and what covers the cost of the payment.

    A charge that began before the donor changed the amount is divided in the same proportion.
    """
    shares = [(share.fund, share.amount) for share in gift.shares.select_related("fund")]
    fee = gift.fee_cover or Money(0, amount.currency)
    if amount != gift.charged:
        *parts, fee = divide(amount, [share.amount for _fund, share in shares] + [fee.amount])
        shares = [(fund, part) for (fund, _share), part in zip(shares, parts, strict=True) if part.amount]
    return shares, fee


def _receipt_lines(gift: RecurringGift, allocations: list[tuple[Fund, Money]], fee: Money) -> list[ReceiptLine]:
    with translation.override(gift.language):
        lines = [ReceiptLine(_("Recurring gift: %(fund)s") % {"fund": fund}, part) for fund, part in allocations]
        return [*lines, ReceiptLine(_("For the cost of the payment"), fee)] if fee.amount else lines


def _charged_payment(gift: RecurringGift, fact: RecurringCharged) -> Payment:
    with translation.override(gift.language):
        description = _("Recurring gift: %(fund)s") % {"fund": gift.fund_names}
    payment = Payment.objects.create(
        gateway=gift.gateway,
        amount=fact.amount,
        status=PaymentStatus.SETTLED,
        status_at=fact.at,
        settled_at=fact.at,
        review=ReviewReason.AFTER_STOP if gift.status == RecurringStatus.STOPPED else "",
        payer=gift.donor,
        payer_name=gift.donor.name,
        payer_email=billing_email(gift.donor, on=timezone.localdate(fact.at)) or gift.donor.email,
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
    gift = _locked(fact.recurring, gateway=gateway)
    if gift is None or gift.status == RecurringStatus.STOPPED:
        return
    # What was asked for meanwhile can no longer be done; a wish to stop has come true.
    asked = gift.changes.filter(state=ChangeState.ASKED)
    asked.exclude(kind=ChangeKind.STOPPED).update(state=ChangeState.OVERTAKEN)
    if wish := asked.first():
        wish.state, wish.done_at = ChangeState.DONE, fact.at
        wish.save(update_fields=["state", "done_at"])
    else:
        log_change(gift, ChangeKind.STOPPED, at=fact.at, before=gift.yearly, after=gift.amount * 0)
    mark_stopped(gift, on=timezone.localdate(fact.at), reason=wish.reason if wish else "")


def mark_stopped(gift: RecurringGift, *, on: date, reason: str) -> None:
    """`gift`, locked by the caller, is charged no more from the day `on`."""
    if gift.status == RecurringStatus.STOPPED:
        return
    gift.status, gift.stopped_on, gift.stop_reason = RecurringStatus.STOPPED, on, reason[:250]
    gift.next_charge_on = gift.failing_since = gift.paused_until = None
    gift.save(update_fields=["status", "stopped_on", "stop_reason", "next_charge_on", "failing_since", "paused_until"])
    transaction.on_commit(lambda: recurring_gift_stopped.send_robust(RecurringGift, recurring_gift=gift))


def _locked(reference: str, *, gateway: str) -> RecurringGift | None:
    return (
        RecurringGift.objects.select_for_update(of=("self",))
        .select_related("donor", "appeal")
        .filter(reference=reference, gateway=gateway)
        .first()
    )
