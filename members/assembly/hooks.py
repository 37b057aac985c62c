"""Addresses and log words of general assemblies. Importing it registers them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from members.assembly import desk_views, list_views, views
from members.assembly.viewset import AssemblyPolicy
from members.models import Assembly

register_permission_policy(Assembly, AssemblyPolicy(Assembly))


@hooks.register("register_admin_urls")
def register_assembly_urls():
    return [
        path("assemblies/<int:pk>/", views.assembly, name="members_assembly"),
        path("assemblies/<int:pk>/preview/", views.preview_list, name="members_assembly_preview"),
        path("assemblies/<int:pk>/freeze/", views.freeze_list, name="members_assembly_freeze"),
        path("assemblies/<int:pk>/close/", views.close, name="members_assembly_close"),
        path("assemblies/<int:pk>/voters/", list_views.voters, name="members_assembly_voters"),
        path("assemblies/<int:pk>/voters/add/", list_views.choose_addition, name="members_assembly_add"),
        path("assemblies/<int:pk>/voters/add/<int:contact_pk>/", list_views.add, name="members_assembly_add_one"),
        path("assemblies/<int:pk>/voters/<int:voter_pk>/strike/", list_views.strike, name="members_assembly_strike"),
        path("assemblies/<int:pk>/desk/", desk_views.desk, name="members_assembly_desk"),
        path("assemblies/<int:pk>/desk/scan/", desk_views.scan, name="members_assembly_scan"),
        path("assemblies/<int:pk>/desk/quorum/", desk_views.quorum, name="members_assembly_quorum"),
        path("assemblies/<int:pk>/desk/<int:voter_pk>/in/", desk_views.come_in, name="members_assembly_in"),
        path("assemblies/<int:pk>/desk/<int:voter_pk>/out/", desk_views.go_out, name="members_assembly_out"),
        path("assemblies/<int:pk>/desk/<int:voter_pk>/proxy/", desk_views.note_proxy, name="members_assembly_proxy"),
        path("assemblies/<int:pk>/proxies/", desk_views.proxies, name="members_assembly_proxies"),
        path(
            "assemblies/<int:pk>/proxies/<int:proxy_pk>/end/", desk_views.end_proxy, name="members_assembly_end_proxy"
        ),
    ]


@hooks.register("register_log_actions")
def register_actions(actions):
    for action, label, message in (
        ("assembly_frozen", _("List frozen"), _("The voters' list was frozen")),
        ("voter_added", _("Voter added"), _("Somebody was added to the frozen voters' list")),
        ("voter_struck", _("Voter struck off"), _("Somebody was struck off the frozen voters' list")),
        ("check_in_undone", _("Check-in undone"), _("A check-in was undone")),
        ("check_in_closed", _("Check-in closed"), _("The check-in was closed")),
        ("check_in_opened", _("Check-in opened"), _("The check-in was opened again")),
        ("proxy_noted", _("Proxy noted"), _("A proxy was noted")),
        ("proxy_ended", _("Proxy taken back"), _("A proxy was taken back")),
    ):
        actions.register_action(f"sanduq.{action}", label, message)
