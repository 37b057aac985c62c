from django.shortcuts import get_list_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from volunteers.domain.hours import approve_hours
from volunteers.models import HoursEntry


class ApproveHoursAction(SnippetBulkAction):
    """Lets the hours ticked in the list count."""

    display_name = _("Approve")
    action_type = "approve"
    aria_label = _("Approve the selected hours")
    template_name = "volunteers/admin/approve_hours.html"
    action_priority = 10
    models = [HoursEntry]

    @classmethod
    def get_queryset(cls, model, object_ids):
        return get_list_or_404(HoursEntry.objects.select_related("contact", "opportunity"), pk__in=object_ids)

    def check_perm(self, entry):
        return self.request.user.has_perm("volunteers.approve_hours")

    def get_execution_context(self):
        return {**super().get_execution_context(), "user": self.request.user}

    @classmethod
    def execute_action(cls, objects, user=None, **kwargs):
        return approve_hours(objects, by=user), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext(
            "%(count)s entry has been approved.", "%(count)s entries have been approved.", num_parent_objects
        ) % {"count": num_parent_objects}
