from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from members.domain.card_signature import key_set
from members.domain.cards import check_card


@never_cache
def verify_card(request: HttpRequest, token: str) -> HttpResponse:
    """Where a card's QR code leads: valid or not, and the first name. Nothing more, whoever looks."""
    verdict = check_card(token, on=timezone.localdate())
    return render(request, "members/verify_card.html", {"verdict": verdict}, status=200 if verdict.is_known else 404)


@cache_control(max_age=3600, public=True)
def card_keys(request: HttpRequest) -> JsonResponse:
    """The public keys by which anybody checks the signature in a card's QR code, without asking the site."""
    return JsonResponse(key_set(), content_type="application/jwk-set+json")
