"""The complaint box. No cookie is needed or set, and the follow-up code never stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.complaints.domain.cases import file_case, find_case, reply_as_complainant
from surveys.complaints.domain.codes import check_tries, grouped, note_wrong_try
from surveys.complaints.exceptions import CaseClosedError, TooManyTriesError, UnknownCodeError
from surveys.complaints.forms import CaseForm, CodeForm, ReplyForm
from surveys.complaints.models import Case
from surveys.traceless import posted, traceless


@traceless
def file(request: HttpRequest) -> HttpResponse:
    """The box itself. What was put in is answered with the follow-up code, which is shown this once."""
    if request.method != "POST":
        return render(request, "complaints/file.html", {"form": CaseForm()})
    data = posted(request)
    if data is None:
        return render(request, "complaints/file.html", {"form": CaseForm(), "error": too_much()}, status=413)
    form = CaseForm(data)
    if not form.is_valid():
        return render(request, "complaints/file.html", {"form": form})

    fields = form.cleaned_data
    case, code = file_case(
        kind=fields["kind"],
        body=fields["body"],
        category=fields["category"],
        service=fields["service"],
        complainant=form.complainant,
        token=form.token,
        language=get_language() or "",
        on=timezone.localdate(),
    )
    return render(request, "complaints/filed.html", {"case": case, "code": grouped(code)})


@traceless
def follow(request: HttpRequest) -> HttpResponse:
    """From a follow-up code to its case, and on from there with a reply."""
    if request.method != "POST":
        return render(request, "complaints/follow.html", {"form": CodeForm()})
    data = posted(request)
    if data is None:
        return render(request, "complaints/follow.html", {"form": CodeForm(), "error": too_much()}, status=413)
    form = CodeForm(data)
    if not form.is_valid():
        return render(request, "complaints/follow.html", {"form": form})

    address = request.META.get("REMOTE_ADDR", "")
    try:
        check_tries(address)
        case = find_case(form.cleaned_data["code"])
    except UnknownCodeError as refusal:
        note_wrong_try(address)
        form.add_error("code", str(refusal))
        return render(request, "complaints/follow.html", {"form": form})
    except TooManyTriesError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "complaints/follow.html", {"form": form}, status=429)
    return _case_page(request, case, form.cleaned_data["code"])


def _case_page(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    """The conversation, with a new line of it when the reply form was sent along with the code."""
    is_reply = "body" in request.POST
    reply = ReplyForm(request.POST if is_reply else None)
    has_replied = False
    if is_reply and reply.is_valid():
        try:
            reply_as_complainant(case, body=reply.cleaned_data["body"], token=reply.token, on=timezone.localdate())
        except CaseClosedError as refusal:
            reply.add_error(None, str(refusal))
        else:
            reply, has_replied = ReplyForm(), True
            case.refresh_from_db(fields=["status"])
    context = {
        "case": case,
        "messages_of_case": list(case.messages.all()),
        "code": code,
        "shown_code": grouped(code),
        "form": reply,
        "has_replied": has_replied,
    }
    return render(request, "complaints/case.html", context)


def too_much() -> str:
    """What somebody reads whose message is larger than the server takes in."""
    return _("That was more than this form can take, so nothing was sent. Please write at most 5,000 characters.")
