""" "My data": downloaded, or asked to be erased, by the person themself and after a fresh proof of who they are."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.log_actions import log

from members.domain.erasing import preview_erasure
from members.domain.erasure_requests import open_request, request_erasure
from members.domain.personal_data import personal_data
from members.models import Contact


def freshly_proven(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask for a password, a passkey or a new code unless one was given in the last minutes: a device may be lent."""

    @login_required
    @wraps(view)
    def ask_first(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        if not any(proof["at"] >= since for proof in get_authentication_records(request, request.user)):
            if get_adapter().get_reauthentication_methods(request.user):
                raise ReauthenticationRequired
            # Who logs in by code has nothing to prove it with but another code.
            logout(request)
            messages.info(request, _("Please log in once more, so that nobody else gets at your data."))
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return ask_first


@freshly_proven
@never_cache
@require_http_methods(["GET", "POST"])
def my_data(request: HttpRequest) -> HttpResponseBase:
    """What "my data" is, and with the button the ZIP."""
    contact = get_object_or_404(Contact, user=request.user)
    if request.method == "POST":
        file = personal_data(contact, at=timezone.now(), language=get_language() or "")
        log(contact, "sanduq.data_downloaded", user=request.user)
        return FileResponse(
            file, as_attachment=True, filename="my-data.zip", headers={"Content-Type": "application/zip"}
        )
    return render(request, "portal/my_data.html", {"request_waiting": open_request(contact)})


@freshly_proven
@never_cache
@require_http_methods(["GET", "POST"])
def ask_for_erasure(request: HttpRequest) -> HttpResponse:
    """What erasing would take away and leave; the button asks staff to do it."""
    contact = get_object_or_404(Contact, user=request.user)
    if request.method == "POST":
        request_erasure(contact, on=timezone.localdate())
        messages.success(request, _("We have your request. You get an answer within a month."))
        return redirect("portal:my_data")
    context = {"preview": preview_erasure(contact), "request_waiting": open_request(contact)}
    return render(request, "portal/ask_for_erasure.html", context)
