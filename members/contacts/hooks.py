"""Addresses, menu and log words of the screens around a contact."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from members.contacts import bulk_views, feed_views, import_views, note_views

for action in (bulk_views.TagAction, bulk_views.UntagAction, bulk_views.OwnerAction, bulk_views.HouseholdAction):
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_urls")
def register_contact_urls():
    return [
        path("people/<int:contact_pk>/note/", note_views.interaction, name="members_add_interaction"),
        path("people/<int:contact_pk>/note/<int:pk>/", note_views.interaction, name="members_edit_interaction"),
        path("people/<int:contact_pk>/relate/", note_views.choose_other, name="members_relate"),
        path(
            "people/<int:contact_pk>/relate/<int:other_pk>/", note_views.relationship, name="members_add_relationship"
        ),
        path(
            "people/<int:contact_pk>/relate/<int:other_pk>/<int:pk>/",
            note_views.relationship,
            name="members_edit_relationship",
        ),
        path("people/<int:contact_pk>/photo/", note_views.photo, name="members_photo"),
        path("imports/", import_views.imports, name="members_imports"),
        path("imports/<int:pk>/", import_views.import_run, name="members_import"),
        path("imports/<int:pk>/undo/", import_views.undo, name="members_import_undo"),
        path(
            "imports/<int:pk>/rejected.csv",
            import_views.rejected,
            {"file_format": "csv"},
            name="members_import_rejected",
        ),
        path(
            "imports/<int:pk>/rejected.xlsx",
            import_views.rejected,
            {"file_format": "xlsx"},
            name="members_import_rejected_book",
        ),
        path("bulk-runs/", bulk_views.bulk_runs, name="members_bulk_runs"),
        path("bulk-runs/<int:pk>/", bulk_views.bulk_run, name="members_bulk_run"),
        path("follow-ups/", feed_views.follow_ups, name="members_follow_ups"),
        path("follow-ups/<int:pk>/done/", note_views.done, name="members_follow_up_done"),
        path("follow-ups/feed/", feed_views.change_feed, name="members_change_feed"),
    ]


class FollowUpsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("members.view_interaction")


@hooks.register("register_admin_menu_item")
def register_follow_ups():
    return FollowUpsMenuItem(
        _("My follow-ups"), reverse("members_follow_ups"), name="follow-ups", icon_name="calendar-check", order=105
    )


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.interaction", _("Noted"), _("Interaction noted"))
    actions.register_action("sanduq.bulk", _("Bulk action"), _("Changed together with others"))
    actions.register_action("sanduq.bulk_undone", _("Bulk action undone"), _("Changed back together with others"))
    actions.register_action("sanduq.import", _("Import"), _("Brought in or completed by an import"))
    actions.register_action("sanduq.import_undone", _("Import undone"), _("Put back as it was before an import"))
    actions.register_action("sanduq.related", _("Related"), _("Relationship changed"))
