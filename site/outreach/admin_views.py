"""Looking at a campaign before and after it goes out, and sending it."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.log_actions import log

from members.models import Contact
from members.permissions import require
from outreach.domain.campaigns import audience, send_campaign
from outreach.domain.letters import campaign_letter, current_profile
from outreach.domain.segments import describe
from outreach.domain.sending import settle_uncertain
from outreach.exceptions import OutreachError
from outreach.models import Campaign, CampaignStatus, Delivery, DeliveryState


def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """What the campaign says in each language, whom it reaches, and what became of each message."""
    require(request, "outreach.view_campaign")
    found = get_object_or_404(Campaign.objects.select_related("segment", "survey").prefetch_related("texts"), pk=pk)
    states = dict(found.deliveries.order_by().values_list("state").annotate(Count("pk")))
    is_draft = found.status == CampaignStatus.DRAFT
    context = {
        "campaign": found,
        "conditions": describe(found.segment.tree),
        "audience": audience(found, on=timezone.localdate()) if is_draft else None,
        "states": [(label, states[value]) for value, label in DeliveryState.choices if value in states],
        "languages": [(text.language, text.get_language_display(), text.subject) for text in found.texts.all()],
        "may_send": is_draft and request.user.has_perm("outreach.send_campaign"),
        "may_change": is_draft and request.user.has_perm("outreach.change_campaign"),
        "edit_url": reverse(found.snippet_viewset.get_url_name("edit"), args=[found.pk]),
        "page_title": _("Campaign"),
        "page_subtitle": found.name,
        "header_icon": "mail",
    }
    return TemplateResponse(request, "outreach/campaign.html", context)


def preview(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The message as one reader of `language` would get it, for the frame on the campaign's page."""
    require(request, "outreach.view_campaign")
    found = get_object_or_404(Campaign.objects.select_related("survey").prefetch_related("texts"), pk=pk)
    if language not in dict(settings.LANGUAGES) or not found.texts.all():
        raise Http404
    reader = Contact(given_name=_("Reader"), preferred_language=language)
    sample = Delivery(
        campaign=found, contact=reader, language=language, purpose=found.purpose, address="reader@example.org"
    )
    return HttpResponse(campaign_letter(found, sample, profile=current_profile()).html)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the recipients and start sending. A second press is told that it went out already."""
    require(request, "outreach.send_campaign")
    found = get_object_or_404(Campaign, pk=pk)
    try:
        count = send_campaign(found, at=timezone.now(), on=timezone.localdate())
    except OutreachError as refusal:
        messages.error(request, str(refusal))
    else:
        log(found, "sanduq.campaign_sent", user=request.user, data={"recipients": count})
        words = ngettext(
            "The campaign goes out to %(count)s person.", "The campaign goes out to %(count)s people.", count
        )
        messages.success(request, words % {"count": count})
    return redirect("outreach_campaign", pk)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what became of an uncertain delivery, once."""
    require(request, "outreach.settle_delivery")
    delivery = get_object_or_404(Delivery, pk=pk)
    arrived = request.POST.get("arrived") == "yes"
    try:
        settle_uncertain(delivery, arrived=arrived, at=timezone.now())
    except OutreachError as refusal:
        messages.error(request, str(refusal))
    else:
        log(delivery, "sanduq.delivery_settled", user=request.user, data={"arrived": arrived})
        messages.success(request, _("Noted as sent.") if arrived else _("It goes out again."))
    return redirect(Delivery.snippet_viewset.get_url_name("inspect"), pk)
