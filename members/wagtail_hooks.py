from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

import members.assembly.hooks
import members.contacts.hooks
import members.directory_hooks
import members.duplicates_hooks
import members.figures.hooks
import members.memberships.hooks
import members.papers.hooks
import members.privacy_hooks  # noqa: F401 - registers on import
from members.models import ConsentEvent, DirectoryEntry
from members.permissions import RecordPolicy
from members.viewsets import MembersViewSetGroup, PeopleSettingsViewSetGroup


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Wagtail has no printer."""
    return [*icons, "members/icons/print.svg"]


register_permission_policy(ConsentEvent, RecordPolicy(ConsentEvent))
register_permission_policy(DirectoryEntry, RecordPolicy(DirectoryEntry))
register_snippet(MembersViewSetGroup)
register_snippet(PeopleSettingsViewSetGroup)
