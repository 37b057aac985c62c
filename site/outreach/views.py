from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outreach.domain import unsubscribing


# A mail program that follows RFC 8058 posts without a cookie or a token of ours; the secret address is what proves it.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: UUID) -> HttpResponse:
    """GET asks, since scanners open every link; POST, by a person's button or a mail program's one click, does it."""
    delivery = unsubscribing.delivery_with_token(token)
    if delivery is None:
        raise Http404
    if request.method == "POST":
        unsubscribing.unsubscribe(delivery)
    return render(
        request,
        "outreach/unsubscribe.html",
        {"purpose": delivery.get_purpose_display(), "is_done": request.method == "POST"},
    )
