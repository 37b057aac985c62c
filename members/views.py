from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from members.domain.card_signature import key_set
from members.domain.cards import CardVerdict, check_card
from members.scans import answer_scan


@never_cache
def verify_card(request: HttpRequest, token: str) -> HttpResponse:
    """Where a card's QR code leads: valid or not, and the first name. Nothing more, whoever looks."""

    def check() -> tuple[CardVerdict, bool]:
        verdict = check_card(token, on=timezone.localdate())
        return verdict, verdict.is_known

    return answer_scan(request, "members/verify_card.html", check)


@cache_control(max_age=3600, public=True)
def card_keys(request: HttpRequest) -> JsonResponse:
    """The public keys by which anybody checks the signature in a card's QR code, without asking the site."""
    return JsonResponse(key_set(), content_type="application/jwk-set+json")
