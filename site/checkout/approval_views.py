"""One application on the staff's desk: who it is, what they answered, and the three things one can say to it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from checkout.application_views import shown_answers
from checkout.approval_forms import AskForm, DeclineForm
from checkout.domain.applications import payer_of
from checkout.domain.approvals import approve, ask_back, decline, refund_what_came_to_nothing
from checkout.domain.baskets import quote_for_joining
from checkout.domain.paying import payment_of
from checkout.exceptions import CheckoutError
from checkout.models import Application, ApplicationState
from members.domain.duplicates import Candidate, Likeness, duplicates_of
from members.exceptions import MembersError
from members.models import ContactKind
from members.money import format_money
from members.permissions import require

MOST_ALIKE = 5
_FORMS: dict[str, type[forms.Form]] = {"ask": AskForm, "decline": DeclineForm}


def application(request: HttpRequest, pk: str) -> HttpResponse:
    """Read an application, and decide about it."""
    require(request, "checkout.view_application")
    found = _found(pk)
    open_forms = {name: make(prefix=name) for name, make in _FORMS.items()}
    if request.method == "POST":
        require(request, "checkout.decide_application")
        done = _decide(request, found, open_forms)
        if done:
            return redirect("checkout_application", found.pk)
    return TemplateResponse(request, "checkout/staff/application.html", _context(request, _found(pk), open_forms))


def _found(pk: str) -> Application:
    related = Application.objects.sent().select_related("tier__branch", "contact", "basket", "user")
    return get_object_or_404(related, pk=pk)


def _decide(request: HttpRequest, found: Application, open_forms: dict[str, forms.Form]) -> bool:
    """Carry out what was pressed, and say how it went. False if a form has to be filled in again."""
    verb = request.POST.get("verb", "")
    if verb == "approve":
        return _do(request, found, verb, lambda: approve(found, by=request.user, on=timezone.localdate()))
    if verb not in _FORMS:
        return True
    form = open_forms[verb] = _FORMS[verb](request.POST, prefix=verb)
    if not form.is_valid():
        return False
    text = form.cleaned_data["text"]
    if verb == "ask":
        return _do(request, found, verb, lambda: ask_back(found, text, by=request.user))
    _do(request, found, verb, lambda: decline(found, text, by=request.user))
    refund_what_came_to_nothing()
    return True


def _do(request: HttpRequest, found: Application, verb: str, act: Callable[[], object]) -> bool:
    try:
        act()
    except (MembersError, CheckoutError) as refusal:
        messages.error(request, str(refusal))
        return True
    log(instance=found, action=f"sanduq.application_{verb}", user=request.user)
    sentences = {
        "approve": _("The application is approved."),
        "ask": _("Your question is on its way."),
        "decline": _("The application is declined, and the applicant is told."),
    }
    messages.success(request, sentences[verb])
    return True


def _context(request: HttpRequest, found: Application, open_forms: dict[str, forms.Form]) -> dict:
    waits = found.state in {ApplicationState.WAITING, ApplicationState.ASKED}
    payment = payment_of(found.basket) if found.basket else None
    list_url = reverse(Application.snippet_viewset.get_url_name("list"))
    title = _("Application of %(name)s") % {"name": found.applicant_name}
    return {
        "application": found,
        "state": ApplicationState(found.state),
        "answers": shown_answers(found),
        "events": found.events.select_related("actor"),
        "alike": _alike(found),
        "payment": payment,
        "fee": None if found.basket else _fee(found),
        "forms": open_forms,
        "may_decide": request.user.has_perm("checkout.decide_application"),
        "waits": waits,
        "may_be_asked": found.state == ApplicationState.WAITING,
        "may_be_declined": waits or found.state in {ApplicationState.PAYING, ApplicationState.APPROVED},
        "header_title": title,
        "header_icon": "form",
        "breadcrumbs_items": [{"url": list_url, "label": _("Applications")}, {"url": "", "label": title}],
    }


def _fee(found: Application) -> str:
    """What joining would cost today, before any code."""
    return format_money(quote_for_joining(payer_of(found), tier=found.tier, on=timezone.localdate()).due)


def _alike(found: Application) -> list[Likeness]:
    """People on record whom this may be."""
    if found.contact:
        return []
    candidate = Candidate(
        kind=ContactKind.INDIVIDUAL,
        given_name=found.given_name,
        family_name=found.family_name,
        birth_date=found.birth_date,
        emails=[found.email],
        phones=[found.phone] if found.phone else [],
    )
    return duplicates_of(candidate)[:MOST_ALIKE]
