"""The staff's screens about the member directory: an entry is hidden with a reason, and shown again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from members.contacts.heading import contacts_heading
from members.directory_forms import HideForm
from members.domain.directory import hide_entry, show_entry_again
from members.models import DirectoryEntry
from members.permissions import require

HIDE = "members.hide_directoryentry"


def url_of(entry: DirectoryEntry) -> str:
    """The staff's page of one entry."""
    return reverse(DirectoryEntry.snippet_viewset.get_url_name("inspect"), args=[entry.pk])


def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take the entry out of the directory at once."""
    require(request, HIDE)
    entry = get_object_or_404(DirectoryEntry.objects.select_related("contact"), pk=pk)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hide_entry(entry, reason=form.cleaned_data["reason"], by=request.user)
        log(entry.contact, "sanduq.directory_hidden", user=request.user)
        messages.success(request, _("The entry is hidden. Nobody finds it in the directory any more."))
        return redirect(url_of(entry))
    title = _("Hide from the directory")
    context = {
        "page_title": title,
        **contacts_heading(title, icon="view", contact=entry.contact),
        "contact": entry.contact,
        "person_url": url_of(entry),
        "form": form,
        "submit_label": _("Hide the entry"),
        "explanation": _(
            "The entry is gone at once, for members and for everyone, whatever the member chooses, until you show it again."
        ),
    }
    return TemplateResponse(request, "members/privacy/action.html", context)


@require_POST
def show_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the member's own choices count again."""
    require(request, HIDE)
    entry = get_object_or_404(DirectoryEntry.objects.select_related("contact"), pk=pk)
    show_entry_again(entry)
    log(entry.contact, "sanduq.directory_shown", user=request.user)
    messages.success(request, _("The entry is no longer hidden. Those to whom the member shows it see it again."))
    return redirect(url_of(entry))
