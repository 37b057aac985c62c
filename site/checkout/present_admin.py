"""A present on the staff's desk: how it stands, and its link once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from checkout.domain.presents import resend_link, state_of, with_payments
from checkout.exceptions import CheckoutError
from checkout.models import Present, PresentState
from members.permissions import require


def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gave what to whom. A button sends the link again, to whoever is to have it."""
    require(request, "checkout.view_present")
    found = get_object_or_404(with_payments(Present.objects.select_related("contact")), pk=pk)
    if request.method == "POST":
        require(request, "checkout.resend_present")
        _send_again(request, found)
        return redirect("checkout_present", found.pk)
    today = timezone.localdate()
    state = state_of(found, on=today)
    is_due = found.deliver_on is None or found.deliver_on <= today
    title = _("Present for %(name)s") % {"name": found.recipient_name}
    list_url = reverse(Present.snippet_viewset.get_url_name("list"))
    context = {
        "present": found,
        "state": state,
        "payments": [attempt.payment for attempt in found.basket.attempts.all() if attempt.payment.is_settled],
        "may_resend": state == PresentState.READY and is_due and request.user.has_perm("checkout.resend_present"),
        "header_title": title,
        "header_icon": "pick",
        "breadcrumbs_items": [{"url": list_url, "label": _("Presents")}, {"url": "", "label": title}],
    }
    return TemplateResponse(request, "checkout/staff/present.html", context)


def _send_again(request: HttpRequest, found: Present) -> None:
    try:
        resend_link(found, on=timezone.localdate())
    except CheckoutError as refusal:
        messages.error(request, str(refusal))
    else:
        log(instance=found, action="sanduq.present_resent", user=request.user)
        messages.success(request, _("The link is on its way once more."))
