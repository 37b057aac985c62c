"""All published pages in all languages, for search engines."""

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page
from wagtail.query import PageQuerySet


class PagesSitemap(Sitemap):
    """Wagtail's own lists only what lies below the site's root; the other languages' home pages are its sisters."""

    def items(self) -> PageQuerySet:
        homes = self.get_wagtail_site().root_page.get_translations(inclusive=True).live()
        below = Q(pk__in=[])
        for path in homes.values_list("path", flat=True):
            below |= Q(path__startswith=path)
        return Page.objects.filter(below).live().public().order_by("path").defer_streamfields().specific()
