"""The till, as the payer meets it: a form, the gateway's page, and a page that says how it ended."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from djmoney.money import Money

from checkout.domain.automatic import ask_with_basket
from checkout.domain.baskets import add_gift, quote_for_renewal, start_change, start_gift, start_join, start_renewal
from checkout.domain.fulfilment import fulfil
from checkout.domain.paying import begin_payment, payment_of
from checkout.domain.presents import tiers_to_give
from checkout.empty_form import asked_of_givers
from checkout.forms import ChangeForm, GivesBeside, JoinForm, RenewForm
from checkout.gift_forms import GiveForm
from checkout.models import Application, ApplicationState, Basket, LineKind
from checkout.present_facts import present_facts
from donations.domain.invoices import account_of
from donations.domain.payments import checkout_url, refresh_payment
from donations.domain.transfers import AWAITED, left_to_come, received_so_far, transfer_reference
from donations.exceptions import DonationsError
from donations.models import Appeal, Fund, Payment, PaymentStatus
from donations.payments.transfer import TransferGateway
from members.bank import grouped
from members.domain.concessions import Payee
from members.domain.fees import Quote, quote_joining, rates_of
from members.domain.memberships import membership_of
from members.domain.seats import memberships_managed_by
from members.domain.tier_changes import quotes_for_change
from members.exceptions import MembersError
from members.models import Contact, Membership, NonprofitProfile, Tier

# As long as somebody has to decide, and when they said no, the application's own page says how it stands.
_SHOWN_AS_BASKET = {ApplicationState.PAYING, ApplicationState.APPROVED, ApplicationState.JOINED}


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class CheckoutFormView(FormView):
    """A form that fills a basket and leads on to paying for it."""

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(steps=checkout_steps(), **kwargs)

    def form_valid(self, form):
        try:
            basket = self.start(form)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        if isinstance(form, GivesBeside) and (shares := form.gift_shares(str(basket.total.currency))):
            add_gift(basket, shares=shares)
        if basket.total.amount and form.cleaned_data.get("renews_automatically"):
            words = str(form.fields["renews_automatically"].label)
            ask_with_basket(basket, words=words, by=form.user)
        if basket.total.amount and not self.is_as_shown(basket):
            return redirect("checkout:basket", basket.pk)
        return continue_with(self.request, basket)

    def is_as_shown(self, basket: Basket) -> bool:
        """Whether the payer has seen what is to be paid. If not, the basket's page says it before the gateway does."""
        return True

    def start(self, form) -> Basket:
        """Return the basket that the valid `form` asks for."""
        raise NotImplementedError


class JoinView(CheckoutFormView):
    """A first membership, on the tier in the address."""

    form_class = JoinForm
    template_name = "checkout/join.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.tier = get_object_or_404(Tier.objects.joinable(), slug=kwargs["slug"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "tier": self.tier}

    def get_context_data(self, **kwargs):
        can_be_given = tiers_to_give().filter(pk=self.tier.pk).exists()
        return super().get_context_data(tier=self.tier, quote=self.quote, can_be_given=can_be_given, **kwargs)

    @cached_property
    def quote(self) -> Quote:
        """What the page says that it costs, before anything is typed."""
        user = self.request.user
        contact = Contact.objects.filter(user=user).first() if user.is_authenticated else None
        is_new = contact is None or membership_of(contact, branch=self.tier.branch) is None
        return quote_joining(self.tier, Payee(contact), on=timezone.localdate(), is_new=is_new)

    def start(self, form) -> Basket:
        data = form.cleaned_data
        return start_join(
            form.payer(),
            tier=self.tier,
            gateway=data["gateway"],
            form_key=data["form_key"],
            on=timezone.localdate(),
            currency=data.get("currency", ""),
            code=data.get("code", ""),
        )

    def is_as_shown(self, basket: Basket) -> bool:
        return basket.total == self.quote.due


class NextTermView(CheckoutFormView):
    """The next term of a membership, on the same tier or on another one."""

    def quote_on(self, tier: Tier) -> Quote:
        """What the next term costs on `tier` now. Raises MembersError where it cannot be renewed."""
        raise NotImplementedError

    def fill_basket(self, form, **facts) -> Basket:
        """Return the basket of the valid `form`; `facts` are what was chosen in it."""
        raise NotImplementedError

    def price_of(self, tier: Tier) -> Money:
        """What is to be paid on `tier` now; before the window opens, what it costs to renew."""
        try:
            return self.quote_on(tier).due
        except MembersError:
            return rates_of(tier).renewal_price

    def start(self, form) -> Basket:
        data = form.cleaned_data
        return self.fill_basket(
            form,
            tier=data["tier"],
            gateway=data["gateway"],
            form_key=data["form_key"],
            on=timezone.localdate(),
            code=data.get("code", ""),
        )

    def is_as_shown(self, basket: Basket) -> bool:
        line = basket.lines.select_related("tier").first()
        return line is not None and line.tier is not None and basket.total == self.price_of(line.tier)


class LookedAfterView(LoginRequiredMixin):
    """Something about a membership that the person logged in looks after: their own, or one that they stand up for."""

    @cached_property
    def person(self) -> Contact:
        return get_object_or_404(Contact, user=self.request.user)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.is_for_another:
            form.pay_for(self.membership.contact)
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(membership=self.membership, is_for_another=self.is_for_another, **kwargs)

    @property
    def is_for_another(self) -> bool:
        return self.membership is not None and self.membership.contact_id != self.person.pk


class RenewView(LookedAfterView, NextTermView):
    """The next term, for the person logged in or for whom they look after."""

    form_class = RenewForm
    template_name = "checkout/renew.html"

    @cached_property
    def membership(self) -> Membership | None:
        if pk := self.kwargs.get("membership"):
            return membership_looked_after(self.person, pk)
        return membership_of(self.person)

    @property
    def contact(self) -> Contact:
        return self.membership.contact if self.membership else self.person

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "membership": self.membership, "price_of": self.price_of}

    def quote_on(self, tier: Tier) -> Quote:
        return quote_for_renewal(self.contact, tier=tier, on=timezone.localdate())

    def fill_basket(self, form, **facts) -> Basket:
        return start_renewal(self.contact, form.payer(), **facts)


class ChangeView(LookedAfterView, CheckoutFormView):
    """Another tier in the middle of a term: what was paid and is not used yet counts."""

    form_class = ChangeForm
    template_name = "checkout/change.html"

    @cached_property
    def membership(self) -> Membership:
        return membership_looked_after(self.person, self.kwargs["membership"])

    @cached_property
    def quotes(self) -> dict[Tier, Quote]:
        """The tiers to which one can move today, each with what it costs."""
        return quotes_for_change(self.membership, on=timezone.localdate())

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "quotes": self.quotes}

    def get_context_data(self, **kwargs):
        return super().get_context_data(quotes=self.quotes, **kwargs)

    def start(self, form) -> Basket:
        data = form.cleaned_data
        return start_change(
            self.membership,
            form.payer(),
            tier=data["tier"],
            gateway=data["gateway"],
            form_key=data["form_key"],
            on=timezone.localdate(),
        )


def membership_looked_after(person: Contact, pk: int) -> Membership:
    """Return a membership that `person` may renew, change or give up today. Raises Http404 for any other."""
    managed = memberships_managed_by(person, on=timezone.localdate())
    return get_object_or_404(managed.select_related("contact", "branch"), pk=pk)


class GiveView(CheckoutFormView):
    """A gift, once or every month, to a fund or to the appeal in the address."""

    form_class = GiveForm
    template_name = "checkout/give.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.appeal = None
        if slug := kwargs.get("appeal"):
            self.appeal = get_object_or_404(
                Appeal.objects.open_on(timezone.localdate()).select_related("fund"), slug=slug
            )

    def get_form_kwargs(self):
        funds = [self.appeal.fund] if self.appeal else list(self._funds())
        return {**super().get_form_kwargs(), **asked_of_givers(NonprofitProfile.for_request(self.request), funds)}

    def _funds(self):
        """All that are offered; whoever comes to give zakat is shown nothing else, so that it goes astray nowhere."""
        offered = Fund.objects.offered()
        return offered.zakat() if "zakat" in self.request.GET else offered

    def get_initial(self):
        initial = {**super().get_initial(), "amount": self.request.GET.get("amount", "")[:20]}
        if "zakat" in self.request.GET:
            initial["fund"] = self._funds().first()
        if self.appeal:
            initial["fund"] = self.appeal.fund_id
        elif slug := self.request.GET.get("fund"):
            initial["fund"] = Fund.objects.offered().filter(slug=slug[:50]).first()
        return initial

    def get_context_data(self, **kwargs):
        return super().get_context_data(appeal=self.appeal, **kwargs)

    def start(self, form) -> Basket:
        data = form.cleaned_data
        return start_gift(
            form.payer(),
            shares=data["shares"],
            fee_cover=form.fee_cover(),
            wish=form.wish(appeal=self.appeal),
            gateway=data["gateway"],
            form_key=data["form_key"],
        )

    def is_as_shown(self, basket: Basket) -> bool:
        """What the payment costs was not reckoned on the form."""
        return not basket.lines.filter(kind=LineKind.FEE).exists()


@never_cache
def basket(request: HttpRequest, basket: str) -> HttpResponse:
    """How it stands with a basket: to be paid, on its way, failed, or done. Safe to open at any time, any number of times."""
    found = get_object_or_404(Basket, pk=basket)
    payment = payment_of(found)
    if payment and not payment.is_settled:
        # Back before the gateway's own message: ask it how things stand.
        payment = refresh_payment(payment)
    if payment and payment.is_settled and not found.fulfilled_at:
        # The gateway's message came before its effects: grant now, so that the payer sees it done.
        fulfil(found, on=timezone.localdate())
        found.refresh_from_db()
    application = Application.objects.filter(basket=found).first()
    if application and application.state not in _SHOWN_AS_BASKET:
        return redirect("checkout:application", application.pk)
    lines = list(found.lines.select_related("basket__wish", "tier", "fund", "concession", "term__membership"))
    context = {"basket": found, "payment": payment, "lines": lines, "steps": checkout_steps()}
    context |= present_facts(request, found)
    if payment and payment.gateway == TransferGateway.code and payment.status in AWAITED:
        context["transfer"] = _transfer_facts(request, payment)
    return render(request, "checkout/basket.html", context)


def _transfer_facts(request: HttpRequest, payment: Payment) -> dict:
    """What somebody has to write on the form of their bank."""
    account = account_of(NonprofitProfile.for_request(request))
    so_far = received_so_far(payment)
    return {
        "rows": account.rows(),
        "left": left_to_come(payment),
        "so_far": so_far if so_far else None,
        "reference": grouped(transfer_reference(payment)),
    }


@never_cache
@require_POST
def go_to_gateway(request: HttpRequest, basket: str) -> HttpResponse:
    """Open the payment that is due for a basket, or a new one after a failure, and go there."""
    return continue_with(request, get_object_or_404(Basket, pk=basket))


def checkout_steps() -> list[str]:
    """The way from form to receipt, as the pages show it."""
    return [_("Your details"), _("Pay"), _("Done")]


def continue_with(request: HttpRequest, basket: Basket) -> HttpResponse:
    """Lead on from a filled basket: to the gateway's page, or to the basket's own when nothing is left to pay."""
    page = reverse("checkout:basket", args=[basket.pk])
    if not basket.total.amount:
        fulfil(basket, on=timezone.localdate())
        return redirect(page)
    try:
        payment = begin_payment(basket)
        if payment.status in {PaymentStatus.SETTLED, PaymentStatus.PENDING}:
            return redirect(page)
        return redirect(checkout_url(payment, return_url=request.build_absolute_uri(page)))
    except DonationsError as refusal:
        # Nothing was charged; the basket's page says so and offers to try again.
        messages.error(request, str(refusal))
        return redirect(page)
