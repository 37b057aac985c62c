"""How much of the next fee is paid already, in words that member and staff read alike."""

from django.utils.translation import gettext as _
from djmoney.money import Money

from members.domain.credit import credit_of
from members.domain.fees import rates_of
from members.models import Membership
from members.money import format_money


def fee_paid_of(membership: Membership, amount: Money) -> str:
    """Return such as "JOD 12 of JOD 30 paid for the next term"; empty if there is no next term in that currency."""
    last = membership.last_term
    if last is None or last.is_for_life:
        return ""
    fee = rates_of(last.tier).renewal_price
    if fee.currency != amount.currency or not fee.amount:
        return ""
    facts = {"paid": format_money(min(amount, fee)), "fee": format_money(fee)}
    return _("%(paid)s of %(fee)s paid for the next term") % facts


def credit_lines(membership: Membership) -> list[str]:
    """What `membership` has to its credit, each amount in words."""
    return [
        f"{format_money(amount)} ({words})" if (words := fee_paid_of(membership, amount)) else format_money(amount)
        for amount in credit_of(membership)
    ]
