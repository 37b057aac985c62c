"""Belonging through one's household or organisation: whoever looks after it invites, and whoever is invited says yes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.domain.contacts import find_or_create_contact
from members.domain.relationships import belonging_through
from members.domain.seats import (
    accept,
    give_up_seat,
    invite,
    kinds_offered,
    memberships_managed_by,
    seats_of,
    withdraw_invitation,
)
from members.exceptions import MembersError
from members.models import Contact, Membership, SeatInvitation
from portal.seat_forms import InviteForm, TakeSeatForm


@login_required
@never_cache
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Who belongs through a membership that one looks after, and a form to invite somebody."""
    person, membership = _managed(request, pk)
    now, today = timezone.now(), timezone.localdate()
    kinds = kinds_offered(membership, on=today)
    form = InviteForm(request.POST if request.method == "POST" else None, kinds=kinds)
    if form.is_valid():
        data = form.cleaned_data
        try:
            invite(
                membership,
                kind=data["kind"],
                email=data["email"],
                language=get_language(),
                by=person,
                at=now,
                on=today,
            )
            messages.success(request, _("The invitation is on its way."))
            return redirect("portal:seats", membership.pk)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
    context = {
        "membership": membership,
        "seats": seats_of(membership, at=now, on=today),
        "form": form if kinds else None,
    }
    return render(request, "portal/seats.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, invitation: str) -> HttpResponse:
    """Take an invitation back; its link no longer works."""
    _person, membership = _managed(request, pk)
    withdraw_invitation(get_object_or_404(membership.invitations, pk=invitation), at=timezone.now())
    messages.success(request, _("The invitation is taken back."))
    return redirect("portal:seats", membership.pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Somebody no longer belongs through this membership, from today on."""
    _person, membership = _managed(request, pk)
    today = timezone.localdate()
    other = get_object_or_404(belonging_through(membership, on=today), pk=contact)
    give_up_seat(membership, other, on=today)
    messages.success(request, _("%(name)s no longer belongs through this membership.") % {"name": other})
    return redirect("portal:seats", membership.pk)


@never_cache
def invitation(request: HttpRequest, pk: str) -> HttpResponse:
    """What somebody was invited to, and the way to say yes, with or without an account."""
    found = get_object_or_404(SeatInvitation.objects.select_related("membership__contact", "type"), pk=pk)
    person = Contact.objects.filter(user=request.user).first() if request.user.is_authenticated else None
    is_open = found.is_open_at(timezone.now()) and found.type in kinds_offered(
        found.membership, on=timezone.localdate()
    )
    form = None
    if is_open and person is None:
        form = TakeSeatForm(request.POST if request.method == "POST" else None, initial={"email": found.email})
    if is_open and request.method == "POST" and (form is None or form.is_valid()):
        refusal = _take(found, person, form)
        if refusal is None:
            return redirect("portal:invitation", found.pk)
        messages.error(request, refusal)
    context = {"invitation": found, "is_open": is_open, "person": person, "form": form}
    return render(request, "portal/invitation.html", context)


def _take(found: SeatInvitation, person: Contact | None, form: TakeSeatForm | None) -> str | None:
    """Take the seat; return the sentence that says why not, or None."""
    if person is None and form is not None:
        person = find_or_create_contact(**form.cleaned_data, language=get_language())
    try:
        accept(found, person, at=timezone.now(), on=timezone.localdate())
    except MembersError as refusal:
        return str(refusal)
    return None


def _managed(request: HttpRequest, pk: int) -> tuple[Contact, Membership]:
    """Whoever is logged in, and a membership that they look after."""
    person = get_object_or_404(Contact, user=request.user)
    managed = memberships_managed_by(person, on=timezone.localdate()).select_related("contact")
    return person, get_object_or_404(managed, pk=pk)
