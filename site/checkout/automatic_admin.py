"""Automatic renewal on the staff's desk: stopping it for a member who asks them to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.domain.automatic import is_under_way, renewal_of, stop
from checkout.models import StopReason
from members.contacts.heading import contacts_heading
from members.models import Membership
from members.permissions import require


def stop_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then stop it. The member gets it in writing."""
    require(request, "checkout.stop_automaticrenewal")
    membership = get_object_or_404(Membership.objects.select_related("contact"), pk=pk)
    renewal = renewal_of(membership)
    if renewal is None or request.method == "POST":
        if renewal and stop(renewal, reason=StopReason.STAFF, at=timezone.now(), by=request.user):
            messages.success(request, _("Automatic renewal has stopped. The member gets it in writing."))
            if is_under_way(renewal):
                messages.warning(request, _("A payment that had begun before could not be called back."))
        return redirect("members_membership", membership.pk)
    title = _("Stop automatic renewal")
    context = {
        "contact": membership.contact,
        "renewal": renewal,
        "back_url": reverse("members_membership", args=[membership.pk]),
        **contacts_heading(title, icon="group", contact=membership.contact),
    }
    return TemplateResponse(request, "checkout/admin/stop_automatic.html", context)
