from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from wagtail.admin.paginator import WagtailPaginator

# Ten pages, or three of what was searched for. Nobody turns further: they search for more, filter, or take the whole list
# along as a file.
MOST_ROWS = 300
MOST_FOUND = 90


class CappedPaginator(WagtailPaginator):
    """Counts no further than `most`, so that a list of a million opens as fast as one of a thousand."""

    @property
    def most(self) -> int:
        """How many rows can be turned to."""
        return MOST_ROWS

    @cached_property
    def _found(self) -> int:
        return self.object_list[: self.most + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than can be turned to."""
        return self._found > self.most

    @cached_property
    def items_count_label(self) -> str:
        if self.is_capped:
            return gettext("The first %(count)s. Search or filter to find the others.") % {"count": f"{self.most:,}"}
        return ngettext("%(count)s row", "%(count)s rows", self.count) % {"count": self.count}


class KeyedPaginator(CappedPaginator):
    """The same for what was looked for: `keys` are those of all pages, found once, `rows` where a page is read by them.

    There is one key more than can be turned to, if there are more.
    """

    rows: QuerySet
    keys: list[int]

    @property
    def most(self) -> int:
        return MOST_FOUND

    @property
    def _found(self) -> int:
        return len(self.keys)

    def page(self, number):
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.keys[first : min(first + self.per_page, self.count)]
        by_key = self.rows.order_by().in_bulk(keys)
        return self._get_page([by_key[key] for key in keys if key in by_key], number, self)


class SearchPaginator(KeyedPaginator):
    """What was searched for: every row has been compared with all the words by the time the keys are known."""

    @cached_property
    def keys(self) -> list[int]:
        return list(self.object_list.values_list("pk", flat=True)[: self.most + 1])
