""" "My area". Every record is found through the person logged in, never by an id alone."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from checkout.domain.automatic import can_be_offered, renewal_of
from checkout.domain.automatic_plans import outlook_of
from checkout.domain.part_paid import credit_lines
from checkout.domain.presents import state_of, with_payments
from checkout.models import Present
from donations.domain.receipts import receipt_pdf
from donations.models import Receipt
from members.domain.cards import conferring_memberships
from members.domain.seats import conferring_terms, memberships_managed_by
from members.models import Contact, Membership, MembershipStatus, Term
from portal.answers import pdf_response
from portal.directory_views import directory_settings
from portal.giving_views import gifts_looked_after
from portal.preferences import PreferencesForm
from volunteers.domain.signups import cancel
from volunteers.models import SignUp


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Membership, giving, shifts and hours of whoever is logged in."""
    contact = Contact.objects.filter(user=request.user).first()
    if contact is None:
        return render(request, "portal/unknown.html")
    today = timezone.localdate()
    with_terms = Prefetch("terms", Term.objects.select_related("tier"))
    managed = memberships_managed_by(contact, on=today).select_related("contact", "branch").order_by("pk")
    all_of_them = list(managed.prefetch_related(with_terms, "decisions", "not_renewing"))
    for membership in all_of_them:
        membership.status_today = membership.status_on(today)
        _add_renewal(membership, today)
    context = {
        "contact": contact,
        "memberships": [membership for membership in all_of_them if membership.contact_id == contact.pk],
        "managed": [membership for membership in all_of_them if membership.contact_id != contact.pk],
        "conferring": conferring_memberships(contact, on=today),
        "gifts": contact.gifts.prefetch_related("allocations__fund").select_related("payment")[:20],
        "presents": _presents(contact, today),
        "recurring_gifts": gifts_looked_after(contact).active().prefetch_related("shares__fund"),
        "receipts": Receipt.objects.filter(payment__payer=contact).select_related("payment").order_by("-pk")[:20],
        "sign_ups": SignUp.objects.standing()
        .filter(contact=contact, shift__starts_at__gte=timezone.now())
        .select_related("shift__opportunity"),
        "directory": directory_settings(request),
        "looked_after": _looked_after(contact),
        "hours": sum(contact.volunteer_hours.approved().values_list("hours", flat=True)),
    }
    return render(request, "portal/home.html", context)


def _presents(contact: Contact, today: date) -> list[Present]:
    """Memberships that the reader gave as presents and paid for, or got. Of one given they see no more than its day."""
    of_theirs = Present.objects.filter(Q(contact=contact) | Q(basket__contact=contact), last_on__isnull=False)
    presents = list(with_payments(of_theirs)[:20])
    for present in presents:
        present.state_today = state_of(present, on=today)
        present.is_given = present.basket.contact_id == contact.pk
    return presents


def _looked_after(contact: Contact) -> list[Membership]:
    """Memberships through which others belong, and in which the reader has a say: their own, or a household's."""
    today = timezone.localdate()
    managed = memberships_managed_by(contact, on=today).filter(terms__in=conferring_terms(on=today))
    return list(managed.select_related("contact").distinct())


def _add_renewal(membership: Membership, today: date) -> None:
    """Whether its member may say that they will not renew, and whether they did."""
    last = membership.last_term
    said = {answer.term_id for answer in membership.not_renewing.all() if answer.taken_back_at is None}
    membership.credit_words = credit_lines(membership)
    membership.automatic = renewal_of(membership)
    if membership.automatic:
        membership.automatic.membership = membership
        membership.outlook = outlook_of(membership.automatic, on=today)
    membership.may_be_automatic = bool(
        membership.status_today in (MembershipStatus.CURRENT, MembershipStatus.GRACE)
        and last
        and not last.is_for_life
        and can_be_offered(last.tier, on=today)
    )
    membership.is_declined = last is not None and last.pk in said
    waits = membership.status_today in (MembershipStatus.CURRENT, MembershipStatus.GRACE)
    membership.may_decline = bool(
        waits and last and not last.is_for_life and (last.ends_on - today).days <= last.tier.renewal_window_days
    )


@login_required
@never_cache
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own receipts, as it was issued."""
    found = get_object_or_404(Receipt, pk=pk, payment__payer__user=request.user)
    return pdf_response(receipt_pdf(found), f"receipt-{found.label}.pdf")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cancel_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then give one's place in a shift to the next in line."""
    sign_up = get_object_or_404(SignUp.objects.select_related("shift__opportunity"), pk=pk, contact__user=request.user)
    if request.method == "POST":
        cancel(sign_up)
        messages.success(request, _("You are no longer signed up. Thank you for telling us."))
        return redirect("portal:home")
    return render(request, "portal/cancel_shift.html", {"sign_up": sign_up})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and consent, changed by the person concerned."""
    contact = get_object_or_404(Contact, user=request.user)
    form = PreferencesForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_valid():
        form.save(actor=request.user)
        messages.success(request, _("Saved."))
        return redirect(reverse("portal:home"))
    return render(request, "portal/preferences.html", {"form": form})
