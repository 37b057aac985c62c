"""Pages behind the codes on our papers: anybody may look, and nobody can guess."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.domain.tries import may_try, note_wrong_try


def answer_scan(request: HttpRequest, template: str, check: Callable[[], tuple[Any, bool]]) -> HttpResponse:
    """Answer with `template` and the verdict of `check`, which returns it with whether what was scanned is known.

    Wrong codes of one address are counted together, whatever paper they pretend to be on; too many are not looked at.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if not may_try(address):
        return _page(request, template, {"is_asked_too_often": True}, status=429)
    verdict, is_known = check()
    if not is_known:
        note_wrong_try(address)
    return _page(request, template, {"verdict": verdict}, status=200 if is_known else 404)


def _page(request: HttpRequest, template: str, context: dict, *, status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
