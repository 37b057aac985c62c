"""One assembly: its page, the preview of who may vote, and freezing the list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members.assembly.forms import PreviewFilterForm
from members.assembly.heading import ATTEND, CORRECT, SEE, found, heading
from members.assembly.viewset import state_of
from members.assembly.wording import rule_sentences
from members.domain.assemblies.attendance import close_check_in, open_check_in
from members.domain.assemblies.fingerprint import check, grouped
from members.domain.assemblies.listing import freeze
from members.domain.assemblies.quorum import tally, votes_needed
from members.domain.assemblies.standings import Preview, Standing, preview
from members.domain.exporting import safe_cell
from members.exceptions import MembersError
from members.lists.export import rows_response
from members.models import Assembly

PAGE = 50


@require_GET
def assembly(request: HttpRequest, pk: int) -> HttpResponse:
    """When and where, the rule, who may vote by it or, once it is frozen, the list and who is there.

    With `check`, whether the list is still what was frozen.
    """
    one = found(request, pk, *SEE)
    context = {
        "state": state_of(one),
        "rule": rule_sentences(one),
        "edit_url": reverse(Assembly.snippet_viewset.get_url_name("edit"), args=[pk]),
        "may_change": request.user.has_perm("members.change_assembly"),
        "may_freeze": request.user.has_perms(CORRECT),
        "may_attend": request.user.has_perms(ATTEND),
        **heading(one),
    }
    if one.is_frozen:
        context |= {"tally": tally(one), "fingerprint": grouped(one.fingerprint)}
        context["corrections"] = one.voters.exclude(added_at=None, struck_at=None).count()
        if "check" in request.GET:
            context["check"] = check(one)
    else:
        context |= _preview_context(one, preview(one))
    return TemplateResponse(request, "members/assembly/assembly.html", context)


def _preview_context(one: Assembly, seen: Preview) -> dict:
    voters = len(seen.voters)
    return {
        "voters": voters,
        "others": len(seen.standings) - voters,
        "reasons": [(reason.value, reason.label, number) for reason, number in seen.reasons],
        "needed": votes_needed(one.quorum_kind, one.quorum_value, voters=voters),
    }


@require_GET
def preview_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who may vote by the records of now, and who may not and why. With `export`, "csv" or "xlsx", as a file."""
    one = found(request, pk, *SEE)
    if one.is_frozen:
        return redirect("members_assembly_voters", pk)
    seen = preview(one)
    form = PreviewFilterForm(request.GET)
    shown = _shown(seen, form) if form.is_valid() else []
    query = request.GET.copy()
    file_format = query.pop("export", [""])[-1]
    query.pop("p", None)
    if file_format in {"csv", "xlsx"}:
        return rows_response(
            _cells(shown), file_format=file_format, name="entitlement", user=request.user, query=query.urlencode()
        )
    context = {
        "form": form,
        "page": Paginator(shown, PAGE).get_page(request.GET.get("p")),
        "query": query.urlencode(),
        **_preview_context(one, seen),
        **heading(one, _("Who may vote")),
    }
    return TemplateResponse(request, "members/assembly/preview.html", context)


def _shown(seen: Preview, form: PreviewFilterForm) -> list[Standing]:
    show, text = form.cleaned_data["show"], form.cleaned_data["q"]
    rows = seen.found_by(text) if text else seen.standings
    match show:
        case "":
            return rows
        case form.MAY:
            return [one for one in rows if one.may_vote]
        case form.MAY_NOT:
            return [one for one in rows if not one.may_vote]
        case reason:
            return [one for one in rows if one.reason == reason]


def _cells(rows: list[Standing]):
    yield [str(heading) for heading in (_("Name"), _("Member number"), _("Tier"), _("May vote"), _("Why not"))]
    for one in rows:
        cells = (
            one.contact.name,
            one.membership.number,
            one.tier.name if one.tier else "",
            _("Yes") if one.may_vote else _("No"),
            one.reason.label if one.reason else "",
        )
        yield [safe_cell(cell) for cell in cells]


def freeze_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, with the figures, and freeze the voters' list."""
    one = found(request, pk, *CORRECT)
    refusal = ""
    if request.method == "POST":
        try:
            freeze(one, by=request.user)
        except MembersError as error:
            refusal = str(error)
        else:
            messages.success(request, _("The voters' list is frozen."))
            return redirect("members_assembly", pk)
    elif one.is_frozen:
        return redirect("members_assembly", pk)
    context = {
        "refusal": refusal,
        "rule": rule_sentences(one),
        **_preview_context(one, preview(one)),
        **heading(one, _("Freeze the voters' list")),
    }
    return TemplateResponse(request, "members/assembly/freeze.html", context)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the check-in, or open it again."""
    one = found(request, pk, *ATTEND)
    try:
        if "open" in request.POST:
            open_check_in(one, by=request.user)
            messages.success(request, _("The check-in is open again."))
        else:
            close_check_in(one, by=request.user)
            messages.success(request, _("The check-in is closed. The figures stay as they are."))
    except MembersError as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("members_assembly", args=[pk]))
