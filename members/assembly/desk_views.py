"""The desk at the door: who stands before it, may they vote, are they in; and who votes for whom.

A look-up is posted and answered with a redirect, so that no card's secret stands in an address or a log, and a reload
checks nobody in twice.
"""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from members.assembly.heading import ATTEND, CORRECT, SEE, found, heading
from members.domain.assemblies.attendance import check_in, undo_check_in
from members.domain.assemblies.desk import (
    MOST_FOUND,
    Looked,
    LookUp,
    Presence,
    absence_of,
    is_card,
    is_out_of_date,
    look_up,
    presences,
)
from members.domain.assemblies.proxies import give_proxy, take_back_proxy
from members.domain.assemblies.quorum import tally
from members.exceptions import MembersError
from members.models import Assembly, Contact, Proxy, Voter

LONGEST_TEXT = 500
_KEY = re.compile("[0-9]{1,18}")
NAMED = 3  # of those who are not on the list, as many are told why


@never_cache
@require_GET
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of the desk. With `voter`, `q`, `who` or `card`, the answer to the last look-up."""
    one = found(request, pk, *SEE)
    if not one.is_frozen:
        return redirect("members_assembly", pk)
    context = {
        "tally": tally(one),
        "may_attend": request.user.has_perms(ATTEND) and not one.is_closed,
        "may_correct": request.user.has_perms(CORRECT) and not one.is_closed,
        "text": request.GET.get("q", "")[:LONGEST_TEXT],
        **_answer(one, request),
        **heading(one, _("Desk")),
    }
    return TemplateResponse(request, "members/assembly/desk.html", context)


def _answer(one: Assembly, request: HttpRequest) -> dict:
    """What the template shows below the field."""
    asked = request.GET
    if keys := _keys(asked.get("voter", "")):
        [presence] = presences([get_object_or_404(one.voters, pk=keys[0])])
        return {"presence": presence, **_what_just_happened(asked, presence)}
    if keys := _keys(asked.get("who", "")):
        return {"absences": _absences(one, list(Contact.objects.filter(pk__in=keys, erased_at=None)))}
    if keys := _keys(asked.get("lines", "")):
        return {"presences": presences(one.voters.standing().filter(pk__in=keys).order_by("position"))}
    if asked.get("card") in {Looked.CARD_FORGED.value, Looked.CARD_UNKNOWN.value}:
        return {"bad_card": asked["card"]}
    if text := asked.get("q", "").strip()[:LONGEST_TEXT]:
        return _found(one, look_up(one, text))
    return {}


def _keys(text: str) -> list[int]:
    """The primary keys in a part of an address; nothing else that somebody may have written there."""
    return [int(key) for key in text.split(",") if _KEY.fullmatch(key)][:MOST_FOUND]


def _found(one: Assembly, seen: LookUp) -> dict:
    if seen.only_voter and not seen.others:
        return {"presence": presences([seen.only_voter])[0]}
    context = {"presences": presences(seen.voters[:MOST_FOUND]), "has_more": len(seen.voters) > MOST_FOUND}
    return context | {"absences": _absences(one, seen.others), "is_unknown": seen.kind == Looked.UNKNOWN}


def _absences(one: Assembly, contacts: list[Contact]) -> list:
    return [absence_of(one, contact) for contact in contacts[:NAMED]]


def _what_just_happened(asked: QueryDict, presence: Presence) -> dict:
    """Whether this very check-in was made just now, rather than earlier or elsewhere; and the proxy that ended by it."""
    there = presence.attendance
    just_in = there is not None and asked.get("in") == str(there.pk)
    ended = None
    if keys := _keys(asked.get("ended", "")):
        ended = Proxy.objects.select_related("holder").filter(pk=keys[0], giver=presence.voter).first()
    return {
        "just_in": just_in,
        "just_out": "out" in asked and there is None,
        "ended": ended,
        "old_card": "old" in asked,
    }


@require_POST
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """What was scanned or typed. A good card of one voter checks them in at once; everything else is shown first."""
    one = found(request, pk, *ATTEND)
    text = request.POST.get("text", "").strip()[:LONGEST_TEXT]
    if not is_card(text):
        return _to_desk(pk, q=text) if text else _to_desk(pk)
    seen = look_up(one, text)
    if seen.kind in {Looked.CARD_FORGED, Looked.CARD_UNKNOWN}:
        return _to_desk(pk, card=seen.kind.value)
    if seen.kind is Looked.NOT_LISTED:
        return _to_desk(pk, who=",".join(str(contact.pk) for contact in seen.others))
    if seen.only_voter is None:
        return _to_desk(pk, lines=",".join(str(voter.pk) for voter in seen.voters[:MOST_FOUND]))
    extra = {"old": 1} if is_out_of_date(seen.card, on=timezone.localdate()) else {}
    return _check_in(request, one, seen.only_voter, by_card=True, **extra)


@require_POST
def come_in(request: HttpRequest, pk: int, voter_pk: int) -> HttpResponse:
    """Check somebody in who was found by name or number."""
    one = found(request, pk, *ATTEND)
    return _check_in(request, one, get_object_or_404(one.voters, pk=voter_pk), by_card=False)


def _check_in(request: HttpRequest, one: Assembly, voter: Voter, *, by_card: bool, **extra) -> HttpResponse:
    try:
        arrival = check_in(voter, by=request.user, by_card=by_card)
    except MembersError as refusal:
        messages.error(request, str(refusal))
        return _to_desk(one.pk, voter=voter.pk)
    if arrival.is_new:
        extra["in"] = arrival.attendance.pk
    if arrival.ended:
        extra["ended"] = arrival.ended.pk
    return _to_desk(one.pk, voter=voter.pk, **extra)


@require_POST
def go_out(request: HttpRequest, pk: int, voter_pk: int) -> HttpResponse:
    """Take a mistaken check-in back."""
    one = found(request, pk, *ATTEND)
    voter = get_object_or_404(one.voters, pk=voter_pk)
    try:
        undo_check_in(voter, by=request.user)
    except MembersError as refusal:
        messages.error(request, str(refusal))
        return _to_desk(pk, voter=voter.pk)
    return _to_desk(pk, voter=voter.pk, out=1)


def _to_desk(pk: int, **asked) -> HttpResponse:
    address = reverse("members_assembly_desk", args=[pk])
    return redirect(f"{address}?{urlencode(asked)}" if asked else address)


@never_cache
@require_GET
def quorum(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there and whether that is enough: a part of a page, asked for again and again."""
    one = found(request, pk, *SEE)
    return TemplateResponse(request, "members/assembly/_quorum.html", {"assembly": one, "tally": tally(one)})


# --- Proxies


@require_GET
def proxies(request: HttpRequest, pk: int) -> HttpResponse:
    """Every proxy there was, those that stand first."""
    one = found(request, pk, *SEE)
    rows = Proxy.objects.filter(giver__assembly=one).select_related("giver", "holder", "noted_by")
    context = {
        "standing": rows.standing().order_by("holder__position", "pk"),
        "counting": set(Proxy.objects.counting().filter(giver__assembly=one).values_list("pk", flat=True)),
        "ended": rows.exclude(withdrawn_at=None).order_by("-withdrawn_at")[:100],
        "may_attend": request.user.has_perms(ATTEND) and not one.is_closed,
        **heading(one, _("Proxies")),
    }
    return TemplateResponse(request, "members/assembly/proxies.html", context)


def note_proxy(request: HttpRequest, pk: int, voter_pk: int) -> HttpResponse:
    """Find who lets this voter, who is there, vote for them."""
    one = found(request, pk, *ATTEND)
    holder = get_object_or_404(one.voters, pk=voter_pk)
    if request.method == "POST":
        giver = get_object_or_404(one.voters, pk__in=_keys(request.POST.get("giver", ""))[:1])
        try:
            give_proxy(giver, holder, by=request.user)
        except MembersError as refusal:
            messages.error(request, str(refusal))
        else:
            words = {"giver": giver, "holder": holder}
            messages.success(request, _("%(holder)s holds the proxy of %(giver)s.") % words)
            return _to_desk(pk, voter=holder.pk)
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    lines = one.voters.standing().exclude(pk=holder.pk).exclude(name="").order_by("position").found_by(text)
    context = {
        "holder": holder,
        "text": text,
        "presences": presences(lines[:MOST_FOUND]) if text else [],
        **heading(one, _("Note a proxy"), under=[(reverse("members_assembly_desk", args=[pk]), _("Desk"))]),
    }
    return TemplateResponse(request, "members/assembly/note_proxy.html", context)


@require_POST
def end_proxy(request: HttpRequest, pk: int, proxy_pk: int) -> HttpResponse:
    """Take a proxy back."""
    one = found(request, pk, *ATTEND)
    proxy = get_object_or_404(Proxy, pk=proxy_pk, giver__assembly=one)
    try:
        take_back_proxy(proxy, by=request.user)
    except MembersError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The proxy was taken back."))
    return redirect("members_assembly_proxies", pk)
