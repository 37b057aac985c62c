"""Whom no reminder of renewing can reach by e-mail."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.contacts.heading import contacts_heading
from members.permissions import require
from outreach.domain.reminders import out_of_reach

PER_PAGE = 50


def renewals_by_hand(request: HttpRequest) -> HttpResponse:
    """Members to be phoned or written to, since their term ends or has ended and there is no e-mail address for them."""
    require(request, "members.view_membership")
    terms = (
        out_of_reach(timezone.localdate())
        .select_related("tier", "membership__contact")
        .prefetch_related("membership__contact__phones")
    )
    page = Paginator(terms, PER_PAGE).get_page(request.GET.get("p"))
    context = {"page": page, **contacts_heading(_("Renewals without e-mail"), icon="mail")}
    return TemplateResponse(request, "outreach/admin/renewals_by_hand.html", context)
