"""What staff do to money: each a page that says what will happen, asks once more, and calls one verb of the domain."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from donations.domain.offline import record_offline_gift
from donations.domain.payments import mark_reviewed, refund
from donations.domain.receipts import receipt_pdf, reissue_receipt
from donations.domain.recurring_changes import stop
from donations.domain.transfers import left_to_come, record_transfer
from donations.exceptions import DonationsError
from donations.forms import OfflineGiftForm, RefundForm, ReissueForm, StopForm, TransferForm
from donations.models import ChangeState, Payment, Receipt, RecurringGift
from members.models import NonprofitProfile
from members.money import format_money
from members.permissions import require


class ActionView(WagtailAdminTemplateMixin, FormView):
    """A form in the admin whose outcome is a verb. Without `permission` it answers as Wagtail does: no entry."""

    permission = ""
    template_name = "donations/admin/action.html"
    model = None
    # Of the viewset whose list this belongs to.
    index_url_name = ""
    submit_label = ""
    explanation = ""

    def dispatch(self, request, *args, **kwargs):
        require(request, self.permission)
        self.object = get_object_or_404(self.model, pk=kwargs["pk"]) if "pk" in kwargs else None
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            message = self.act(form)
        except DonationsError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, message)
        return redirect(reverse(self.index_url_name))

    def act(self, form) -> str:
        """Do it, and return the sentence that says so."""
        raise NotImplementedError

    def get_breadcrumbs_items(self):
        items = [{"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}]
        return [*self.breadcrumbs_items, *items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        kwargs |= {"submit_label": self.submit_label, "explanation": self.explain(), "index_url": self.index_url_name}
        return super().get_context_data(**kwargs)

    def explain(self) -> str:
        """What will happen, in a sentence or two."""
        return self.explanation


class RecordGiftView(ActionView):
    permission = "donations.record_offline_payment"
    model = Payment
    form_class = OfflineGiftForm
    page_title = gettext_lazy("Enter a bank transfer or cash")
    header_icon = "plus"
    submit_label = gettext_lazy("Enter the gift")
    explanation = gettext_lazy("The gift counts at once, and the donor is sent a receipt.")

    def get_form_kwargs(self):
        profile = NonprofitProfile.for_request(self.request)
        return {**super().get_form_kwargs(), "currency": profile.currency, "today": timezone.localdate()}

    def act(self, form) -> str:
        facts = form.cleaned_data
        gift = record_offline_gift(**facts, issued_on=timezone.localdate(), actor=self.request.user)
        log(gift.payment, "wagtail.create", user=self.request.user)
        return _("%(amount)s from %(donor)s was entered.") % {
            "amount": format_money(gift.amount),
            "donor": gift.donor,
        }


class TransferView(ActionView):
    """An awaited bank transfer has come, or a part of it."""

    permission = "donations.record_offline_payment"
    model = Payment
    form_class = TransferForm
    page_title = gettext_lazy("A transfer has come")
    header_icon = "plus"
    submit_label = gettext_lazy("Enter the transfer")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "left": left_to_come(self.object), "today": timezone.localdate()}

    def explain(self) -> str:
        facts = {
            "payer": self.object.payer_name,
            "amount": format_money(self.object.amount),
            "left": format_money(left_to_come(self.object)),
            "for": self.object.description,
        }
        return _("%(payer)s is to pay %(amount)s, of which %(left)s is still to come: %(for)s.") % facts

    def act(self, form) -> str:
        facts = form.cleaned_data
        payment = record_transfer(self.object, **facts, entered_by=self.request.user)
        log(payment, "wagtail.edit", user=self.request.user, data={"transfer": str(facts["amount"])})
        if payment.is_settled:
            return _("%(amount)s was entered. Everything is paid.") % {"amount": format_money(facts["amount"])}
        return _("%(amount)s was entered. %(left)s is still to come.") % {
            "amount": format_money(facts["amount"]),
            "left": format_money(left_to_come(payment)),
        }


class RefundView(ActionView):
    permission = "donations.refund_payment"
    model = Payment
    form_class = RefundForm
    page_title = gettext_lazy("Refund")
    header_icon = "rotate"
    submit_label = gettext_lazy("Give the money back")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "payment": self.object}

    def explain(self) -> str:
        return _("%(amount)s came in from %(payer)s. What you give back cannot be taken again.") % {
            "amount": format_money(self.object.amount),
            "payer": self.object.payer_name,
        }

    def act(self, form) -> str:
        wish = refund(self.object, **form.cleaned_data, actor=self.request.user)
        log(self.object, "wagtail.edit", user=self.request.user, data={"refund": str(wish.amount)})
        return _("A refund of %(amount)s: %(status)s.") % {
            "amount": format_money(wish.amount),
            "status": wish.get_status_display(),
        }


class ReviewedView(ActionView):
    """Somebody has looked at a payment that the rules could not settle."""

    permission = "donations.refund_payment"
    model = Payment
    form_class = StopForm
    page_title = gettext_lazy("Mark as looked at")
    header_icon = "check"
    submit_label = gettext_lazy("It is dealt with")

    def explain(self) -> str:
        return self.object.get_review_display()

    def act(self, form) -> str:
        mark_reviewed(self.object)
        log(self.object, "wagtail.edit", user=self.request.user, data={"reviewed": form.cleaned_data["reason"]})
        return _("The payment %(reference)s is dealt with.") % {"reference": self.object.reference}


class ReissueView(ActionView):
    permission = "donations.void_receipt"
    model = Receipt
    form_class = ReissueForm
    page_title = gettext_lazy("Void and reissue")
    header_icon = "rotate"
    submit_label = gettext_lazy("Void this receipt and issue another")
    explanation = gettext_lazy("The old number stays in the books as void; the new receipt names it, and is sent out.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "receipt": self.object}

    def act(self, form) -> str:
        new = reissue_receipt(self.object, **form.cleaned_data, on=timezone.localdate())
        log(self.object, "wagtail.edit", user=self.request.user, data={"replaced_by": new.label})
        return _("%(new)s takes the place of %(old)s.") % {"new": new.label, "old": self.object.label}


class StopView(ActionView):
    permission = "donations.stop_recurringgift"
    model = RecurringGift
    form_class = StopForm
    page_title = gettext_lazy("Stop")
    header_icon = "cross"
    submit_label = gettext_lazy("Stop this recurring gift")
    explanation = gettext_lazy("The gateway is told first. Nothing more will be charged, and the donor gets a message.")

    def act(self, form) -> str:
        words = form.cleaned_data["reason"]
        change = stop(self.object, by=self.request.user, at=timezone.now(), words=words)
        log(self.object, "wagtail.edit", user=self.request.user, data={"stopped": words})
        if change.state == ChangeState.ASKED:
            return _(
                "The payment service does not answer. We go on asking until it has stopped; look here again later."
            )
        return _("The recurring gift of %(donor)s was stopped.") % {"donor": self.object.donor}


def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of a receipt, for staff who may see receipts."""
    require(request, "donations.view_receipt")
    receipt = get_object_or_404(Receipt, pk=pk)
    try:
        pdf = receipt_pdf(receipt)
    except DonationsError as refusal:
        messages.error(request, str(refusal))
        return redirect(receipt.snippet_viewset.get_url_name("inspect"), receipt.pk)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{receipt.label}.pdf"',
            "Cache-Control": "no-store",
        },
    )
