from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from members.domain.cards import check_card


@never_cache
def verify_card(request: HttpRequest, token: str) -> HttpResponse:
    """Where a card's QR code leads: valid or not, and the first name. Nothing more, whoever looks."""
    verdict = check_card(token, on=timezone.localdate())
    return render(request, "members/verify_card.html", {"verdict": verdict}, status=200 if verdict.is_known else 404)
