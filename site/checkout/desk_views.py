"""Taking a fee at the desk: choose what it is for, read what it will do, enter it."""

from contextlib import suppress
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button

from checkout.desk_forms import DayForm, FeeForm
from checkout.domain.desk import Action, Offer, desk_of, offer_of, take_fee
from checkout.exceptions import CheckoutError
from checkout.models import Basket, LineKind
from donations.exceptions import DonationsError
from members.contacts.heading import contacts_heading
from members.dates import until_words
from members.domain.concessions import find_code
from members.domain.memberships import start_of_renewal
from members.exceptions import MembersError
from members.memberships.sections import register_button
from members.models import Contact, DiscountCode, Membership, MembershipStatus, Tier, User
from members.money import format_money
from members.permissions import require


def desk_buttons(contact: Contact, user: User) -> list[Button]:
    """The way here from somebody's page, for those who may."""
    if contact.erased_at or not user.has_perm("checkout.take_fee"):
        return []
    return [Button(_("Take a fee"), url=reverse("checkout_desk", args=[contact.pk]), icon_name="plus", priority=30)]


@register_button
def fee_button(request: HttpRequest, membership: Membership) -> Button | None:
    """The way here from the page of a membership: all that can be done for its member."""
    has_died = membership.status_on(timezone.localdate()) == MembershipStatus.DECEASED
    if has_died or not request.user.has_perm("checkout.take_fee"):
        return None
    url = reverse("checkout_desk", args=[membership.contact_id])
    return Button(_("Take a fee"), url=url, classname="button", priority=10)


@register_button
def renew_button(request: HttpRequest, membership: Membership) -> Button | None:
    """The shorter way to what most come for, as soon as it can be done."""
    last = membership.last_term
    if last is None or not request.user.has_perm("checkout.take_fee"):
        return None
    today = timezone.localdate()
    try:
        start_of_renewal(membership, on=today)
    except MembersError:
        return None
    if membership.status_on(today) == MembershipStatus.LAPSED:
        return None  # who comes back joins anew
    url = reverse("checkout_desk_enter", args=[membership.contact_id, last.tier_id, Action.RENEW])
    return Button(_("Renew"), url=url, classname="button button-secondary", priority=20)


def choose(request: HttpRequest, contact_pk: int) -> HttpResponse:
    """What can be done for somebody, each with what it costs."""
    require(request, "checkout.take_fee")
    contact = _contact(contact_pk)
    form = _day_form(request)
    desk = desk_of(contact, on=form.cleaned_data["on"]) if form.is_valid() else None
    context = {"form": form, "media": form.media, "desk": desk, "contact": contact, "query": request.GET.urlencode()}
    return _page(request, contact, "choose", context, title=_("Take a fee"))


def enter(request: HttpRequest, contact_pk: int, tier_pk: int, action: str) -> HttpResponse:
    """What taking this fee will do; sent, it is done."""
    require(request, "checkout.take_fee")
    contact = _contact(contact_pk)
    tier = get_object_or_404(Tier.objects.select_related("branch"), pk=tier_pk)
    asked = _day_form(request)
    back = f"{reverse('checkout_desk', args=[contact.pk])}?{request.GET.urlencode()}"
    if not asked.is_valid():
        return redirect(back)
    on, code = asked.cleaned_data["on"], asked.cleaned_data["code"]
    try:
        offer = offer_of(contact, tier=tier, action=Action(action), on=on, code=_code(code, tier))
    except (MembersError, CheckoutError) as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    form = FeeForm(request.POST if request.method == "POST" else None, offer=offer)
    if form.is_valid() and (basket := _take(request, contact, form, on=on, code=code)):
        return _done(request, contact, basket)
    context = {"form": form, "media": form.media, "offer": offer, "facts": _facts(offer, on=on), "back_url": back}
    return _page(request, contact, "enter", context, title=_sentence(offer, contact))


def _take(request: HttpRequest, contact: Contact, form: FeeForm, *, on: date, code: str) -> Basket | None:
    try:
        return take_fee(form.order(contact, code=code), on=on, today=timezone.localdate(), by=request.user)
    except (MembersError, CheckoutError, DonationsError) as refusal:
        form.add_error(None, str(refusal))
        return None


def _done(request: HttpRequest, contact: Contact, basket: Basket) -> HttpResponse:
    lines = list(basket.lines.select_related("tier", "concession", "term__membership"))
    term = next((line.term for line in lines if line.term), None)
    kept = next((line.amount for line in lines if line.kind == LineKind.ADVANCE), None)
    if term:
        days = {"name": contact, "tier": term.tier, "until": until_words(term.ends_on)}
        messages.success(request, _("%(name)s is on the tier %(tier)s, paid until: %(until)s.") % days)
    if kept:
        messages.success(request, _("%(amount)s is kept for the next fee.") % {"amount": format_money(kept)})
    if term:
        return redirect("members_membership", term.membership_id)
    return redirect("contacts:inspect", contact.pk)


def _contact(pk: int) -> Contact:
    return get_object_or_404(Contact.objects.filter(erased_at=None), pk=pk)


def _day_form(request: HttpRequest) -> DayForm:
    return DayForm({"on": timezone.localdate(), **request.GET.dict()})


def _code(text: str, tier: Tier) -> DiscountCode | None:
    """The code that was typed; one that does not hold is told when the fee is entered."""
    if text:
        with suppress(MembersError):
            return find_code(text, tier=tier, at=timezone.now())
    return None


def _facts(offer: Offer, *, on: date) -> list[tuple[str, str]]:
    quote = offer.quote
    rows = [
        (_("Tier"), str(offer.tier)),
        (_("From"), date_format(offer.starts_on)),
        (_("Until"), until_words(offer.ends_on)),
        (_("Fee"), " · ".join([format_money(quote.fee), *quote.reductions()])),
    ]
    if quote.joining_fee:
        rows.append((_("Joining fee"), format_money(quote.joining_fee)))
    if quote.credit_used:
        rows.append((_("Paid with credit"), format_money(quote.credit_used)))
    return [*rows, (_("To pay"), format_money(quote.due))]


def _sentence(offer: Offer, contact: Contact) -> str:
    words = {
        Action.JOIN: _("Make %(name)s a member"),
        Action.RENEW: _("Renew the membership of %(name)s"),
        Action.CHANGE: _("Change the tier of %(name)s"),
    }
    return words[offer.action] % {"name": contact}


def _page(request: HttpRequest, contact: Contact, name: str, context: dict, *, title: str) -> HttpResponse:
    heading = contacts_heading(title, icon="group", contact=contact)
    return TemplateResponse(request, f"checkout/admin/{name}.html", {"contact": contact, **context, **heading})
