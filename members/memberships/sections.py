"""What other wings show on the page of a membership: each registers a function, once, when it is loaded."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from members.models import Membership

# Returns a section of HTML, or an empty string when there is nothing to show or it may not be seen.
Section = Callable[[HttpRequest, Membership], SafeString | str]

_sections: list[Section] = []


def register_section(section: Section) -> Section:
    """Show `section` below the terms of every membership, after those that were registered before."""
    _sections.append(section)
    return section


def sections_of(request: HttpRequest, membership: Membership) -> list[SafeString | str]:
    """Return what there is to show to whoever asks."""
    return [html for section in _sections if (html := section(request, membership))]
