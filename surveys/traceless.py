"""For pages that answer people without keeping anything of them: surveys and the complaint box."""

from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters


def traceless(view):
    """Let `view` answer without a cookie, a copy or a trail.

    No token against cross-site requests is asked for, since it would need a cookie and there is nothing to protect:
    these forms use none of the visitor's rights, so that another site's page could send no more than anybody can.
    What is typed stays out of error reports, out of every cache, and no other site learns the page's address.
    """

    @csrf_exempt
    @sensitive_post_parameters()
    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, or None when it is more than the server reads (DATA_UPLOAD_MAX_MEMORY_SIZE)."""
    try:
        return request.POST
    except RequestDataTooBig:
        return None


def sign_token(token: str, *, purpose: str) -> str:
    """Seal a form's random `token`, so that only forms we have handed out are taken. Carries no time."""
    return Signer(salt=purpose).sign(token)


def read_token(signed: str, *, purpose: str) -> str:
    """Return the token inside `signed`, or an empty string when it is not ours or was made for another purpose."""
    try:
        return Signer(salt=purpose).unsign(signed)
    except BadSignature:
        return ""
