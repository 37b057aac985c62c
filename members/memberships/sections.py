"""What other wings show on the page of a membership, and what they let staff do there: each registers a function, once,
when it is loaded.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.admin.widgets.button import Button

from members.models import Membership

# Returns a section of HTML, or an empty string when there is nothing to show or it may not be seen.
Section = Callable[[HttpRequest, Membership], SafeString | str]

# Returns a button for the row at the top, or None when it is not for this membership, or not for whoever asks.
ButtonMaker = Callable[[HttpRequest, Membership], Button | None]

_sections: list[Section] = []
_buttons: list[ButtonMaker] = []


def register_section(section: Section) -> Section:
    """Show `section` below the terms of every membership, after those that were registered before."""
    _sections.append(section)
    return section


def sections_of(request: HttpRequest, membership: Membership) -> list[SafeString | str]:
    """Return what there is to show to whoever asks."""
    return [html for section in _sections if (html := section(request, membership))]


def register_button(button: ButtonMaker) -> ButtonMaker:
    """Let `button` stand in the row at the top of the page of every membership, in the order of the buttons' priorities."""
    _buttons.append(button)
    return button


def buttons_of(request: HttpRequest, membership: Membership) -> list[Button]:
    """Return what whoever asks can do with `membership`."""
    return sorted(made for button in _buttons if (made := button(request, membership)))
