"""The staff's list of applications."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from checkout.models import Application
from members.lists.columns import LinkColumn, TextColumn
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.permissions import RecordPolicy


class ApplicationIndexView(StaffListView):
    related = ("tier",)

    def get_base_queryset(self):
        return super().get_base_queryset().sent()


def _page_of(application: Application) -> str:
    """Its page, where all that can be done with it stands."""
    return reverse("checkout_application", args=[application.pk])


class ApplicationViewSet(StaffListViewSet):
    """Who wants to join, and waits for the office. What happens to one has verbs of its own."""

    model = Application
    icon = "form"
    menu_label = _("Applications")
    menu_name = "applications"
    menu_order = 121
    add_to_admin_menu = True
    index_view_class = ApplicationIndexView
    permission_policy = RecordPolicy(Application)
    list_display = [
        LinkColumn("name", label=_("Name"), accessor="applicant_name", sort_key="family_name", get_url=_page_of),
        TextColumn("tier", label=_("Tier"), accessor="tier", sort_key="tier"),
        TextColumn("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        "sent_at",
    ]
    list_filter = ["state", "tier"]
    list_export = ["given_name", "family_name", "email", "phone", "birth_date", "tier", "state", "sent_at"]
    search_fields = ["given_name", "family_name", "email"]
    ordering = ["-sent_at"]
    panels = [FieldPanel("state", read_only=True)]
