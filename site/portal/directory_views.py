"""The member directory: for members, for everyone as far as the office opens it, and each member's own entry."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Site

from members.domain.directory import (
    as_seen_by,
    entry_of,
    is_member_on,
    is_open,
    leave_directory,
    listed_for,
    page_after,
    preview_for,
    search,
)
from members.domain.photos import set_photo, thumbnail
from members.exceptions import MembersError
from members.models import Audience, Contact, DirectoryEntry, DirectoryScope, DirectorySettings
from portal.directory_forms import SOURCE, EntryForm, PhotoForm, SearchForm
from portal.domain.looking import may_look

LONGEST_NUMBER = 18  # digits of a key


def directory_settings(request: HttpRequest) -> DirectorySettings:
    """What the office decided for this site; off until it has."""
    # Not `for_request`, which would write a row because somebody read a page.
    return DirectorySettings.objects.filter(site=Site.find_for_request(request)).first() or DirectorySettings()


def open_for(reader: Audience) -> Callable:
    """A page of the directory that is there only while the office opens it to `reader`; search engines keep out."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            settings = directory_settings(request)
            if not is_open(settings.scope, reader):
                raise Http404
            response = view(request, settings, *args, **kwargs)
            if not _may_be_indexed(request, settings, reader):
                response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return checked

    return decorate


def _may_be_indexed(request: HttpRequest, settings: DirectorySettings, reader: Audience) -> bool:
    """The pages of the list, if the office said so; never what somebody searched for."""
    is_list = request.method == "GET" and set(request.GET) <= {"after"}
    return settings.search_engines_allowed and reader == Audience.EVERYONE and is_list


# --- For everyone --------------------------------------------------------------------------


@require_safe
@open_for(Audience.EVERYONE)
def public_list(request: HttpRequest, settings: DirectorySettings) -> HttpResponse:
    """What members show to everyone, without addresses and numbers, which are asked for one by one."""
    context = _found(request, settings, Audience.EVERYONE)
    context["may_be_indexed"] = _may_be_indexed(request, settings, Audience.EVERYONE)
    return render(request, "portal/directory_public.html", context)


@csrf_exempt  # nothing changes by it, and a token would set a cookie for whoever only reads
@require_http_methods(["GET", "HEAD", "POST"])
@open_for(Audience.EVERYONE)
def public_reach(request: HttpRequest, settings: DirectorySettings, pk: int) -> HttpResponse:
    """How one person is reached. By a button only and not too often, so that nobody collects addresses."""
    if request.method != "POST":
        return redirect("directory:list")
    entry = _entry(settings, Audience.EVERYONE, pk)
    if not may_look(request.META.get("REMOTE_ADDR", "")):
        return render(request, "portal/directory_too_many.html", status=429)
    return render(request, "portal/directory_reach.html", {"person": as_seen_by(Audience.EVERYONE, entry)})


@require_safe
@open_for(Audience.EVERYONE)
def public_photo(request: HttpRequest, settings: DirectorySettings, pk: int) -> HttpResponse:
    """The photo of somebody who shows it to everyone."""
    return _photo(_entry(settings, Audience.EVERYONE, pk), Audience.EVERYONE)


# --- For members ---------------------------------------------------------------------------


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for whoever is a member today; others are told so."""

    @login_required
    @wraps(view)
    @open_for(Audience.MEMBERS)
    def checked(request: HttpRequest, settings: DirectorySettings, *args, **kwargs) -> HttpResponse:
        contact = Contact.objects.filter(user=request.user).first()
        if contact is None or not is_member_on(contact, timezone.localdate()):
            context = {"is_public": settings.scope == DirectoryScope.PUBLIC}
            return render(request, "portal/directory_closed.html", context, status=403)
        return view(request, settings, *args, **kwargs)

    return checked


@require_safe
@for_members
def member_list(request: HttpRequest, settings: DirectorySettings) -> HttpResponse:
    """What members show to members."""
    return render(request, "portal/directory_members.html", _found(request, settings, Audience.MEMBERS))


@require_safe
@for_members
def member_photo(request: HttpRequest, settings: DirectorySettings, pk: int) -> HttpResponse:
    """The photo of somebody who shows it to members."""
    return _photo(_entry(settings, Audience.MEMBERS, pk), Audience.MEMBERS)


def _found(request: HttpRequest, settings: DirectorySettings, reader: Audience) -> dict:
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in ("q", "city")}
    asked = {name: text[:100] for name, text in asked.items()}
    after = request.GET.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) <= LONGEST_NUMBER else None
    entries = listed_for(reader, scope=settings.scope, on=timezone.localdate())
    entries = search(entries, reader, text=asked["q"], city=asked["city"])
    return {
        "page": page_after(entries, reader, after=number),
        "form": SearchForm(initial=asked),
        "is_search": any(asked.values()),
        "is_first": number is None,
        "query": urlencode({name: text for name, text in asked.items() if text}),
    }


def _entry(settings: DirectorySettings, reader: Audience, pk: int) -> DirectoryEntry:
    listed = listed_for(reader, scope=settings.scope, on=timezone.localdate())
    return get_object_or_404(listed.select_related("contact"), pk=pk)


def _photo(entry: DirectoryEntry, reader: Audience) -> HttpResponse:
    if not as_seen_by(reader, entry).has_photo:
        raise Http404
    return _picture_of(entry.contact)


def _picture_of(contact: Contact) -> HttpResponse:
    try:
        return HttpResponse(thumbnail(contact), content_type="image/jpeg")
    except OSError:  # the record names a file that is not there, as after half a restore
        raise Http404 from None


# --- One's own entry -----------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_entry(request: HttpRequest) -> HttpResponse:
    """What I show to whom, with how it looks to them; changed, or looked at before it is."""
    contact = get_object_or_404(Contact, user=request.user)
    settings, today = directory_settings(request), timezone.localdate()
    entry = entry_of(contact)
    if entry.pk is None and settings.scope == DirectoryScope.OFF:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, contact=contact, scope=settings.scope, on=today)
    is_draft = False
    if form.is_valid():
        if "preview" in request.POST:
            entry, is_draft = form.drafted, True
        else:
            try:
                form.save_choices(actor=request.user)
            except MembersError as refusal:  # somebody entered a date of birth in between
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved. This is how you are seen now."))
                return redirect("portal:directory_entry")
    context = {
        "form": form,
        "entry": entry,
        "contact": contact,
        "photo_form": PhotoForm(),
        "is_draft": is_draft,
        "is_off": settings.scope == DirectoryScope.OFF,
        "is_public": settings.scope == DirectoryScope.PUBLIC,
        "is_listed": entry.audience != Audience.NOBODY,
        "is_member": is_member_on(contact, today),
        "for_members": preview_for(Audience.MEMBERS, entry, scope=settings.scope, on=today),
        "for_everyone": preview_for(Audience.EVERYONE, entry, scope=settings.scope, on=today),
    }
    return render(request, "portal/directory_entry.html", context)


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Out of the directory, at once and altogether."""
    contact = get_object_or_404(Contact, user=request.user)
    leave_directory(contact, wording=_("Take me out of the directory"), source=SOURCE, actor=request.user)
    messages.success(request, _("You are out of the directory. Nobody sees anything of you there."))
    return redirect("portal:home")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_photo(request: HttpRequest) -> HttpResponse:
    """My own photo, whoever else may see it; sent, or removed, by POST."""
    contact = get_object_or_404(Contact, user=request.user)
    if request.method != "POST":
        if not contact.photo:
            raise Http404
        return _picture_of(contact)
    if "remove" in request.POST:
        set_photo(contact, None)
        messages.success(request, _("The photo was removed."))
        return redirect("portal:directory_entry")
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        set_photo(contact, form.cleaned_data["photo"])
        messages.success(request, _("The photo was saved. Choose who may see it."))
    else:
        messages.error(request, " ".join(form.errors["photo"]))
    return redirect("portal:directory_entry")
