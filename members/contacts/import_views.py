"""Bringing in contacts from a file, step by step. Every step can be left and come back to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

from members.contacts.heading import contacts_heading
from members.contacts.import_forms import MappingForm, UploadForm
from members.domain.exporting import csv_lines, xlsx_file
from members.domain.importing.checking import begin_check
from members.domain.importing.columns import guess_mapping, mapping_from
from members.domain.importing.rejects import rejected_rows
from members.domain.importing.running import cancel_import, samples, start, upload
from members.domain.importing.undoing import can_be_undone, preview_undo, start_undo, undo_progress
from members.exceptions import MembersError
from members.lists.export import XLSX
from members.models import ImportMapping, ImportRun, ImportState, User, Verdict
from members.permissions import require
from members.tasks import work_on_import

RUNS_SHOWN = 30
ROWS_PER_PAGE = 50
_MOVING = {ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING}


def import_buttons(user: User) -> list[HeaderButton]:
    """The way here from the list of contacts, for those who may."""
    if not user.has_perm("members.import_contact"):
        return []
    return [HeaderButton(_("Import"), url=reverse("members_imports"), icon_name="upload")]


def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, the files of before."""
    require(request, "members.import_contact")
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            run = _take_in(request, form)
        except MembersError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("members_import", run.pk)
    context = {
        "form": form,
        "runs": ImportRun.objects.select_related("created_by")[:RUNS_SHOWN],
        **_heading(_("Import contacts")),
    }
    return TemplateResponse(request, "members/contacts/imports.html", context)


def _take_in(request: HttpRequest, form: UploadForm) -> ImportRun:
    file, saved = form.cleaned_data["file"], form.cleaned_data["saved"]
    run = upload(file, name=file.name, by=request.user)
    run.mapping = (mapping_from(saved.fields, run.columns) if saved else {}) or guess_mapping(run.columns, samples(run))
    run.save(update_fields=["mapping"])
    return run


def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one import stands, and what can be done next."""
    require(request, "members.import_contact")
    run = get_object_or_404(ImportRun, pk=pk)
    if run.state == ImportState.UPLOADED or (run.state == ImportState.CHECKED and "columns" in request.GET):
        return _columns_page(request, run)
    if request.method == "POST":
        return _next_step(request, run)
    counts = dict(run.rows.values_list("verdict").annotate(Count("pk")))
    wanted = request.GET.get("verdict", "")
    rows = run.rows.select_related("contact").filter(**({"verdict": wanted} if wanted in Verdict.values else {}))
    done, total = undo_progress(run) if run.state == ImportState.UNDOING else (run.done, run.total)
    context = {
        "run": run,
        "is_moving": run.state in _MOVING,
        "done": done,
        "total": total,
        "percent": 100 * done // total if total else 0,
        "counts": [(verdict, counts.get(verdict.value, 0)) for verdict in Verdict],
        "rejected": counts.get(Verdict.REJECT, 0),
        "wanted": wanted,
        "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("p")),
        "can_undo": can_be_undone(run),
        **_heading(run.file_name),
    }
    return TemplateResponse(request, "members/contacts/import_run.html", context)


def _columns_page(request: HttpRequest, run: ImportRun) -> HttpResponse:
    shown = samples(run)
    data = request.POST if request.method == "POST" else None
    form = MappingForm(
        data,
        run=run,
        samples=shown,
        with_terms=request.user.has_perm("members.add_membership"),
        initial={"overwrite": run.options.get("overwrite", False)},
    )
    if form.is_valid():
        run.mapping = form.mapping()
        run.options = {"overwrite": form.cleaned_data["overwrite"], "language": get_language()}
        run.save(update_fields=["mapping", "options"])
        try:
            begin_check(run)
        except MembersError as refusal:
            return _refused(request, run, refusal)
        if name := form.cleaned_data["save_as"]:
            ImportMapping.objects.update_or_create(
                name=name, defaults={"fields": form.by_heading(), "created_by": request.user}
            )
        return _let_the_worker(run)
    return TemplateResponse(
        request, "members/contacts/import_columns.html", {"run": run, "form": form, **_heading(run.file_name)}
    )


def _next_step(request: HttpRequest, run: ImportRun) -> HttpResponse:
    try:
        if "cancel" in request.POST:
            cancel_import(run)
        else:
            start(run)
    except MembersError as refusal:
        return _refused(request, run, refusal)
    return _let_the_worker(run)


def _refused(request: HttpRequest, run: ImportRun, refusal: MembersError) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("members_import", run.pk)


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking an import back would do, and do it once that is confirmed."""
    require(request, "members.import_contact")
    run = get_object_or_404(ImportRun, pk=pk)
    if request.method == "POST":
        try:
            start_undo(run, by=request.user)
        except MembersError as refusal:
            return _refused(request, run, refusal)
        return _let_the_worker(run)
    if not can_be_undone(run):
        return redirect("members_import", run.pk)
    context = {"run": run, "preview": preview_undo(run), **_heading(_("Take the whole import back"))}
    return TemplateResponse(request, "members/contacts/import_undo.html", context)


def _let_the_worker(run: ImportRun) -> HttpResponse:
    transaction.on_commit(lambda: work_on_import.enqueue(run.pk))
    return redirect("members_import", run.pk)


def rejected(request: HttpRequest, pk: int, file_format: str) -> HttpResponseBase:
    """The rows that could not be taken, as a file: "csv" or "xlsx"."""
    require(request, "members.import_contact")
    rows, name = rejected_rows(get_object_or_404(ImportRun, pk=pk)), f"rejected-{pk}.{file_format}"
    if file_format == "xlsx":
        return FileResponse(xlsx_file(rows), as_attachment=True, filename=name, content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _heading(title: str) -> dict:
    return contacts_heading(title, icon="upload", under=[("members_imports", _("Import contacts"))])
