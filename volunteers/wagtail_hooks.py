from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from members.permissions import RecordPolicy
from volunteers import admin_views
from volunteers.bulk_actions import ApproveHoursAction
from volunteers.models import SignUp
from volunteers.viewsets import VolunteersViewSetGroup

register_permission_policy(SignUp, RecordPolicy(SignUp))
register_snippet(VolunteersViewSetGroup)
hooks.register("register_bulk_action", ApproveHoursAction)


@hooks.register("register_admin_urls")
def register_roster_urls():
    return [
        path("shifts/<int:pk>/", admin_views.roster, name="volunteers_roster"),
        path("sign-ups/<int:pk>/cancel/", admin_views.cancel_sign_up, name="volunteers_cancel_sign_up"),
    ]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("volunteers.cancelled", _("Cancelled"), _("Sign-up taken back by staff"))
