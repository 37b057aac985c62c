"""What was printed for many people: how far it is, who was left out, and the file while it is there."""

from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.contacts.heading import contacts_heading
from members.domain.papers import KEPT_FOR, cancel_paper
from members.models import Contact, LeftOut, PaperRun
from members.permissions import require

RUNS_SHOWN = 50
NAMED = 50  # of those who were left out, as many are named for each reason


@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come; once it is made, the file, and who is not in it and why."""
    require(request, "members.add_paperrun")
    run = get_object_or_404(PaperRun.objects.select_related("user"), pk=pk)
    if request.method == "POST":
        cancel_paper(run)
        return redirect("members_paper", run.pk)
    context = {
        "run": run,
        "percent": 100 * run.done // run.total if run.total else 100,
        "left_out": [] if run.is_moving else _left_out(run),
        "goes_on": run.finished_at + KEPT_FOR if run.finished_at else None,
        **contacts_heading(run.get_kind_display(), icon="print", under=[("members_papers", _("Printed papers"))]),
    }
    return TemplateResponse(request, "members/papers/paper.html", context)


def _left_out(run: PaperRun) -> list[dict]:
    """For each reason how many, and some of them by name."""
    counted = run.recipients.exclude(left_out="").values("left_out").annotate(number=Count("pk")).order_by("left_out")
    return [
        {
            "reason": LeftOut(line["left_out"]).label,
            "number": line["number"],
            "people": Contact.objects.filter(papers__run=run, papers__left_out=line["left_out"])[:NAMED],
            "others": max(0, line["number"] - NAMED),
        }
        for line in counted
    ]


@never_cache
def papers(request: HttpRequest) -> HttpResponse:
    """What was printed, the newest first."""
    require(request, "members.add_paperrun")
    runs = PaperRun.objects.select_related("user")[:RUNS_SHOWN]
    context = {"runs": runs, **contacts_heading(_("Printed papers"), icon="print")}
    return TemplateResponse(request, "members/papers/papers.html", context)


@require_safe
@never_cache
def paper_file(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF, for whoever may print."""
    require(request, "members.add_paperrun")
    run = get_object_or_404(PaperRun.objects.exclude(file=""), pk=pk)
    name = f"{slugify(run.kind)}-{run.created_at.date().isoformat()}-{run.pk}.pdf"
    try:
        return FileResponse(run.file.open(), as_attachment=True, filename=name, content_type="application/pdf")
    except FileNotFoundError:
        raise Http404 from None
