"""One case, as the staff who handle it see it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from members.permissions import require
from surveys.complaints.domain.cases import change_status, reply_as_staff, sort_case
from surveys.complaints.exceptions import ComplaintsError
from surveys.complaints.forms import AnswerForm, HandlingForm
from surveys.complaints.models import Case


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a case, answer it, and say where it stands. Looking needs `view_case`, the rest `change_case`."""
    require(request, "complaints.view_case")
    may_handle = request.user.has_perm("complaints.change_case")
    if request.method == "POST":
        require(request, "complaints.change_case")
    found = get_object_or_404(Case.objects.select_related("category", "service", "contact"), pk=pk)
    is_answer = request.method == "POST" and "answer" in request.POST
    answer = AnswerForm(request.POST if is_answer else None)
    standing = {"status": found.status, "category": found.category, "service": found.service}
    is_handling = request.method == "POST" and not is_answer
    handling = HandlingForm(request.POST if is_handling else None, initial=standing)

    if (is_answer and answer.is_valid() and _answer(request, found, answer)) or (
        is_handling and handling.is_valid() and _handle(request, found, handling)
    ):
        return redirect("complaints_case", found.pk)
    if request.method == "GET" and found.is_named:
        # Who opened a named person's case must be accountable, as with any other record about them.
        log(found, "complaints.seen", user=request.user)
    context = {
        "case": found,
        "messages_of_case": list(found.messages.select_related("staff")),
        "answer": answer,
        "handling": handling,
        "may_handle": may_handle,
        "header_title": str(found),
        "header_icon": "comment",
        "breadcrumbs_items": [
            {"url": reverse(found.snippet_viewset.get_url_name("list")), "label": _("Cases")},
            {"url": "", "label": str(found)},
        ],
    }
    return TemplateResponse(request, "complaints/admin/case.html", context)


def _answer(request: HttpRequest, found: Case, form: AnswerForm) -> bool:
    body = form.cleaned_data["body"]
    try:
        reply_as_staff(found, body=body, staff=request.user, token=form.token, on=timezone.localdate())
    except ComplaintsError as refusal:
        form.add_error(None, str(refusal))
        return False
    log(found, "complaints.answered", user=request.user)
    messages.success(request, _("The answer can be read with the follow-up code from now on."))
    return True


def _handle(request: HttpRequest, found: Case, form: HandlingForm) -> bool:
    fields = form.cleaned_data
    sort_case(found, category=fields["category"], service=fields["service"])
    change_status(found, fields["status"])
    log(found, "complaints.handled", user=request.user, data={"status": fields["status"]})
    messages.success(request, _("The case has been saved."))
    return True
