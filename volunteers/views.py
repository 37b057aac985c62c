"""Where volunteers find a shift and take a place in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from members.domain.contacts import find_or_create_contact
from members.models import Contact
from volunteers.domain.signups import cancel, sign_up
from volunteers.exceptions import ShiftFullError, VolunteersError
from volunteers.forms import SignUpForm
from volunteers.models import Shift, SignUp

# More than anybody reads; the rest comes up as time passes.
SHIFTS_SHOWN = 60


@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    """The shifts to come, with the places that are left."""
    upcoming = Shift.objects.upcoming_at(timezone.now()).with_places().select_related("opportunity")[:SHIFTS_SHOWN]
    return render(request, "volunteers/shifts.html", {"shifts": list(upcoming)})


@never_cache
@sensitive_post_parameters()
def take_place(request: HttpRequest, shift: int) -> HttpResponse:
    """The form for one shift; a place or the waiting list leads to the page that confirms it."""
    found = get_object_or_404(Shift.objects.with_places().select_related("opportunity"), pk=shift)
    known = Contact.objects.filter(user=request.user).first() if request.user.is_authenticated else None
    form = SignUpForm(request.POST if request.method == "POST" else None, is_known=known is not None)
    is_full = not found.places_left

    if form.is_valid():
        contact = known or _contact(request, form)
        try:
            new = sign_up(found, contact=contact, at=timezone.now(), may_wait=form.cleaned_data["may_wait"])
        except VolunteersError as refusal:
            is_full = isinstance(refusal, ShiftFullError)
            form.add_error(None, str(refusal))
        else:
            return redirect("volunteers:signed_up", new.reference)

    context = {
        "shift": found,
        "form": form,
        "known": known,
        "is_full": is_full,
        "is_open": found.opportunity.is_open and found.starts_at > timezone.now(),
    }
    return render(request, "volunteers/sign_up.html", context)


@never_cache
def signed_up(request: HttpRequest, reference: str) -> HttpResponse:
    """How it stands with one sign-up. Its address is the volunteer's own: a POST to it gives the place back."""
    found = get_object_or_404(SignUp.objects.select_related("shift__opportunity"), reference=reference)
    can_cancel = found.shift.starts_at > timezone.now()
    if request.method == "POST":
        if can_cancel:
            cancel(found)
        return redirect("volunteers:signed_up", found.reference)
    return render(request, "volunteers/signed_up.html", {"sign_up": found, "can_cancel": can_cancel})


def _contact(request: HttpRequest, form: SignUpForm) -> Contact:
    fields = form.cleaned_data
    return find_or_create_contact(
        given_name=fields["given_name"],
        family_name=fields["family_name"],
        email=fields["email"],
        phone=str(fields["phone"] or ""),
        language=get_language() or "",
        user=request.user if request.user.is_authenticated else None,
    )
