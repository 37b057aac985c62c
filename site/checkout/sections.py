"""What the till shows on the page of a membership."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from djmoney.money import Money

from checkout.domain.automatic_plans import outlook_of
from checkout.domain.part_paid import fee_paid_of
from checkout.domain.paying import awaited_lines, payment_of
from checkout.models import AutomaticCharge, AutomaticRenewal, BasketLine
from donations.domain.reversals import gone_back
from donations.models import DisputeStatus, Payment
from members.domain.credit import credit_of
from members.memberships.sections import register_section
from members.models import Membership
from members.money import format_money

SHOWN = 20


@dataclass(frozen=True)
class PaidRow:
    """A payment for this membership, what it was for, and what became of the money."""

    payment: Payment
    description: str
    problem: str

    def remarks(self) -> list[str]:
        """What staff should know of the money, in words."""
        words = []
        back = gone_back(self.payment)
        if back.amount:
            facts = {"back": _plain(back), "amount": _plain(self.payment.amount)}
            words.append(_("%(back)s of %(amount)s went back") % facts)
        if any(dispute.status == DisputeStatus.OPEN for dispute in self.payment.disputes.all()):
            words.append(_("The payer's bank disputes it"))
        return [*words, self.problem] if self.problem else words


@dataclass(frozen=True)
class CreditRow:
    """An amount to a membership's credit, and how far it goes, in words."""

    amount: Money
    of_fee: str


def _plain(amount: Money) -> str:
    return format_money(amount)


@register_section
def credit(request: HttpRequest, membership: Membership) -> SafeString | str:
    """What it has to its credit, and how far that goes towards the next fee."""
    rows = [CreditRow(amount, fee_paid_of(membership, amount)) for amount in credit_of(membership)]
    return render_to_string("checkout/admin/credit.html", {"rows": rows}, request=request) if rows else ""


@register_section
def awaited(request: HttpRequest, membership: Membership) -> SafeString | str:
    """The invoices that were sent for its next term and are not paid yet."""
    if not request.user.has_perm("donations.view_payment"):
        return ""
    lines = awaited_lines(membership).select_related("basket", "tier", "concession").order_by("-pk")[:SHOWN]
    rows = [(line, payment_of(line.basket)) for line in lines]
    return render_to_string("checkout/admin/awaited.html", {"rows": rows}, request=request) if rows else ""


@register_section
def automatic_renewal(request: HttpRequest, membership: Membership) -> SafeString | str:
    """Whether it is renewed by card, what comes next, and what came of it so far."""
    if not request.user.has_perm("checkout.view_automaticrenewal"):
        return ""
    rows = list(AutomaticRenewal.objects.filter(membership=membership).select_related("card")[:SHOWN])
    if not rows:
        return ""
    renewal = next((row for row in rows if row.stopped_at is None), None)
    may_stop = renewal and request.user.has_perm("checkout.stop_automaticrenewal")
    if renewal:
        renewal.membership = membership
    context = {
        "renewal": renewal,
        "outlook": outlook_of(renewal, on=timezone.localdate()) if renewal else None,
        "past": [row for row in rows if row.stopped_at],
        "charges": AutomaticCharge.objects.filter(term__membership=membership)[:SHOWN],
        "stop_url": reverse("checkout_stop_automatic", args=[membership.pk]) if may_stop else "",
    }
    return render_to_string("checkout/admin/automatic.html", context, request=request)


@register_section
def payments(request: HttpRequest, membership: Membership) -> SafeString | str:
    """What was paid for its terms, and what went back of it."""
    if not request.user.has_perm("donations.view_payment"):
        return ""
    lines = (
        BasketLine.objects.filter(term__membership=membership)
        .select_related("tier", "concession")
        .prefetch_related("basket__attempts__payment__refunds", "basket__attempts__payment__disputes")
        .order_by("-pk")[:SHOWN]
    )
    rows = [
        PaidRow(attempt.payment, line.description(), line.problem)
        for line in lines
        for attempt in line.basket.attempts.all()
        if attempt.payment.is_settled
    ]
    return render_to_string("checkout/admin/payments.html", {"rows": rows}, request=request) if rows else ""
