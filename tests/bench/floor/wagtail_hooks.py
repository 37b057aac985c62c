from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from tests.bench.floor.models import PlainContact


class PlainContactViewSet(SnippetViewSet):
    model = PlainContact
    list_display = ["name", "email", "phone", "language"]
    list_per_page = 30


register_snippet(PlainContactViewSet)
