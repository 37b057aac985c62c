"""Renewing the memberships that were ticked in their list, or moving them to another tier."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from checkout.bulk_forms import ChangeTierForm, RenewForm
from checkout.domain.bulk_dues import Kind, Plan, plans_of
from checkout.domain.bulk_runs import start_dues
from members.contacts.bulk_views import ContactBulkAction
from members.memberships.bulk_actions import OfMemberships
from members.models import Membership
from members.tasks import carry_out_bulk_run

# Of so many at most it is said beforehand what would become of them; it takes a second for some hundred.
LOOKED_AT = 500
SHOWN = 100


@dataclass(frozen=True)
class Preview:
    """What would become of the memberships, as far as they were looked at."""

    plans: list[Plan]
    total: int

    @property
    def refused(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.refusal]

    @property
    def granted(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.quote and not plan.is_invoiced]

    @property
    def invoiced(self) -> list[Plan]:
        return [plan for plan in self.plans if plan.is_invoiced]

    @property
    def sums(self) -> list[Money]:
        """How much would be invoiced, in each currency."""
        due = sorted((plan.quote.due for plan in self.invoiced if plan.quote), key=lambda money: str(money.currency))
        return [
            sum(amounts, Money(0, currency)) for currency, amounts in groupby(due, key=lambda money: money.currency)
        ]

    @property
    def without_address(self) -> int:
        """How many invoices would reach nobody by e-mail."""
        return sum(not plan.membership.contact.email for plan in self.invoiced)

    @property
    def shown(self) -> list[Plan]:
        """The first of them, whoever is refused before the others."""
        return sorted(self.plans, key=lambda plan: not plan.refusal)[:SHOWN]

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.plans)


class DuesAction(OfMemberships, ContactBulkAction):
    """A page that asks, then shows for whom it would do what, and leaves the work to the worker."""

    permission = "checkout.take_fee"
    template_name = "checkout/admin/bulk_dues.html"
    preview: Preview | None = None

    @cached_property
    def _rows(self) -> list[Membership]:
        rows = self.memberships.select_related("contact", "branch").prefetch_related("terms__tier", "decisions")
        return list(rows.order_by("pk")[:LOOKED_AT])

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        return {**context, "memberships": self.memberships.count(), "preview": self.preview}

    def form_valid(self, form: RenewForm) -> HttpResponse:
        wish = form.wish()
        if "go" not in self.request.POST:
            plans = list(plans_of(self._rows, wish, on=timezone.localdate()))
            self.preview = Preview(plans, self.memberships.count())
            return self.render_to_response(self.get_context_data(form=form))
        memberships = self.memberships.only("pk", "contact_id").order_by()
        run = start_dues(wish, memberships=memberships, by=self.request.user, language=get_language())
        transaction.on_commit(lambda: carry_out_bulk_run.enqueue(run.pk))
        return redirect("members_bulk_run", run.pk)


class RenewAction(DuesAction):
    display_name = _("Renew")
    aria_label = _("Renew the selected memberships")
    action_type = Kind.RENEW.value
    action_priority = 1
    form_class = RenewForm
    explanation = _(
        "Each by the rules that hold for it: too early, suspended, cancelled, or renewed by card, it is left out and named."
    )


class ChangeTierAction(DuesAction):
    display_name = _("Change the tier")
    aria_label = _("Move the selected memberships to another tier")
    action_type = Kind.CHANGE.value
    action_priority = 2
    form_class = ChangeTierForm
    explanation = _(
        "From today on. What is unused of the running term counts; where something is still to be paid, an invoice goes out, "
        "and the move is made when it is paid."
    )
