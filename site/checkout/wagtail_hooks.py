"""Applications, presents and automatic renewals in the staff's menu and addresses. Importing it registers them."""

from django.contrib.auth.models import Permission
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from checkout import approval_views, automatic_admin, bulk_actions, desk_views, present_admin
from checkout.models import Application, Present
from checkout.viewsets import ApplicationViewSet, PresentViewSet
from members.permissions import RecordPolicy

register_permission_policy(Application, RecordPolicy(Application))
register_snippet(ApplicationViewSet)
hooks.register("register_bulk_action", bulk_actions.RenewAction)
hooks.register("register_bulk_action", bulk_actions.ChangeTierAction)
register_permission_policy(Present, RecordPolicy(Present))
register_snippet(PresentViewSet)


@hooks.register("register_admin_urls")
def register_application_urls():
    return [path("applications/<uuid:pk>/", approval_views.application, name="checkout_application")]


@hooks.register("register_admin_urls")
def register_present_urls():
    return [path("presents/<int:pk>/", present_admin.present, name="checkout_present")]


@hooks.register("register_admin_urls")
def register_desk_urls():
    return [
        path("desk/<int:contact_pk>/", desk_views.choose, name="checkout_desk"),
        path("desk/<int:contact_pk>/<int:tier_pk>/<str:action>/", desk_views.enter, name="checkout_desk_enter"),
    ]


@hooks.register("register_permissions")
def register_desk_permission():
    return Permission.objects.filter(content_type__app_label="checkout", codename="take_fee")


@hooks.register("register_admin_urls")
def register_automatic_urls():
    return [path("membership/<int:pk>/automatic/stop/", automatic_admin.stop_renewal, name="checkout_stop_automatic")]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.fee_taken", _("Fee taken at the desk"), _("A membership fee was taken at the desk"))
    actions.register_action("sanduq.application_approve", _("Application approved"), _("The application was approved"))
    actions.register_action(
        "sanduq.application_ask", _("Application asked back"), _("The applicant was asked something")
    )
    actions.register_action("sanduq.application_decline", _("Application declined"), _("The application was declined"))
    actions.register_action("sanduq.present_resent", _("Present sent again"), _("The link of a present was sent again"))
    actions.register_action(
        "sanduq.automatic_renewal_agreed", _("Automatic renewal agreed"), _("Agreed to be renewed by card each term")
    )
    actions.register_action(
        "sanduq.automatic_card_changed", _("Card changed"), _("Gave another card for the automatic renewal")
    )
    actions.register_action(
        "sanduq.automatic_renewal_stopped", _("Automatic renewal stopped"), _("The automatic renewal was stopped")
    )
