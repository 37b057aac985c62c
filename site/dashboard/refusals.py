from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def refuse(request: HttpRequest) -> HttpResponse:
    """Answer 403 with a page that says whom to ask. Raises PermissionDenied for a script's request, as Wagtail does."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        raise PermissionDenied
    return render(request, "dashboard/refused.html", status=403)
