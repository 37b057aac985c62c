"""Addresses and log words of the staff's screens about the member directory. Importing it registers them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from members import directory_views as views


@hooks.register("register_admin_urls")
def register_directory_urls():
    return [
        path("directory/<int:pk>/hide/", views.hide, name="members_directory_hide"),
        path("directory/<int:pk>/show/", views.show_again, name="members_directory_show"),
    ]


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.directory_hidden", _("Hidden"), _("Hidden from the member directory"))
    actions.register_action("sanduq.directory_shown", _("Shown again"), _("Shown in the member directory again"))
