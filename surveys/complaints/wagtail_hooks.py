from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from members.permissions import RecordPolicy
from surveys.complaints import admin_views
from surveys.complaints.models import Case
from surveys.complaints.viewsets import ComplaintsViewSetGroup

register_permission_policy(Case, RecordPolicy(Case))
register_snippet(ComplaintsViewSetGroup)


@hooks.register("register_admin_urls")
def register_case_url():
    return [path("cases/<int:pk>/", admin_views.case, name="complaints_case")]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("complaints.seen", _("Seen"), _("Case of a named person opened"))
    actions.register_action("complaints.answered", _("Answered"), _("Complainant answered"))
    actions.register_action("complaints.handled", _("Handled"), _("Status or category of the case changed"))
