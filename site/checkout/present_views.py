"""Giving a membership as a present, and accepting one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from checkout.documents.voucher import voucher_pdf
from checkout.domain.present_links import (
    PresentLink,
    address_token,
    read_address_link,
    read_present_link,
)
from checkout.domain.present_taking import accept_present, prove_address
from checkout.domain.presents import found_again, quote_present, start_present, state_of, tiers_to_give
from checkout.exceptions import CheckoutError
from checkout.link_views import not_in_search_engines
from checkout.models import Basket, Present, PresentState, PresentWay
from checkout.present_facts import link_to
from checkout.present_forms import AcceptForm, AddressForm, GivePresentForm
from checkout.views import CheckoutFormView
from members.dates import until_phrase
from members.domain.fees import Quote
from members.exceptions import MembersError
from members.models import NonprofitProfile, Term

# What was there and is not any more. A present on hold, or one that was accepted, still is.
_GONE = {PresentState.RETURNED, PresentState.EXPIRED}


class GivePresentView(CheckoutFormView):
    """The tier in the address, for somebody else."""

    form_class = GivePresentForm
    template_name = "checkout/present_give.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.tier = get_object_or_404(tiers_to_give(), slug=kwargs["slug"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "tier": self.tier}

    def get_context_data(self, **kwargs):
        return super().get_context_data(tier=self.tier, quote=self.quote, **kwargs)

    @cached_property
    def quote(self) -> Quote:
        """What the page says that it costs, in the tier's own currency."""
        return quote_present(self.tier)

    def start(self, form) -> Basket:
        data = form.cleaned_data
        return start_present(
            form.payer(),
            form.wishes(),
            tier=self.tier,
            gateway=data["gateway"],
            form_key=data["form_key"],
            on=timezone.localdate(),
            currency=data.get("currency", ""),
        )

    def is_as_shown(self, basket: Basket) -> bool:
        return basket.total == self.quote.due


@never_cache
@not_in_search_engines
@require_safe
def voucher(request: HttpRequest, basket: str) -> HttpResponse:
    """The paper that the giver hands over. Whoever has the address of the basket is the giver."""
    found = get_object_or_404(Present, basket=basket, way=PresentWay.HAND)
    present = found_again(found)
    if state_of(present, on=timezone.localdate()) != PresentState.READY:
        return redirect("checkout:basket", basket)
    pdf = voucher_pdf(present, profile=NonprofitProfile.for_request(request), url=link_to(request, present))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="voucher.pdf"'
    return answer


@never_cache
@not_in_search_engines
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def present(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody got as a present. Whoever has it from us by e-mail accepts here; others say their address first."""
    link = read_present_link(token)
    if link and link.email and "other" not in request.GET:
        return _accept(request, link)
    return _ask_for_address(request, link)


@never_cache
@not_in_search_engines
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def present_at_address(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever has opened the link that went to the address they gave."""
    return _accept(request, read_address_link(token))


def _accept(request: HttpRequest, link: PresentLink | None) -> HttpResponse:
    if link is None or _state(link) != PresentState.READY:
        return _closed(request, link)
    form = AcceptForm(request.POST if request.method == "POST" else None, tier=link.present.tier)
    if form.is_valid():
        try:
            term = accept_present(link.present, form.taker(link.email), on=timezone.localdate(), at=timezone.now())
        except (MembersError, CheckoutError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _welcome(term, link.email))
            return redirect(request.get_full_path())
    return render(request, "checkout/present_accept.html", {**_context(link), "form": form, "email": link.email})


def _ask_for_address(request: HttpRequest, link: PresentLink | None) -> HttpResponse:
    if link is None or _state(link) != PresentState.READY:
        return _closed(request, link)
    user = request.user
    own = user.email.lower() if user.is_authenticated else ""
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": own})
    if form.is_valid():
        email = form.cleaned_data["email"].lower()
        if email == own:
            # The address of a log-in is proven already.
            return redirect("checkout:present_at_address", address_token(link.present, email))
        prove_address(link.present, email)
        return render(request, "checkout/present_sent.html", {**_context(link), "email": email})
    return render(request, "checkout/present_address.html", {**_context(link), "form": form})


def _welcome(term: Term, email: str) -> str:
    facts = {"until": until_phrase(term.ends_on), "number": term.membership.number, "email": email}
    return (
        _(
            "Welcome! Your membership runs %(until)s. Your member number is %(number)s, and the card is on its way to %(email)s."
        )
        % facts
    )


def _state(link: PresentLink) -> PresentState:
    return state_of(link.present, on=timezone.localdate())


def _context(link: PresentLink) -> dict:
    steps = [_("Your present"), _("Your details"), _("Done")]
    return {"present": link.present, "giver": link.present.basket.payer_name, "steps": steps}


def _closed(request: HttpRequest, link: PresentLink | None) -> HttpResponse:
    """Say why it cannot be accepted, and no more: not to whom it belongs by now."""
    if link is None:
        return render(request, "checkout/present_closed.html", {"state": "unknown"}, status=404)
    state = _state(link)
    context = {"state": state.value, "present": link.present}
    return render(request, "checkout/present_closed.html", context, status=410 if state in _GONE else 200)
