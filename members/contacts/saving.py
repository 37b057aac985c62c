"""Saving a contact by hand: what the person at the desk must be told before it is done."""

import hashlib

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members.domain.duplicates import Likeness
from members.domain.relationships import InheritedChange


def known_sentence(alike: list[Likeness]) -> SafeString:
    """Say who on record this may be, each with the way to their page."""
    rows = format_html_join(
        "",
        '<li><a href="{}" target="_blank">{}</a> <bdi>{}</bdi></li>',
        (
            (reverse("contacts:inspect", args=[one.contact.pk]), one.contact, one.contact.email or one.contact.phone)
            for one in alike
        ),
    )
    return format_html(
        "{}<ul>{}</ul>{}",
        _("Somebody like this is on record already:"),
        rows,
        _("If it is somebody else, save again."),
    )


def changes_sentence(changes: list[InheritedChange]) -> SafeString:
    """Say whose membership would begin or end by what is about to be saved."""
    rows = format_html_join("", "<li>{}</li>", ((_change(change),) for change in changes))
    return format_html(
        "{}<ul>{}</ul>{}",
        _("This changes who belongs through somebody else:"),
        rows,
        _("Save again if that is right."),
    )


def _change(change: InheritedChange) -> str:
    facts = {"name": change.contact, "number": change.membership.number, "through": change.membership.contact}
    if change.gains:
        return _("%(name)s would belong through %(through)s (%(number)s).") % facts
    return _("%(name)s would no longer belong through %(through)s (%(number)s).") % facts


class ConfirmedMixin:
    """A form that is saved once its `confirmed` field shows that a warning was seen: this one, and not another."""

    def is_confirmed(self, warning: str) -> bool:
        """Whether exactly this was shown before."""
        return self.cleaned_data.get("confirmed") == _mark_of(warning)

    def ask_again(self, warning: str, *, error: str) -> None:
        """Refuse with `error`, remember that `warning` is shown now, and let a second save go through."""
        self.data = self.data.copy()
        self.data[self.add_prefix("confirmed")] = _mark_of(warning)
        self.add_error(None, error)


def _mark_of(warning: str) -> str:
    return hashlib.sha256(warning.encode()).hexdigest()
