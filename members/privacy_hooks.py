"""Addresses, menus and log words of the screens about privacy."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from members import privacy_views


@hooks.register("register_admin_urls")
def register_privacy_urls():
    return [
        path("people/<int:pk>/consent/", privacy_views.change_consent, name="members_change_consent"),
        path("people/<int:pk>/data/", privacy_views.hand_out, name="members_hand_out"),
        path("people/<int:pk>/erase/", privacy_views.erase_person, name="members_erase"),
        path("erasures/", privacy_views.erasures, name="members_erasures"),
        path("retention/", privacy_views.retention, name="members_retention"),
    ]


class PermittedMenuItem(MenuItem):
    """Shown to whoever may open it."""

    def __init__(self, *args, permissions: tuple[str, ...], **kwargs):
        super().__init__(*args, **kwargs)
        self.permissions = permissions

    def is_shown(self, request):
        return request.user.has_perms(self.permissions)


@hooks.register("register_reports_menu_item")
def register_erasures():
    return PermittedMenuItem(
        _("Erasures"),
        reverse("members_erasures"),
        name="erasures",
        icon_name="bin",
        order=900,
        permissions=privacy_views.SEE_ERASURES,
    )


@hooks.register("register_settings_menu_item")
def register_retention():
    return PermittedMenuItem(
        _("Retention"),
        reverse("members_retention"),
        name="retention",
        icon_name="time",
        order=900,
        permissions=privacy_views.SET_RETENTION,
    )


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.consent", _("Consent changed"), _("Consent written down by staff"))
    actions.register_action("sanduq.data_handed_out", _("Data handed out"), _("All data of the person downloaded"))
    actions.register_action("sanduq.data_downloaded", _("Data downloaded"), _("Own data downloaded in my area"))
    actions.register_action("sanduq.erased", _("Erased"), _("A person was erased"))
    actions.register_action("sanduq.retention", _("Retention changed"), _("Months to keep records changed"))
