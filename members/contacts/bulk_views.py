"""What can be done to all the contacts that were ticked in the list."""

from functools import cached_property
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from members.contacts.bulk_forms import BulkForm, HouseholdForm, OwnerForm, TagForm, UntagForm
from members.contacts.filters import ContactFilterSet
from members.contacts.heading import contacts_heading
from members.domain.bulk import action_label, can_be_undone, cancel, outcome_of, refused_in, start_bulk, undo_bulk
from members.domain.search import find_contacts
from members.exceptions import NotUndoableError
from members.models import BulkRun, BulkState, Contact
from members.permissions import require
from members.tasks import carry_out_bulk_run

PREVIEW = 12
RUNS_SHOWN = 50


class ContactBulkAction(SnippetBulkAction):
    """A page that shows to whom it will be done, asks what is needed, and leaves the work to the worker."""

    models = [Contact]
    template_name = "members/contacts/bulk.html"
    permission = "members.change_contact"
    explanation = ""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        require(request, self.permission)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def chosen(self) -> QuerySet[Contact]:
        """The contacts that were ticked, or all of the list as it was filtered and searched."""
        ids = self.request.GET.getlist("id")
        everybody = Contact.objects.filter(erased_at=None)
        if "all" not in ids:
            return everybody.filter(pk__in=[pk for pk in ids if pk.isdigit()])
        asked = QueryDict(urlsplit(self.next_url).query)
        filters = ContactFilterSet(asked, queryset=everybody, request=self.request)
        found = filters.qs if filters.is_valid() else everybody.none()
        return find_contacts(asked["q"], among=found) if asked.get("q") else found

    def get_actionable_objects(self):
        return list(self.chosen[:PREVIEW]), {"items_with_no_access": []}

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        total = self.chosen.count()
        return context | {
            "total": total,
            "others": total - len(context["items"]),
            "explanation": self.explanation,
            "header_title": self.display_name,
        }

    def form_valid(self, form: BulkForm) -> HttpResponse:
        ids = self.chosen.order_by().values_list("pk", flat=True)
        run = start_bulk(self.action_type, contact_ids=ids, values=form.values(), by=self.request.user)
        transaction.on_commit(lambda: carry_out_bulk_run.enqueue(run.pk))
        return redirect("members_bulk_run", run.pk)

    @classmethod
    def execute_action(cls, objects, **kwargs):
        """Wagtail asks for it; the worker does the work."""
        return 0, 0


class TagAction(ContactBulkAction):
    display_name = gettext_lazy("Tag")
    aria_label = gettext_lazy("Tag the selected contacts")
    action_type = "tag"
    action_priority = 10
    form_class = TagForm


class UntagAction(ContactBulkAction):
    display_name = gettext_lazy("Remove a tag")
    aria_label = gettext_lazy("Remove a tag from the selected contacts")
    action_type = "untag"
    action_priority = 11
    form_class = UntagForm


class OwnerAction(ContactBulkAction):
    display_name = gettext_lazy("Set who looks after them")
    aria_label = gettext_lazy("Set who looks after the selected contacts")
    action_type = "owner"
    action_priority = 12
    form_class = OwnerForm


class HouseholdAction(ContactBulkAction):
    display_name = gettext_lazy("Add to a household")
    aria_label = gettext_lazy("Add the selected people to a household")
    action_type = "household"
    action_priority = 13
    form_class = HouseholdForm
    permission = "members.add_relationship"
    explanation = gettext_lazy("Organisations and households among them are left out.")


def bulk_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run has come; it can be cancelled while it runs, and undone afterwards."""
    require(request, "members.change_contact")
    run = get_object_or_404(BulkRun, pk=pk)
    if request.method == "POST":
        return _cancel_or_undo(request, run)
    total = len(run.contact_ids)
    context = {
        "run": run,
        "label": action_label(run),
        "total": total,
        "percent": 100 * run.done // total if total else 100,
        "is_moving": run.state in {BulkState.WAITING, BulkState.RUNNING},
        "can_be_undone": can_be_undone(run),
        "outcome": outcome_of(run),
        "refused": refused_in(run),
        **contacts_heading(action_label(run), icon="tasks", under=[("members_bulk_runs", _("Bulk actions"))]),
    }
    return TemplateResponse(request, "members/contacts/bulk_run.html", context)


def _cancel_or_undo(request: HttpRequest, run: BulkRun) -> HttpResponse:
    if "cancel" in request.POST:
        cancel(run)
    else:
        try:
            undo_bulk(run, by=request.user)
            messages.success(request, _("It was undone wherever nobody has changed it since."))
        except NotUndoableError as refusal:
            messages.error(request, str(refusal))
    return redirect("members_bulk_run", run.pk)


def bulk_runs(request: HttpRequest) -> HttpResponse:
    """What was done to many contacts at once, the newest first."""
    require(request, "members.change_contact")
    runs = list(BulkRun.objects.select_related("user").defer("journal")[:RUNS_SHOWN])
    for run in runs:
        run.label, run.total = action_label(run), len(run.contact_ids)
    context = {
        "runs": runs,
        **contacts_heading(_("Bulk actions"), icon="tasks"),
    }
    return TemplateResponse(request, "members/contacts/bulk_runs.html", context)
