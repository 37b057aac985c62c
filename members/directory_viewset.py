"""The staff's list of entries in the member directory, and the page of one."""

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import InspectView

from members.directory_views import HIDE, url_of
from members.domain.directory import is_member_on
from members.lists.columns import LinkColumn, TextColumn
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.memberships.filters import MembershipFilteredList, MembershipFilterSet
from members.models import Audience, DirectoryEntry, DirectoryField

_TEXT_OF = {
    DirectoryField.NAME: lambda entry: entry.shown_name,
    DirectoryField.PHOTO: lambda entry: _now("on record") if entry.contact.photo else "",
    DirectoryField.ABOUT: lambda entry: entry.about,
    DirectoryField.ORGANISATION: lambda entry: entry.organisation,
    DirectoryField.CITY: lambda entry: entry.city,
    DirectoryField.EMAIL: lambda entry: entry.contact.email,
    DirectoryField.PHONE: lambda entry: entry.contact.phone,
    DirectoryField.WEBSITE: lambda entry: entry.website,
}


class DirectoryEntryFilterSet(MembershipFilterSet):
    contact = "contact"

    class Meta:
        model = DirectoryEntry
        fields = {"name_audience": ["exact"], "hidden_at": ["isnull"]}


class DirectoryEntryIndexView(MembershipFilteredList, StaffListView):
    filterset_class = DirectoryEntryFilterSet
    related = ("contact",)


class DirectoryEntryInspectView(InspectView):
    """One entry: what is shown to whom, what stands against it, and every choice that led to it."""

    template_name = "members/directory/inspect.html"

    def get_fields_context(self):
        return []

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        entry = self.object
        context["lines"] = [
            (field.label, read(entry), entry.audience_of(field).label) for field, read in _TEXT_OF.items()
        ]
        context["is_shared"] = entry.audience != Audience.NOBODY
        context["is_member"] = is_member_on(entry.contact, timezone.localdate())
        context["events"] = entry.contact.directory_events.select_related("actor")[:50]
        context["may_hide"] = self.request.user.has_perm(HIDE)
        return context


class DirectoryEntryViewSet(StaffListViewSet):
    """Read only: what is shown is the member's to say. The office can hide an entry."""

    model = DirectoryEntry
    icon = "view"
    menu_label = _("Directory")
    index_view_class = DirectoryEntryIndexView
    list_display = [
        LinkColumn("contact", label=_("Contact"), accessor="contact", sort_key="contact__search_name", get_url=url_of),
        "shown_name",
        TextColumn(
            "name_audience", label=_("Shown to"), accessor="get_name_audience_display", sort_key="name_audience"
        ),
        "city",
        "changed_at",
        "hidden_at",
    ]
    list_export = [
        "contact",
        "shown_name",
        "get_name_audience_display",
        "city",
        "changed_at",
        "hidden_at",
        "hidden_reason",
    ]
    search_fields = ["search_name", "contact__search_name"]
    inspect_view_enabled = True
    inspect_view_class = DirectoryEntryInspectView
    panels = [FieldPanel("shown_name")]
