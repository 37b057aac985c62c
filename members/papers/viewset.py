from functools import cached_property

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from members.letter_words import WORDS
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.models import LetterTemplate


class WordsPanel(HelpPanel):
    """Which words in braces there are, and what each stands for."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            words = format_html_join(" · ", "<code>{{{}}}</code> {}", WORDS.items())
            self.content = format_html("<p>{}</p><p>{}</p>", _("Each person's own take the place of these:"), words)


class LetterTemplateIndexView(StaffListView):
    @cached_property
    def header_buttons(self):
        buttons = super().header_buttons
        if not self.request.user.has_perm("members.add_paperrun"):
            return buttons
        return [*buttons, HeaderButton(_("Printed papers"), url=reverse("members_papers"), icon_name="print")]


class LetterTemplateViewSet(StaffListViewSet):
    """Letters and certificates that staff write once, in each language, for many."""

    model = LetterTemplate
    icon = "doc-full"
    menu_label = _("Letters and certificates")
    index_view_class = LetterTemplateIndexView
    list_display = [
        "name",
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("purpose", label=_("Purpose"), accessor=lambda one: one.get_purpose_display() or "–"),
    ]
    search_fields = ["name"]
    panels = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("purpose"),
        WordsPanel(heading=_("Words in braces")),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("signed_by"),
    ]
