from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from members.domain.follow_up_feed import calendar_of, make_feed, revoke_feed, user_of_feed
from members.domain.interactions import follow_ups_of
from members.models import FollowUpFeed
from members.permissions import require

MOST_SHOWN = 200


@require_GET
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads. The secret in the address is all that it has."""
    user = user_of_feed(token)
    if user is None:
        raise Http404
    content = calendar_of(user, host=request.get_host(), now=timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def follow_ups(request: HttpRequest) -> HttpResponse:
    """What the reader has still to do, and the address under which a calendar program finds it."""
    require(request, "members.view_interaction")
    today = timezone.localdate()
    due = list(follow_ups_of(request.user)[:MOST_SHOWN])
    context = {
        "overdue": [interaction for interaction in due if interaction.follow_up_on < today],
        "today": [interaction for interaction in due if interaction.follow_up_on == today],
        "later": [interaction for interaction in due if interaction.follow_up_on > today],
        "has_feed": FollowUpFeed.objects.filter(user=request.user).exists(),
        "new_address": request.session.pop("new_feed_address", ""),
        "header_title": _("My follow-ups"),
        "header_icon": "calendar-check",
        "breadcrumbs_items": [{"url": "", "label": _("My follow-ups")}],
    }
    return TemplateResponse(request, "members/contacts/follow_ups.html", context)


@require_POST
def change_feed(request: HttpRequest) -> HttpResponse:
    """Make a new secret address, which voids the old one, or take it back."""
    require(request, "members.view_interaction")
    if "revoke" in request.POST:
        revoke_feed(request.user)
        messages.success(request, _("The calendar's address leads nowhere from now on."))
    else:
        address = reverse("follow_up_feed", args=[make_feed(request.user)])
        request.session["new_feed_address"] = settings.BASE_URL.rstrip("/") + address
    return redirect("members_follow_ups")
