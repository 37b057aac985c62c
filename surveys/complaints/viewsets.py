"""The staff's screens for the complaint box."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from surveys.complaints.models import Case, Category


class CaseIndexView(StaffListView):
    related = ("category", "service", "contact")

    def get_list_more_buttons(self, instance):
        """A case is opened by its title; there is no form to edit it with."""
        return []


class CaseViewSet(StaffListViewSet):
    """Every case, newest first; each opens on its own page (`admin_views.case`)."""

    model = Case
    icon = "comment"
    menu_label = _("Cases")
    index_view_class = CaseIndexView
    list_display = [
        TitleColumn(
            "number", label=_("Case"), accessor="__str__", get_url=lambda row: reverse("complaints_case", args=[row.pk])
        ),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        "category",
        "service",
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("contact", label=_("Given by"), accessor=lambda row: row.contact or _("anonymous")),
        "received_on",
    ]
    list_filter = ["status", "category", "service", "kind"]
    list_export = ["pk", "kind", "category", "service", "status", "language", "received_on"]
    panels = [FieldPanel("category"), FieldPanel("service")]


class CategoryViewSet(StaffListViewSet):
    model = Category
    icon = "tag"
    menu_label = _("Categories")
    list_display = ["name", "is_offered", "position"]
    ordering = ["position", "pk"]
    panels = [FieldPanel("name"), FieldPanel("is_offered"), FieldPanel("position")]


class ComplaintsViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Complaint box")
    menu_icon = "comment"
    menu_order = 155
    items = (CaseViewSet, CategoryViewSet)
