from wagtail.snippets.views.snippets import SnippetViewSet

from members.lists.views import StaffListView


class StaffListViewSet(SnippetViewSet):
    """What the viewsets of all wings have in common."""

    index_view_class = StaffListView
    # Wagtail's own search ranks row by row on SQLite: 31 s for 16,000 hits. Ours reads columns that are folded and indexed.
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 30
