"""Recurring gifts in "my area": looked at, changed, paused, skipped and stopped by the donor, at the gateway first."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import FormView

from checkout.card_pages import to_the_card_page
from checkout.link_views import not_in_search_engines
from donations.domain.cards import refresh_setup
from donations.domain.fee_cover import payment_fee
from donations.domain.recurring_cards import ask_for_card, read_card_token
from donations.domain.recurring_changes import (
    change_amount,
    change_day,
    finish_card,
    latest_day,
    pause,
    resume,
    skip,
    stop,
)
from donations.domain.schedules import next_charge_after
from donations.exceptions import DonationsError
from donations.models import (
    CardSetup,
    ChangeState,
    Fund,
    Interval,
    RecurringChange,
    RecurringGift,
    RecurringStatus,
    StopCause,
)
from members.domain.seats import BILLING
from members.models import Contact, NonprofitProfile, Relationship
from portal.giving_forms import ChangeForm, DayForm, PauseForm, StopForm


def gifts_looked_after(contact: Contact):
    """Return the recurring gifts that `contact` may change: their own, and those of organisations whose money they see to."""
    organisations = Relationship.objects.in_force_on(timezone.localdate()).filter(
        from_contact=contact, type__code=BILLING, to_contact__erased_at=None
    )
    return RecurringGift.objects.filter(Q(donor=contact) | Q(donor__in=organisations.values("to_contact")))


def _own(request: HttpRequest, pk: int) -> RecurringGift:
    contact = get_object_or_404(Contact, user=request.user)
    gifts = gifts_looked_after(contact).exclude(status=RecurringStatus.STARTING)
    return get_object_or_404(gifts.prefetch_related("shares__fund"), pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def recurring_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """How it stands with a recurring gift, what can be done about it, and what was."""
    gift = _own(request, pk)
    changes = list(gift.changes.order_by("-pk")[:20])
    context = {
        "gift": gift,
        "shares": list(gift.shares.all()),
        "changes": changes,
        "asked": next((change for change in changes if change.state == ChangeState.ASKED), None),
        "is_movable": Interval(gift.interval) != Interval.FRIDAY,
        "after_skipping": next_charge_after(gift, gift.next_charge_on) if gift.next_charge_on else None,
    }
    return render(request, "portal/recurring_gift.html", context)


@method_decorator(never_cache, name="dispatch")
class GiftActionView(LoginRequiredMixin, FormView):
    """A page that says what will happen, asks what is needed, and calls one verb of the domain."""

    template_name = "portal/change_recurring_gift.html"
    title = ""
    submit_label = ""
    # What the page says once the gateway knows it.
    done = ""

    @cached_property
    def gift(self) -> RecurringGift:
        return _own(self.request, self.kwargs["pk"])

    def form_valid(self, form):
        try:
            change = self.act(form)
        except DonationsError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        _say(self.request, change, str(self.done))
        return redirect("portal:recurring_gift", self.gift.pk)

    def act(self, form) -> RecurringChange:
        """Do it, and return the change, as far as it got."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        facts = {"gift": self.gift, "title": self.title, "submit_label": self.submit_label}
        return super().get_context_data(**facts, explanation=self.explain(), **kwargs)

    def explain(self) -> str:
        """What will happen, in a sentence or two."""
        return ""


def _say(request: HttpRequest, change: RecurringChange, done: str) -> None:
    if change.state == ChangeState.DONE:
        messages.success(request, done)
    else:
        messages.warning(
            request,
            _(
                "The payment service does not answer at the moment. We have written it down and go on asking; "
                "this page says when it is done."
            ),
        )


class ChangeView(GiftActionView):
    form_class = ChangeForm
    title = gettext_lazy("Change the amount or the purpose")
    submit_label = gettext_lazy("Change it")
    done = gettext_lazy("Changed. It holds from the next donation on.")

    def get_form_kwargs(self):
        fee = payment_fee(NonprofitProfile.for_request(self.request))
        return {**super().get_form_kwargs(), "gift": self.gift, "funds": list(Fund.objects.offered()), "fee": fee}

    def act(self, form) -> RecurringChange:
        shares, cover = form.cleaned_data["shares"], form.fee_cover()
        return change_amount(self.gift, shares, fee_cover=cover, by=self.request.user, at=timezone.now())

    def explain(self) -> str:
        return _("It holds from the next donation on. What you have given already stays as it is.")


class DayView(GiftActionView):
    form_class = DayForm
    title = gettext_lazy("Change the day")
    submit_label = gettext_lazy("Change the day")
    done = gettext_lazy("Changed. The days of the following donations go by this one.")

    def get_form_kwargs(self):
        today = timezone.localdate()
        return {**super().get_form_kwargs(), "today": today, "latest": latest_day(self.gift, on=today)}

    def act(self, form) -> RecurringChange:
        return change_day(self.gift, form.cleaned_data["day"], by=self.request.user, at=timezone.now())


class PauseView(GiftActionView):
    form_class = PauseForm
    title = gettext_lazy("Pause")
    submit_label = gettext_lazy("Pause it")
    done = gettext_lazy("Paused. Nothing is charged before that day.")

    def act(self, form) -> RecurringChange:
        return pause(self.gift, form.cleaned_data["until"], by=self.request.user, at=timezone.now())

    def get_initial(self):
        return {"until": timezone.localdate() + timedelta(days=90)}


class StopView(GiftActionView):
    form_class = StopForm
    template_name = "portal/stop_recurring_gift.html"
    title = gettext_lazy("Stop a regular donation")
    submit_label = gettext_lazy("Stop the donation")
    done = gettext_lazy("Your donation has stopped. Nothing more will be charged.")

    def act(self, form) -> RecurringChange:
        cause = StopCause(form.cleaned_data["cause"]) if form.cleaned_data["cause"] else None
        words = form.cleaned_data["words"]
        return stop(self.gift, by=self.request.user, at=timezone.now(), cause=cause, words=words)


@login_required
@never_cache
@require_POST
def skip_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the next charge out."""
    return _do(request, pk, skip, _("The next donation is left out."))


@login_required
@never_cache
@require_POST
def resume_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pause."""
    return _do(request, pk, resume, _("Your donation goes on. Thank you."))


# --- Another card, also by a link without logging in ----------------------------------------------


@login_required
@never_cache
@require_POST
def new_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the page of the payment service on which another card is given."""
    gift = _own(request, pk)
    return _to_the_card_page(request, gift, or_else=reverse("portal:recurring_gift", args=[gift.pk]))


@never_cache
@not_in_search_engines
@require_http_methods(["GET", "HEAD", "POST"])
def card_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Give another card, for whoever has the link. It changes nothing until the payment service has the card."""
    gift = read_card_token(token)
    if gift is None:
        return render(request, "portal/recurring_card.html", {"gift": None}, status=404)
    if request.method == "POST":
        return _to_the_card_page(request, gift, or_else=request.path)
    return render(request, "portal/recurring_card.html", {"gift": gift})


def _to_the_card_page(request: HttpRequest, gift: RecurringGift, *, or_else: str) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    return to_the_card_page(
        request, lambda: ask_for_card(gift, language=language), back="portal:recurring_card_given", or_else=or_else
    )


@never_cache
@not_in_search_engines
def card_given(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether the payment service has the card by now. Safe to open at any time, any number of times."""
    found = CardSetup.objects.filter(recurring_gift__isnull=False, contact__erased_at=None)
    setup = refresh_setup(get_object_or_404(found, reference=reference))
    if setup.given_at:
        finish_card(setup, at=timezone.now())
    gift = RecurringGift.objects.prefetch_related("shares__fund").get(pk=setup.recurring_gift_id)
    return render(request, "portal/recurring_card_given.html", {"gift": gift, "is_given": setup.given_at is not None})


def _do(request: HttpRequest, pk: int, verb, done: str) -> HttpResponse:
    gift = _own(request, pk)
    try:
        _say(request, verb(gift, by=request.user, at=timezone.now()), done)
    except DonationsError as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:recurring_gift", gift.pk)
