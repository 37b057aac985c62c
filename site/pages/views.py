"""Search, the nonprofit's colour, what machines ask for, and the pages shown when something went wrong."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page, Site

from members.colour import is_colour, night_variant
from pages.styleguide import specimens
from pages.styles import bundle

RESULTS_PER_PAGE = 20
LONGEST_SEARCH = 100
PERSONAL_FOLDERS = ["account", "me", "card", "pay", "sandbox", "messages", "styleguide", "search"]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Published pages in the reader's language that hold the words asked for."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip()
    results = None
    if words:
        pages = Page.objects.live().public().filter(locale=Locale.get_active())
        if site := Site.find_for_request(request):
            # The home pages in other languages are sisters of the site's own, so the tree is entered one level higher.
            pages = pages.descendant_of(site.root_page.get_parent())
        # Quotes and signs mean something to the databases' own search languages; people mean words.
        found = pages.search(re.sub(r"[^\w\s]", " ", words).strip())
        results = Paginator(found, RESULTS_PER_PAGE).get_page(request.GET.get("p"))
    context = {"words": words, "query": urlencode({"q": words}), "results": results}
    return render(request, "pages/search.html", context)


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in both directions, for those who build pages. Staff only."""
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "pages/styleguide.html", {"directions": specimens()})


@require_safe
@gzip_page
def styles(request: HttpRequest, digest: str) -> HttpResponse:
    """All stylesheets of the design in one file. A page older than the last update gets today's, kept for a minute."""
    current, css = bundle()
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    if digest == current:
        patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return response


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def theme(request: HttpRequest) -> HttpResponse:
    """The nonprofit's own accent as a stylesheet; its address carries the colour, so that it may be kept for ever."""
    accent = f"#{request.GET.get('v', '')}"
    if not is_colour(accent):
        return HttpResponseBadRequest("A colour has six digits.", content_type="text/plain")
    context = {"accent": accent.upper(), "night_accent": night_variant(accent)}
    return render(request, "pages/theme.css", context, content_type="text/css")


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone: everything that belongs to one person."""
    context = {
        "codes": [code for code, _name in settings.LANGUAGES],
        "folders": PERSONAL_FOLDERS,
        "sitemap": request.build_absolute_uri(reverse("pages_sitemap")),
    }
    return render(request, "pages/robots.txt", context, content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token: mostly an old tab. Says that nothing was lost and how to send it again."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read: most often more text than any form of ours takes."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    return render(request, "400.html", {"is_too_large": is_too_large}, status=413 if is_too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"exception": exception}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"exception": exception}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors and database, since either may be what broke."""
    return HttpResponse(get_template("500.html").render({}), status=500)
