"""Writing gifts into the books, and adding them up."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Sum
from djmoney.money import Money

from donations.exceptions import AmountError, NotSettledError
from donations.models import Allocation, Appeal, Fund, Gift, Payment, PaymentStatus, RecurringGift
from donations.signals import gift_received
from members.models import Contact
from members.money import quantize


@transaction.atomic
def record_gift(
    *,
    donor: Contact,
    payment: Payment,
    allocations: list[tuple[Fund, Money]],
    on: date,
    recurring: RecurringGift | None = None,
    appeal: Appeal | None = None,
    is_anonymous: bool = False,
    message: str = "",
) -> Gift:
    """Write down that `donor` gave, on the day `on`, what `allocations` add up to, out of `payment`; return the gift.

    One payment may hold several gifts, and dues besides; together they never exceed it. Raises NotSettledError before
    the money has come in, and AmountError for no allocation, one fund twice, mixed currencies, an amount that is not
    above zero or not exact in its currency, or more than is left of the payment.
    """
    # Gifts of one payment take turns, so that a second click finds nothing left to give.
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if not payment.is_settled:
        raise NotSettledError
    amount = total_of(allocations)
    if amount.currency != payment.amount.currency:
        raise AmountError
    given = sum((gift.amount for gift in payment.gifts.all()), Money(0, payment.amount.currency))
    if given + amount > payment.amount:
        raise AmountError
    gift = Gift.objects.create(
        donor=donor,
        payment=payment,
        amount=amount,
        received_on=on,
        recurring_gift=recurring,
        appeal=appeal,
        is_anonymous=is_anonymous,
        message=message,
    )
    Allocation.objects.bulk_create(Allocation(gift=gift, fund=fund, amount=part) for fund, part in allocations)
    transaction.on_commit(lambda: gift_received.send_robust(Gift, gift=gift))
    return gift


def total_of(allocations: list[tuple[Fund, Money]]) -> Money:
    """Return what `allocations` add up to.

    Raises AmountError for none at all, one fund twice, mixed currencies, or a part that is not above zero or not exact in
    its currency.
    """
    funds = {fund.pk for fund, _part in allocations}
    currencies = {str(part.currency) for _fund, part in allocations}
    if len(currencies) != 1 or len(funds) != len(allocations):
        raise AmountError
    if any(part.amount <= 0 or quantize(part) != part for _fund, part in allocations):
        raise AmountError
    return sum((part for _fund, part in allocations), Money(0, currencies.pop()))


def raised_by_appeals(appeals: Iterable[Appeal]) -> dict[int, Money]:
    """Return what each of `appeals` has raised, by its primary key, in the currency of its goal; one query for all.

    Gifts in another currency are left out, since no rate of exchange would be true.
    """
    appeals = list(appeals)
    rows = (
        Gift.objects.filter(appeal__in=appeals, payment__status=PaymentStatus.SETTLED)
        .values("appeal_id", "amount_currency")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    sums = {(row["appeal_id"], row["amount_currency"]): row["total"] for row in rows}
    return {
        appeal.pk: Money(sums.get((appeal.pk, str(appeal.goal.currency)), 0), appeal.goal.currency)
        for appeal in appeals
    }
