"""Applications in the staff's menu and addresses. Importing it registers them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from checkout import approval_views
from checkout.models import Application
from checkout.viewsets import ApplicationViewSet
from members.permissions import RecordPolicy

register_permission_policy(Application, RecordPolicy(Application))
register_snippet(ApplicationViewSet)


@hooks.register("register_admin_urls")
def register_application_urls():
    return [path("applications/<uuid:pk>/", approval_views.application, name="checkout_application")]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.application_approve", _("Application approved"), _("The application was approved"))
    actions.register_action(
        "sanduq.application_ask", _("Application asked back"), _("The applicant was asked something")
    )
    actions.register_action("sanduq.application_decline", _("Application declined"), _("The application was declined"))
