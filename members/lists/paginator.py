from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from wagtail.admin.paginator import WagtailPaginator

# Ten pages. Nobody turns further: they search, filter, or take the whole list along as a file.
MOST_ROWS = 300


class CappedPaginator(WagtailPaginator):
    """Counts no further than MOST_ROWS, so that a list of a million opens as fast as one of a thousand."""

    @cached_property
    def _found(self) -> int:
        return self.object_list[: MOST_ROWS + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST_ROWS)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than can be turned to."""
        return self._found > MOST_ROWS

    @cached_property
    def items_count_label(self) -> str:
        if self.is_capped:
            return gettext("The first %(count)s. Search or filter to find the others.") % {"count": f"{MOST_ROWS:,}"}
        return ngettext("%(count)s row", "%(count)s rows", self.count) % {"count": self.count}
