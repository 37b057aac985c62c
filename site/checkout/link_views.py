"""Renewing, or saying no to it, by a link from a message, without logging in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from checkout.domain.baskets import quote_next_term, start_renewal_after
from checkout.domain.renewal_links import Link, LinkState, read_link, read_no_link, renewal_token
from checkout.forms import NotRenewingForm, RenewByLinkForm
from checkout.models import Basket
from checkout.views import NextTermView, membership_looked_after
from members.domain.fees import Quote
from members.domain.memberships import start_of_renewal
from members.domain.renewal import say_not_renewing, take_back_not_renewing
from members.models import Contact, NotRenewing, Term, Tier

# What was there and is not any more, and what never was.
_STATUSES = {LinkState.UNKNOWN: 404, LinkState.USED: 410, LinkState.EXPIRED: 410, LinkState.STOPPED: 410}


def not_in_search_engines(view):
    """Keep an address with a secret in it out of every index. Where it came from is told to no other site either."""

    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer", which would make browsers hide from us as well that a form is our own.
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@method_decorator(not_in_search_engines, name="dispatch")
class RenewByLinkView(NextTermView):
    """The next term of the membership in the link, for whoever has it: first name, tier, fee and days, no more."""

    form_class = RenewByLinkForm
    template_name = "checkout/renew_by_link.html"

    def dispatch(self, request, *args, **kwargs):
        link = read_link(kwargs["token"], on=timezone.localdate())
        if link.state != LinkState.OPEN or link.term is None:
            return closed_link(request, link)
        self.term = link.term
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "membership": self.term.membership, "price_of": self.price_of}

    def get_context_data(self, **kwargs):
        starts_on = start_of_renewal(self.term.membership, on=timezone.localdate())
        contact = self.term.membership.contact
        first_name = contact.given_name or contact.name
        return super().get_context_data(term=self.term, first_name=first_name, starts_on=starts_on, **kwargs)

    def quote_on(self, tier: Tier) -> Quote:
        return quote_next_term(self.term.membership, tier=tier, on=timezone.localdate())

    def fill_basket(self, form, **facts) -> Basket:
        return start_renewal_after(self.term, form.payer(), **facts)


@never_cache
@not_in_search_engines
@require_http_methods(["GET", "HEAD", "POST"])
def not_this_year(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since mail programs open every link; POST, by a person's button, says no or takes it back."""
    link = read_no_link(token, on=timezone.localdate())
    if link.state != LinkState.OPEN or link.term is None:
        return closed_link(request, link)
    return _answer(request, link.term)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_not_this_year(request: HttpRequest, membership: int) -> HttpResponse:
    """The same for a membership that one looks after."""
    term = membership_looked_after(get_object_or_404(Contact, user=request.user), membership).last_term
    if term is None or term.is_for_life:
        return redirect("portal:home")
    return _answer(request, term)


def _answer(request: HttpRequest, term: Term) -> HttpResponse:
    form = NotRenewingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "take_back" in request.POST:
        take_back_not_renewing(term, at=timezone.now())
        return redirect(request.path)
    if form.is_valid():
        say_not_renewing(term, reason=form.cleaned_data["reason"], at=timezone.now())
        return redirect(request.path)
    context = {
        "form": form,
        "term": term,
        "first_name": term.membership.contact.given_name or term.membership.contact.name,
        "is_said": NotRenewing.objects.standing().filter(term=term).exists(),
        "renew_token": renewal_token(term),
    }
    return render(request, "checkout/not_this_year.html", context)


def closed_link(request: HttpRequest, link: Link) -> HttpResponse:
    """Say why a link does not work, and what does."""
    context = {"state": link.state.value, "opens_on": link.opens_on}
    return render(request, "checkout/link_closed.html", context, status=_STATUSES.get(link.state, 200))
