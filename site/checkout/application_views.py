"""Applying for a tier, step by step. Each step is saved and has an address of its own, so that one can go on later."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from checkout.application_forms import AnswerForm, DetailsForm, QuestionsForm, SendForm
from checkout.domain.applications import (
    answer,
    ask_for_link,
    change_details,
    needs_application,
    payer_of,
    save_answers,
    send,
    start_application,
    withdraw,
)
from checkout.domain.approvals import refund_what_came_to_nothing
from checkout.domain.baskets import quote_for_joining
from checkout.exceptions import CheckoutError
from checkout.forms import NEWS_WORDING
from checkout.models import Application, ApplicationState
from checkout.views import JoinView, continue_with
from members.domain.custom_fields import shown_value
from members.exceptions import MembersError
from members.models import Approval, Tier


@never_cache
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Joining a tier: one form where that is enough, else the first step of an application."""
    tier = get_object_or_404(Tier.objects.joinable(), slug=slug)
    view = ApplyView if needs_application(tier) else JoinView
    return view.as_view()(request, slug=slug)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class StepView(FormView):
    """One step of an application that is being filled in. What cannot be done is said above the form."""

    step = 1

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Application.objects.select_related("tier__branch", "contact", "user")
        self.application = get_object_or_404(found, pk=kwargs["pk"])
        self.tier = self.application.tier

    def dispatch(self, request, *args, **kwargs):
        if self.application and self.application.state != ApplicationState.DRAFT:
            return redirect("checkout:application", self.application.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        steps = application_steps(self.tier)
        return super().get_context_data(
            application=self.application,
            tier=self.tier,
            steps=steps,
            current=min(self.step, len(steps)),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            return self.go_on(form)
        except (MembersError, CheckoutError) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def go_on(self, form) -> HttpResponse:
        """Save the valid `form` and lead to the next step."""
        raise NotImplementedError


class ApplyView(StepView):
    """The first step, before there is an application."""

    form_class = DetailsForm
    template_name = "checkout/application_details.html"

    def setup(self, request, *args, **kwargs):
        FormView.setup(self, request, *args, **kwargs)
        self.application = None
        self.tier = get_object_or_404(Tier.objects.joinable(), slug=kwargs["slug"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user, "tier": self.tier}

    def go_on(self, form):
        application = start_application(
            form.payer(), tier=self.tier, form_key=form.cleaned_data["form_key"], on=timezone.localdate()
        )
        return redirect(next_step_after_details(application), application.pk)


class DetailsView(StepView):
    """The first step again: somebody went back."""

    form_class = DetailsForm
    template_name = "checkout/application_details.html"

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "user": self.request.user,
            "tier": self.tier,
            "application": self.application,
        }

    def go_on(self, form):
        change_details(self.application, form.payer(), on=timezone.localdate())
        return redirect(next_step_after_details(self.application), self.application.pk)


class QuestionsView(StepView):
    """The second step: what the tier asks."""

    step = 2
    form_class = QuestionsForm
    template_name = "checkout/application_questions.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "application": self.application}

    def go_on(self, form):
        save_answers(self.application, form.answers())
        return redirect("checkout:application_send", self.application.pk)


class SendView(StepView):
    """The last step: everything once more, the fee, and off it goes."""

    step = 3
    form_class = SendForm
    template_name = "checkout/application_send.html"

    def dispatch(self, request, *args, **kwargs):
        if self.application.state == ApplicationState.DRAFT and _is_something_missing(self.application):
            return redirect("checkout:application_questions", self.application.pk)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def quote(self):
        """What it costs whoever applies, as far as it is known before a code is typed."""
        return quote_for_joining(payer_of(self.application), tier=self.tier, on=timezone.localdate())

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "application": self.application, "is_free": not self.quote.due.amount}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            quote=self.quote,
            answers=shown_answers(self.application),
            pays_now=bool(self.quote.due.amount) and self.tier.approval != Approval.BEFORE_PAYING,
            **kwargs,
        )

    def go_on(self, form):
        data = form.cleaned_data
        sent = send(
            self.application,
            gateway=data.get("gateway", ""),
            currency=data.get("currency", ""),
            code=data.get("code", ""),
            wants_news=data["wants_news"],
            news_wording=str(NEWS_WORDING),
            on=timezone.localdate(),
        )
        if sent.basket is None:
            return redirect("checkout:application", sent.pk)
        if sent.basket.total.amount and sent.basket.total != self.quote.due:
            # A code or another currency made it another sum: the basket's page says it before the gateway does.
            return redirect("checkout:basket", sent.basket.pk)
        return continue_with(self.request, sent.basket)


def _is_something_missing(application: Application) -> bool:
    return any(
        question.is_required and question.field.code not in application.answers for question in application.questions
    )


@never_cache
def application(request: HttpRequest, pk: str) -> HttpResponse:
    """How it stands with an application. Safe to open at any time; a draft goes on where it was left."""
    found = get_object_or_404(Application.objects.select_related("tier", "basket"), pk=pk)
    if found.state == ApplicationState.DRAFT:
        return redirect(next_step_after_details(found), found.pk)
    form = None
    if found.state == ApplicationState.ASKED:
        form = AnswerForm(request.POST if request.method == "POST" else None, application=found)
        if form.is_valid():
            return _answered(request, found, form)
    elif found.basket and found.state in {ApplicationState.JOINED, ApplicationState.PAYING}:
        return redirect("checkout:basket", found.basket_id)
    context = {
        "application": found,
        "form": form,
        "answers": shown_answers(found),
        "question": found.events.filter(kind="asked").last(),
        "reason": found.events.filter(kind="declined").last(),
        "is_paid": bool(found.basket and found.basket.attempts.filter(payment__status="settled").exists()),
    }
    return render(request, "checkout/application.html", context)


def _answered(request: HttpRequest, application: Application, form: AnswerForm) -> HttpResponse:
    try:
        save_answers(application, form.answers())
        answer(application, form.cleaned_data["text"])
        messages.success(request, _("Thank you. We have your answer."))
    except CheckoutError as refusal:
        messages.error(request, str(refusal))
    return redirect("checkout:application", application.pk)


@require_POST
def send_link(request: HttpRequest, pk: str) -> HttpResponse:
    """Send the way back to an unfinished application to the address in it."""
    found = get_object_or_404(Application, pk=pk, state=ApplicationState.DRAFT)
    ask_for_link(found)
    messages.success(request, _("We have sent you a link. With it you can go on later, on any device."))
    return redirect(next_step_after_details(found), found.pk)


@require_POST
def withdraw_application(request: HttpRequest, pk: str) -> HttpResponse:
    """The applicant no longer wants to; what was paid is given back."""
    found = get_object_or_404(Application, pk=pk)
    try:
        withdraw(found)
        refund_what_came_to_nothing()
        messages.success(request, _("Your application is withdrawn."))
    except CheckoutError as refusal:
        messages.error(request, str(refusal))
    return redirect("checkout:application", found.pk)


def application_steps(tier: Tier) -> list[str]:
    """The way from the first question to sending it, as the pages show it; three at most."""
    last = _("Check and send") if tier.approval == Approval.BEFORE_PAYING else _("Check and pay")
    middle = [_("Questions")] if tier.questions.exists() else []
    return [_("Your details"), *middle, last]


def next_step_after_details(application: Application) -> str:
    """The name of the address where the second step is."""
    has_questions = application.tier.questions.exists()
    return "checkout:application_questions" if has_questions else "checkout:application_send"


def shown_answers(application: Application) -> list[tuple[str, str]]:
    """What the tier asks, and what was answered, for people to read."""
    return [
        (str(question.field.label), shown_value(question.field, application.answers.get(question.field.code)) or "–")
        for question in application.questions
    ]
