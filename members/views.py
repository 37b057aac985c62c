from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from members.domain.card_signature import key_set
from members.domain.cards import check_card
from members.domain.tries import may_try, note_wrong_try


@never_cache
def verify_card(request: HttpRequest, token: str) -> HttpResponse:
    """Where a card's QR code leads: valid or not, and the first name. Nothing more, whoever looks."""
    address = request.META.get("REMOTE_ADDR", "")
    if not may_try(address):
        return _page(request, {"is_asked_too_often": True}, status=429)
    verdict = check_card(token, on=timezone.localdate())
    if not verdict.is_known:
        note_wrong_try(address)
    return _page(request, {"verdict": verdict}, status=200 if verdict.is_known else 404)


def _page(request: HttpRequest, context: dict, *, status: int) -> HttpResponse:
    response = render(request, "members/verify_card.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@cache_control(max_age=3600, public=True)
def card_keys(request: HttpRequest) -> JsonResponse:
    """The public keys by which anybody checks the signature in a card's QR code, without asking the site."""
    return JsonResponse(key_set(), content_type="application/jwk-set+json")
