"""The membership card of whoever is logged in, on the telephone and as a PDF."""

from datetime import date

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Site

from members.documents.card import card_pdf
from members.domain.cards import (
    CardFace,
    code_text,
    conferred_card,
    conferred_face,
    conferring_memberships,
    own_face,
    with_card_facts,
)
from members.models import Contact, Membership, NonprofitProfile
from portal.answers import pdf_response

QUIET_MODULES = 4  # ISO/IEC 18004 asks for so much white around the code


@login_required
@never_cache
def card_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The card to show at a door: large, dark on white whatever the telephone's colours."""
    today = timezone.localdate()
    face = _face_or_404(request, pk, on=today)
    context = {"face": face, "pk": pk, "can_be_renewed": _can_be_renewed(request, pk, face)}
    if face.is_valid:
        context["code"] = _code(code_text(face, on=today))
    return render(request, "portal/card.html", context)


@login_required
@never_cache
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The same card as a PDF."""
    today = timezone.localdate()
    face = _face_or_404(request, pk, on=today)
    profile = NonprofitProfile.for_request(request)
    pdf = card_pdf(face, profile=profile, qr_text=code_text(face, on=today), language=get_language())
    return pdf_response(pdf, f"card-{face.number}.pdf")


@login_required
@never_cache
def manifest(request: HttpRequest, pk: int) -> JsonResponse:
    """What a telephone needs to put the card on its home screen (W3C Web Application Manifest). Nothing about the person."""
    site = Site.find_for_request(request)
    profile = NonprofitProfile.objects.filter(site=site).first() or NonprofitProfile()
    address = reverse("portal:card_page", args=[pk])
    icon = {"src": static("icons/box.svg"), "type": "image/svg+xml", "sizes": "any"}
    pictures = [
        {"src": static(f"icons/box-{side}.png"), "type": "image/png", "sizes": f"{side}x{side}"} for side in (192, 512)
    ]
    said = {
        "id": address,
        "name": f"{_('Membership card')} · {profile.name}",
        "short_name": _("Membership card"),
        "start_url": address,
        "scope": reverse("portal:home"),
        "display": "standalone",
        "background_color": "#FBF7EF",
        "theme_color": "#0B5D5A",
        "icons": [icon, *pictures],
    }
    return JsonResponse(said, content_type="application/manifest+json")


def _face_or_404(request: HttpRequest, pk: int, *, on: date) -> CardFace:
    """The card of one's own membership `pk`, or one's own card of a membership that confers it."""
    own = with_card_facts(Membership.objects.filter(contact__user=request.user, card__isnull=False))
    if membership := own.filter(pk=pk).first():
        return own_face(membership, on=on)
    contact = get_object_or_404(Contact, user=request.user)
    for membership in conferring_memberships(contact, on=on):
        if membership.pk == pk:
            return conferred_face(conferred_card(membership, contact, on=on), on=on)
    raise Http404


def _can_be_renewed(request: HttpRequest, pk: int, face: CardFace) -> bool:
    is_own = Membership.objects.filter(pk=pk, contact__user=request.user).exists()
    return is_own and face.status in {"grace", "lapsed"}


def _code(text: str) -> SafeString:
    """The QR code as inline SVG: black on white by its own attributes, so that no colour scheme changes it."""
    code = segno.make(text, error="m")
    drawn = code.svg_inline(border=QUIET_MODULES, dark="#000000", light="#ffffff", omitsize=True)
    # segno draws only paths from the text; none of it is written into the markup.
    return mark_safe(drawn)  # noqa: S308
