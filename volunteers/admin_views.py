"""Who comes to a shift, as the staff who prepare it see it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.log_actions import log

from members.permissions import require
from volunteers.domain.signups import cancel
from volunteers.models import Shift, SignUp, SignUpStatus


def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The volunteers of one shift with how to reach them, and who waits for a place."""
    require(request, "volunteers.view_shift", "volunteers.view_signup")
    shift = get_object_or_404(Shift.objects.with_places().select_related("opportunity"), pk=pk)
    standing = (
        shift.sign_ups.standing().select_related("contact").prefetch_related("contact__emails", "contact__phones")
    )
    sign_ups = list(standing.order_by("pk"))
    context = {
        "shift": shift,
        "confirmed": [row for row in sign_ups if row.status == SignUpStatus.CONFIRMED],
        "waiting": [row for row in sign_ups if row.status == SignUpStatus.WAITING],
        "may_cancel": request.user.has_perm("volunteers.change_signup"),
        "header_title": str(shift),
        "header_icon": "calendar",
        "breadcrumbs_items": [
            {"url": reverse(shift.snippet_viewset.get_url_name("list")), "label": _("Shifts")},
            {"url": "", "label": str(shift)},
        ],
    }
    return TemplateResponse(request, "volunteers/admin/roster.html", context)


@require_POST
def cancel_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one sign-up for a volunteer who rang up."""
    require(request, "volunteers.change_signup")
    sign_up = get_object_or_404(SignUp, pk=pk)
    cancel(sign_up)
    log(sign_up, "volunteers.cancelled", user=request.user)
    messages.success(request, _("The place has been given back."))
    return redirect("volunteers_roster", sign_up.shift_id)
