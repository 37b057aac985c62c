from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from .models import Menu


class MenuIndexView(IndexView):
    queryset = Menu.objects.select_related("site", "locale")


class MenuViewSet(SnippetViewSet):
    """Menus and footers, one for each language."""

    model = Menu
    icon = "list-ul"
    menu_order = 400
    add_to_settings_menu = True
    index_view_class = MenuIndexView
    list_display = ["__str__", "site"]


register_snippet(MenuViewSet)
