"""Cells without a template of their own: a list of thirty rows is most of all its cells."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import quote
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime
from django.utils.translation import gettext
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column


class TextColumn(Column):
    """A cell of plain text, which carries its heading for narrow screens, where a row becomes a card."""

    def render_cell_html(self, instance: Any, parent_context) -> SafeString:
        return format_html('<td data-label="{}">{}</td>', self.label, _shown(self.get_value(instance)))


class NumberedTextColumn(TextColumn):
    """A cell of Latin letters or digits, such as an address or a number, that keeps its direction in Arabic."""

    def render_cell_html(self, instance: Any, parent_context) -> SafeString:
        return format_html('<td data-label="{}"><bdi>{}</bdi></td>', self.label, _shown(self.get_value(instance)))


def _shown(value: Any) -> Any:
    """Days, moments and fractions as the reader's language writes them; numbers without separators, as Wagtail does."""
    if value is None:
        return ""
    return value if isinstance(value, (str, int)) else localize(template_localtime(value))


class LinkColumn(Column):
    """The cell that leads to the row's own page."""

    def __init__(self, *args, get_url: Callable[[Any], str], object_type: str = "snippet", **kwargs):
        self._get_url, self._object_type = get_url, object_type
        super().__init__(*args, **kwargs)

    def render_cell_html(self, instance: Any, parent_context) -> SafeString:
        return format_html(
            '<td class="title"><div class="title-wrapper"><a href="{}"><span id="{}_{}_title">{}</span></a></div></td>',
            self._get_url(instance),
            self._object_type,
            quote(instance.pk),
            self.get_value(instance) or gettext("(blank)"),
        )


class TickColumn(BulkActionsCheckboxColumn):
    """The box that picks a row for a bulk action."""

    def render_cell_html(self, instance: Any, parent_context) -> SafeString:
        return format_html(
            '<td class="bulk-action-checkbox-cell"><input type="checkbox" data-object-id="{}" data-bulk-action-checkbox'
            ' class="bulk-action-checkbox" aria-label="{}" aria-describedby="{}"></td>',
            quote(instance.pk),
            gettext("Select"),
            self.get_aria_describedby(instance),
        )
