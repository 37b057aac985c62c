"""Automatic renewal as the member meets it: in their area, and by the links of the letters without logging in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checkout.card_pages import to_the_card_page
from checkout.domain.automatic import (
    ask_with_setup,
    can_be_offered,
    honour,
    is_under_way,
    read_token,
    renewal_of,
    stop,
    stop_token,
    wording,
)
from checkout.domain.automatic_plans import outlook_of
from checkout.forms import AutomaticForm
from checkout.link_views import not_in_search_engines
from checkout.models import AutomaticRenewal, AutomaticRequest, StopReason
from donations.domain.cards import refresh_setup
from donations.models import CardSetup
from members.models import Membership, User


def _own(request: HttpRequest, pk: int) -> Membership:
    own = Membership.objects.filter(contact__user=request.user).select_related("contact")
    return get_object_or_404(own, pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_renewal(request: HttpRequest, membership: int) -> HttpResponse:
    """What is renewed by itself, with which card, and when; a form to begin with it, or to give another card."""
    found = _own(request, membership)
    renewal, today = renewal_of(found), timezone.localdate()
    last = found.last_term
    is_offered = bool(last and not last.is_for_life and can_be_offered(last.tier, on=today))
    form = AutomaticForm(request.POST if request.method == "POST" else None, is_new=renewal is None)
    if is_offered and form.is_valid():
        return _to_the_card_page(request, found, form, by=request.user)
    context = {
        "membership": found,
        "renewal": renewal,
        "outlook": outlook_of(renewal, on=today) if renewal else None,
        "form": form if is_offered else None,
    }
    return render(request, "checkout/automatic.html", context)


@login_required
@never_cache
@require_POST
def stop_mine(request: HttpRequest, membership: int) -> HttpResponse:
    """The member stops it."""
    found = _own(request, membership)
    if renewal := renewal_of(found):
        stop(renewal, reason=StopReason.MEMBER, at=timezone.now(), by=request.user)
        messages.success(request, _stopped_words(renewal))
    return redirect("checkout:automatic", found.pk)


def _stopped_words(renewal: AutomaticRenewal) -> str:
    words = _("Automatic renewal has stopped. Nothing more will be charged by itself.")
    if is_under_way(renewal):
        words += " " + _("A payment that had begun before could not be called back.")
    return words


# --- By a link --------------------------------------------------------------------------------


@never_cache
@not_in_search_engines
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since mail programs open every link; POST, by a person's button, stops it."""
    renewal = read_token(token)
    if renewal is None:
        return _broken(request)
    if request.method == "POST":
        stop(renewal, reason=StopReason.MEMBER, at=timezone.now())
        return redirect(request.path)
    return render(request, "checkout/automatic_stop.html", _link_context(renewal, token))


@never_cache
@not_in_search_engines
@require_http_methods(["GET", "HEAD", "POST"])
def card_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Give another card, for whoever has the link. It changes nothing until the payment service has the card."""
    renewal = read_token(token)
    if renewal is None:
        return _broken(request)
    form = AutomaticForm(request.POST if request.method == "POST" else None, is_new=False)
    if renewal.stopped_at is None and form.is_valid():
        return _to_the_card_page(request, renewal.membership, form, by=None)
    return render(request, "checkout/automatic_card.html", {**_link_context(renewal, token), "form": form})


def _link_context(renewal: AutomaticRenewal, token: str) -> dict:
    contact = renewal.membership.contact
    return {
        "renewal": renewal,
        "token": token,
        "first_name": contact.given_name or contact.name,
        "term": renewal.membership.last_term,
        "is_under_way": is_under_way(renewal),
    }


def _broken(request: HttpRequest) -> HttpResponse:
    return render(request, "checkout/link_closed.html", {"state": "unknown"}, status=404)


# --- Giving a card ----------------------------------------------------------------------------


def _to_the_card_page(
    request: HttpRequest, membership: Membership, form: AutomaticForm, *, by: User | None
) -> HttpResponse:
    """Go to the page of the payment service on which a card is given."""
    language = get_language() or settings.LANGUAGE_CODE

    def ask() -> CardSetup:
        gateway = form.cleaned_data["gateway"]
        return ask_with_setup(membership, gateway=gateway, words=wording(), language=language, by=by).setup

    return to_the_card_page(request, ask, back="checkout:automatic_card_given", or_else=request.path)


@never_cache
@not_in_search_engines
def card_given(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether the payment service has the card by now. Safe to open at any time, any number of times."""
    found = AutomaticRequest.objects.select_related("setup__contact", "membership__contact")
    wish = get_object_or_404(found, setup__reference=reference, membership__contact__erased_at=None)
    setup = refresh_setup(wish.setup)
    if setup.card:
        # The gateway's message came before its effects: take it up now, so that its holder sees it done.
        honour(wish)
    renewal = renewal_of(wish.membership)
    is_used = bool(renewal and renewal.card_id == setup.card_id)
    context = {
        "renewal": renewal if is_used else None,
        "outlook": outlook_of(renewal, on=timezone.localdate()) if renewal and is_used else None,
        "stop_token": stop_token(renewal) if renewal and is_used else "",
        "is_given": setup.card is not None,
    }
    return render(request, "checkout/automatic_card_given.html", context)
