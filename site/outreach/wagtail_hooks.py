from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from members.permissions import RecordPolicy
from members.privacy_hooks import PermittedMenuItem
from outreach import admin_views, renewal_views
from outreach.bulk_actions import WriteAction, WriteToMembersAction
from outreach.models import Delivery
from outreach.viewsets import OutreachViewSetGroup

register_permission_policy(Delivery, RecordPolicy(Delivery))
register_snippet(OutreachViewSetGroup)
hooks.register("register_bulk_action", WriteAction)
hooks.register("register_bulk_action", WriteToMembersAction)


@hooks.register("register_admin_urls")
def register_campaign_urls():
    return [
        path("campaigns/<int:pk>/", admin_views.campaign, name="outreach_campaign"),
        path("campaigns/<int:pk>/preview/<str:language>/", admin_views.preview, name="outreach_campaign_preview"),
        path("renewals/by-hand/", renewal_views.renewals_by_hand, name="outreach_renewals_by_hand"),
        path("deliveries/<int:pk>/settle/", admin_views.settle, name="outreach_settle"),
        path("campaigns/<int:pk>/send/", admin_views.send, name="outreach_campaign_send"),
    ]


@hooks.register("register_reports_menu_item")
def register_renewals_by_hand():
    return PermittedMenuItem(
        _("Renewals without e-mail"),
        reverse("outreach_renewals_by_hand"),
        name="renewals-by-hand",
        icon_name="mail",
        order=110,
        permissions=("members.view_membership",),
    )


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.delivery_settled", _("Delivery settled"), _("Fate of a message noted"))

    @actions.register_action("sanduq.campaign_sent")
    class CampaignSentFormatter(LogFormatter):
        label = _("Campaign sent")

        def format_message(self, log_entry):
            return _("Sent to %(count)s people") % {"count": log_entry.data.get("recipients", 0)}
