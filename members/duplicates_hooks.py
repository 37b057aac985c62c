"""What duplicates and merges add to the staff's desk. Importing it registers it."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_actions(actions):
    actions.register_action("sanduq.merged", _("Merged"), _("Merged with another contact"))
    actions.register_action("sanduq.merge_undone", _("Merge undone"), _("A merge with another contact was undone"))
    actions.register_action("sanduq.told_apart", _("Told apart"), _("Said not to be a duplicate of another contact"))
