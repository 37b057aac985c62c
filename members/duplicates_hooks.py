"""What duplicates and merges add to the staff's desk. Importing it registers it."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from members import duplicates_views as views


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("duplicates/", views.duplicates, name="members_duplicates"),
        path("duplicates/search/", views.search_again, name="members_duplicates_search"),
        path("duplicates/search/<int:pk>/stop/", views.stop_search, name="members_duplicates_stop"),
        path("duplicates/<int:first_pk>/<int:second_pk>/apart/", views.tell_apart, name="members_tell_apart"),
        path("merge/<int:pk>/", views.choose, name="members_merge_choose"),
        path("merge/<int:kept_pk>/<int:merged_pk>/", views.merge_two, name="members_merge"),
        path("merges/", views.merges, name="members_merges"),
        path("merges/<int:pk>/undo/", views.undo, name="members_merge_undo"),
    ]


class DuplicatesMenuItem(MenuItem):
    """For those only who may merge."""

    def is_shown(self, request):
        return views.may_merge(request.user)


@hooks.register("register_reports_menu_item")
def register_menu_item():
    address = reverse("members_duplicates")
    return DuplicatesMenuItem(_("Possible duplicates"), address, name="duplicates", icon_name="copy", order=150)


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.merged", _("Merged"), _("Merged with another contact"))
    actions.register_action("sanduq.merge_undone", _("Merge undone"), _("A merge with another contact was undone"))
    actions.register_action("sanduq.told_apart", _("Told apart"), _("Said not to be a duplicate of another contact"))
