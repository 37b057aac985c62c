"""The frozen voters' list: to read, to take along, to print, and to correct with a reason."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members.assembly.forms import ReasonForm, VotersFilterForm
from members.assembly.heading import CORRECT, SEE, found, heading
from members.documents.voters_list import voters_list_pdf
from members.domain.assemblies.desk import absence_of, presences
from members.domain.assemblies.listing import add_voter, strike_voter
from members.domain.assemblies.quorum import tally
from members.domain.search import find_contacts
from members.exceptions import MembersError
from members.lists.export import export_response
from members.models import Assembly, Attendance, BulkRun, BulkState, Contact, NonprofitProfile, Voter

PAGE = 50
CHOICES = 20


@require_GET
def voters(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list, and who of it is there. With `export`, "csv", "xlsx" or "pdf", as a file."""
    one = found(request, pk, *SEE)
    if not one.is_frozen:
        return redirect("members_assembly", pk)
    form = VotersFilterForm(request.GET)
    rows = _rows(one, form)
    query = request.GET.copy()
    file_format = query.pop("export", [""])[-1]
    query.pop("p", None)
    if file_format in {"csv", "xlsx"}:
        return export_response(
            rows,
            _columns(),
            file_format=file_format,
            name="voters",
            user=request.user,
            query=query.urlencode(),
            prepare=_attach,
        )
    if file_format == "pdf":
        return _pdf(request, one)
    page = Paginator(rows.select_related("added_by", "struck_by"), PAGE).get_page(request.GET.get("p"))
    page.object_list = list(page.object_list)
    _attach(page.object_list)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "tally": tally(one),
        "may_correct": request.user.has_perms(CORRECT) and not one.is_closed,
        "may_see_contacts": request.user.has_perm("members.view_contact"),
        **heading(one, _("Voters' list")),
    }
    return TemplateResponse(request, "members/assembly/voters.html", context)


def _rows(one: Assembly, form: VotersFilterForm) -> QuerySet[Voter]:
    rows = one.voters.order_by("position")
    if not form.is_valid():
        return rows.none()
    if text := form.cleaned_data["q"]:
        rows = rows.found_by(text)
    is_in = Exists(Attendance.objects.standing().filter(voter=OuterRef("pk")))
    match form.cleaned_data["show"]:
        case "in":
            return rows.standing().filter(is_in)
        case "out":
            return rows.standing().exclude(is_in)
        case "corrected":
            return rows.filter(Q(added_at__isnull=False) | Q(struck_at__isnull=False))
        case _:
            return rows


def _attach(rows: list[Voter]) -> None:
    """Give each line where it stands at the door."""
    for presence in presences(rows):
        presence.voter.presence = presence


def _columns() -> list:
    def came_in(voter: Voter) -> str:
        there = voter.presence.attendance
        return date_format(timezone.localtime(there.arrived_at), "SHORT_DATETIME_FORMAT") if there else ""

    return [
        (_("Line"), lambda voter: voter.position),
        (_("Name"), str),
        (_("Member number"), lambda voter: voter.number),
        (_("Tier"), lambda voter: voter.tier_name),
        (_("Represented by"), lambda voter: voter.representative_name),
        (_("Correction"), correction_words),
        (_("Came in"), came_in),
        (_("Proxy held by"), lambda voter: voter.presence.given.holder if voter.presence.given else ""),
    ]


def correction_words(voter: Voter) -> str:
    """Return what was corrected about a line, and why; empty for one that stands as it was frozen."""
    words = []
    if voter.is_added:
        words.append(_("added: %(reason)s") % {"reason": voter.added_reason})
    if voter.is_struck:
        words.append(_("struck off: %(reason)s") % {"reason": voter.struck_reason})
    return "; ".join(words)


def _pdf(request: HttpRequest, one: Assembly) -> HttpResponse:
    """On paper, to be signed at the door; that it was taken along is noted like any other file."""
    BulkRun.objects.create(
        action="export",
        values={"list": "voters", "query": f"assembly={one.pk}&export=pdf"},
        state=BulkState.DONE,
        user=request.user,
        finished_at=timezone.now(),
    )
    content = voters_list_pdf(
        one,
        one.voters.order_by("position"),
        profile=NonprofitProfile.for_request(request),
        language=translation.get_language(),
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="voters-{one.pk}-{timezone.localdate().isoformat()}.pdf"'
    return response


# --- Corrections


@require_GET
def choose_addition(request: HttpRequest, pk: int) -> HttpResponse:
    """Find whom to add."""
    one = found(request, pk, *CORRECT, "members.view_contact")
    text = request.GET.get("q", "").strip()
    contacts = find_contacts(text).exclude(pk__in=one.voters.standing().values("contact")).filter(erased_at=None)
    context = {
        "text": text,
        "absences": [absence_of(one, contact) for contact in contacts[:CHOICES]] if text else [],
        **heading(one, _("Add to the list"), under=[_way(one)]),
    }
    return TemplateResponse(request, "members/assembly/choose_addition.html", context)


def add(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Put somebody on the frozen list."""
    one = found(request, pk, *CORRECT, "members.view_contact")
    contact = get_object_or_404(Contact, pk=contact_pk, erased_at=None)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            voter = add_voter(one, contact, reason=form.cleaned_data["reason"], by=request.user)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s was added to the list.") % {"name": voter})
            return redirect("members_assembly_voters", pk)
    context = {"absence": absence_of(one, contact), "who": str(contact), "submit_label": _("Add to the list")}
    return _correction_page(request, one, form, title=_("Add to the list"), **context)


def strike(request: HttpRequest, pk: int, voter_pk: int) -> HttpResponse:
    """Strike somebody off the frozen list."""
    one = found(request, pk, *CORRECT)
    voter = get_object_or_404(one.voters, pk=voter_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            strike_voter(voter, reason=form.cleaned_data["reason"], by=request.user)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s was struck off the list.") % {"name": voter})
            return redirect("members_assembly_voters", pk)
    context = {"who": str(voter), "submit_label": _("Strike off")}
    return _correction_page(request, one, form, title=_("Strike off the list"), **context)


def _way(one: Assembly) -> tuple[str, str]:
    return reverse("members_assembly_voters", args=[one.pk]), _("Voters' list")


def _correction_page(request: HttpRequest, one: Assembly, form: ReasonForm, *, title: str, **context) -> HttpResponse:
    context |= {"form": form, **heading(one, title, under=[_way(one)])}
    return TemplateResponse(request, "members/assembly/correction.html", context)
