"""What a membership has to its credit: entries that are only ever added."""

from djmoney.money import Money

from members.exceptions import CreditSpentError
from members.models import CreditEntry, CreditReason, Membership, Term


def credit_of(membership: Membership) -> list[Money]:
    """Return what `membership` has to its credit, one amount for each currency."""
    sums: dict[str, Money] = {}
    for entry in CreditEntry.objects.filter(membership=membership):
        currency = str(entry.amount.currency)
        sums[currency] = sums.get(currency, Money(0, currency)) + entry.amount
    return [amount for amount in sums.values() if amount.amount > 0]


def grant_credit(membership: Membership, amount: Money, *, reason: CreditReason, term: Term | None = None) -> None:
    """Note that `membership` has `amount` more to its credit. Nothing is noted of nothing."""
    if amount.amount > 0:
        CreditEntry.objects.create(membership=membership, amount=amount, reason=reason, term=term)


def withdraw_credit(membership: Membership, amount: Money) -> Money:
    """Take `amount` back from the credit of `membership`, since its payment went back; never more than there is.

    Returns what was taken.
    """
    has = next((credit for credit in credit_of(membership) if credit.currency == amount.currency), None)
    taken = min(has, amount) if has else Money(0, amount.currency)
    if taken.amount > 0:
        CreditEntry.objects.create(membership=membership, amount=-taken, reason=CreditReason.UNDONE)
    return taken


def spend_credit(membership: Membership, amount: Money, *, term: Term) -> None:
    """Pay `amount` of the fee of `term` with the credit of `membership`, whose row the caller has locked.

    Raises CreditSpentError if it has less, as when two forms counted on the same credit.
    """
    if amount.amount <= 0:
        return
    has = next((credit for credit in credit_of(membership) if credit.currency == amount.currency), None)
    if has is None or has < amount:
        raise CreditSpentError
    CreditEntry.objects.create(membership=membership, amount=-amount, reason=CreditReason.SPENT, term=term)
