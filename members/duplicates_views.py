"""Possible duplicates, merges, and undoing them."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from members.contacts.heading import contacts_heading
from members.domain.duplicate_search import cancel_search, start_search
from members.domain.duplicates import not_a_duplicate
from members.domain.likeness import REASONS
from members.domain.merging import compare, merge, undo_merge, what_moves
from members.domain.merging_choices import KEPT, MERGED, chosen_values, fields_to_choose
from members.domain.search import find_contacts
from members.exceptions import MembersError
from members.lists.paginator import CappedPaginator
from members.models import Contact, DuplicatePair, DuplicateSearch, Merge, SearchState, User
from members.permissions import require
from members.tasks import search_for_duplicates

MERGE = ("members.view_contact", "members.merge_contact")
PAGE = 25
CHOICES = 20
_MOVING = (SearchState.WAITING, SearchState.RUNNING)


def may_merge(user: User) -> bool:
    """Whether `user` may see who is alike, merge, and undo merges."""
    return user.has_perms(MERGE)


def merge_buttons(contact: Contact, user: User) -> list[Button]:
    """Return what the page of a contact offers on top."""
    if contact.erased_at or not may_merge(user):
        return []
    address = reverse("members_merge_choose", args=[contact.pk])
    return [Button(_("Merge with…"), url=address, icon_name="copy")]


def _for_mergers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        require(request, *MERGE)
        return view(request, *args, **kwargs)

    return guarded


# --- Who may be one ------------------------------------------------------------------------


@_for_mergers
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs that the last search found, the likeliest first, and how far the search has come."""
    pairs = DuplicatePair.objects.select_related("first", "second")
    page = CappedPaginator(pairs, PAGE).get_page(request.GET.get("p"))
    search = DuplicateSearch.objects.select_related("user").first()
    context = {
        "page": page,
        "pairs": [(pair, reasons_shown(pair.reasons)) for pair in page],
        "items_count_label": page.paginator.items_count_label,
        "search": search,
        "is_moving": bool(search) and search.state in _MOVING,
        "percent": _percent(search),
        **_heading(_("Possible duplicates")),
    }
    return TemplateResponse(request, "members/duplicates/index.html", context)


def reasons_shown(codes: list[str] | tuple[str, ...]) -> list[str]:
    """Return the reasons in the reader's words; one that is no longer known as its code."""
    return [str(REASONS.get(code, code)) for code in codes]


def _percent(search: DuplicateSearch | None) -> int:
    return min(100 * search.done // search.total, 100) if search and search.total else 0


@_for_mergers
@require_POST
def search_again(request: HttpRequest) -> HttpResponse:
    """Have all contacts searched by the worker."""
    try:
        search = start_search(request.user)
    except MembersError as refusal:
        messages.warning(request, str(refusal))
    else:
        transaction.on_commit(lambda: search_for_duplicates.enqueue(search.pk))
    return redirect("members_duplicates")


@_for_mergers
@require_POST
def stop_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a search on its way."""
    cancel_search(get_object_or_404(DuplicateSearch, pk=pk))
    return redirect("members_duplicates")


@_for_mergers
@require_POST
def tell_apart(request: HttpRequest, first_pk: int, second_pk: int) -> HttpResponse:
    """These are two people."""
    contacts = [get_object_or_404(Contact, pk=pk, erased_at=None) for pk in (first_pk, second_pk)]
    try:
        not_a_duplicate(*contacts, by=request.user)
    except MembersError as refusal:
        messages.error(request, str(refusal))
        return redirect("members_duplicates")
    for contact, other in (contacts, reversed(contacts)):
        log(contact, "sanduq.told_apart", user=request.user, data={"other": other.pk})
    messages.success(
        request,
        _("%(first)s and %(second)s stay two contacts, and are not brought up again.")
        % {"first": contacts[0], "second": contacts[1]},
    )
    return redirect("members_duplicates")


# --- Merging -------------------------------------------------------------------------------


@_for_mergers
@require_GET
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the contact with whom this one is to be merged."""
    contact = get_object_or_404(Contact, pk=pk, erased_at=None)
    text = request.GET.get("q", "").strip()
    among = Contact.objects.filter(kind=contact.kind, erased_at=None).exclude(pk=pk)
    found = find_contacts(text, among=among).prefetch_related("emails", "phones")[:CHOICES] if text else []
    context = {"contact": contact, "text": text, "found": found, **_heading(_("Merge with…"), contact)}
    return TemplateResponse(request, "members/duplicates/choose.html", context)


@_for_mergers
def merge_two(request: HttpRequest, kept_pk: int, merged_pk: int) -> HttpResponse:
    """Both contacts side by side; then what would come of it; then one contact."""
    contacts = Contact.objects.prefetch_related("emails", "phones", "addresses").select_related("owner")
    kept = get_object_or_404(contacts, pk=kept_pk, erased_at=None)
    merged = get_object_or_404(contacts, pk=merged_pk, erased_at=None)
    if kept == merged:
        messages.error(request, _("These are one and the same contact already. Please choose two."))
        return redirect("members_merge_choose", kept.pk)
    fields = fields_to_choose(kept, merged)
    choices = {field.code: request.POST.get(field.code, field.chosen) for field in fields}
    choices = {code: choice if choice in {KEPT, MERGED} else KEPT for code, choice in choices.items()}
    if request.method == "POST" and "merge" in request.POST:
        return _merge(request, kept, merged, choices)
    context = {
        "kept": kept,
        "merged": merged,
        "fields": [(field, choices[field.code]) for field in fields],
        "moves": what_moves(merged),
        **_heading(_("Merge two contacts"), kept),
    }
    if request.method == "POST" and "preview" in request.POST:
        one = _as_merged(kept, merged, choices)
        return TemplateResponse(request, "members/duplicates/preview.html", {**context, "one": one})
    if request.method == "GET":
        for contact in (kept, merged):
            log(contact, "sanduq.seen", user=request.user)
    score = compare(kept, merged)
    context |= {"score": score.points, "reasons": reasons_shown(score.reasons), "reach": _reach(kept, merged)}
    return TemplateResponse(request, "members/duplicates/merge.html", context)


def _as_merged(kept: Contact, merged: Contact, choices: dict[str, str]) -> Contact:
    """The one contact, not saved, for its name."""
    one = Contact(kind=kept.kind)
    values = chosen_values(kept, merged, choices)
    for name in ("given_name", "family_name", "organisation_name"):
        setattr(one, name, values.get(name, getattr(kept, name)))
    return one


def _reach(kept: Contact, merged: Contact) -> list[tuple[str, list[str], list[str]]]:
    """What both may have many of: all of it stays."""
    rows = [
        (_("E-mail addresses"), *([email.address for email in contact.emails.all()] for contact in (kept, merged))),
        (_("Telephones"), *([phone.number.as_international for phone in c.phones.all()] for c in (kept, merged))),
        (_("Addresses"), *([str(address) for address in contact.addresses.all()] for contact in (kept, merged))),
    ]
    return [row for row in rows if row[1] or row[2]]


def _merge(request: HttpRequest, kept: Contact, merged: Contact, choices: dict[str, str]) -> HttpResponse:
    try:
        done = merge(kept, merged, choices, by=request.user)
    except MembersError as refusal:
        messages.error(request, str(refusal))
        return redirect("members_duplicates")
    kept.refresh_from_db()
    messages.success(
        request,
        _("%(merged)s is now part of %(kept)s.") % {"merged": done.merged_name, "kept": kept},
        buttons=[messages.button(reverse("members_merge_undo", args=[done.pk]), _("Undo"))],
    )
    return redirect("contacts:inspect", kept.pk)


# --- Undoing -------------------------------------------------------------------------------


@_for_mergers
@require_GET
def merges(request: HttpRequest) -> HttpResponse:
    """What was merged, the newest first."""
    rows = Merge.objects.select_related("kept", "merged_by", "undone_by").defer("journal")
    page = CappedPaginator(rows, PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "items_count_label": page.paginator.items_count_label,
        **_heading(_("Merges")),
    }
    return TemplateResponse(request, "members/duplicates/merges.html", context)


@_for_mergers
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then make two contacts of one again."""
    done = get_object_or_404(Merge.objects.select_related("kept", "merged_by").defer("journal"), pk=pk)
    if request.method == "POST":
        return _undo(request, done)
    context = {"merge": done, **_heading(_("Undo a merge"), done.kept)}
    return TemplateResponse(request, "members/duplicates/undo.html", context)


def _undo(request: HttpRequest, done: Merge) -> HttpResponse:
    try:
        undone = undo_merge(done, by=request.user)
    except MembersError as refusal:
        messages.error(request, str(refusal))
        return redirect("members_merges")
    messages.success(
        request,
        _("%(kept)s and %(merged)s are two contacts again.") % {"kept": undone.kept, "merged": undone.merged},
    )
    for sentence in undone.left:
        messages.warning(request, sentence)
    return redirect("members_merges")


def _heading(title: str, contact: Contact | None = None) -> dict:
    return contacts_heading(title, icon="copy", contact=contact)
