from django.urls import reverse_lazy
from django.utils.translation import pgettext_lazy
from wagtail.snippets.views.snippets import SnippetViewSet

from members.lists.chooser import StaffChooserViewSet
from members.lists.views import StaffListView


class StaffListViewSet(SnippetViewSet):
    """What the viewsets of all wings have in common."""

    index_view_class = StaffListView
    index_template_name = "members/lists/index.html"
    # Wagtail's own search ranks row by row on SQLite: 31 s for 16,000 hits. Ours reads columns that are folded and indexed.
    search_backend_name = None
    chooser_viewset_class = StaffChooserViewSet
    copy_view_enabled = False
    list_per_page = 30

    @property
    def breadcrumbs_items(self) -> list[dict]:
        # Wagtail's own reads its word when the server starts, in the language of no reader.
        return [{"url": reverse_lazy("wagtailadmin_home"), "label": pgettext_lazy("start page", "Home")}]
