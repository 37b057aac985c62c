"""The staff's screens for volunteering."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from volunteers.forms import HoursForm, ShiftForm
from volunteers.models import HoursEntry, Opportunity, Shift, SignUp


class OpportunityViewSet(StaffListViewSet):
    model = Opportunity
    icon = "group"
    menu_label = _("Opportunities")
    list_display = ["title", "place", "is_open"]
    list_filter = ["is_open"]
    panels = [FieldPanel("title"), FieldPanel("description"), FieldPanel("place"), FieldPanel("is_open")]


class ShiftIndexView(StaffListView):
    def get_base_queryset(self):
        return Shift.objects.with_places().select_related("opportunity").order_by("-starts_at", "pk")

    def attach(self, rows) -> None:
        """A file reads its rows by their keys alone, and then without who comes."""
        bare = [shift for shift in rows if not hasattr(shift, "taken")]
        places = {shift.pk: shift for shift in Shift.objects.with_places().filter(pk__in=[shift.pk for shift in bare])}
        for shift in bare:
            shift.taken, shift.waiting = places[shift.pk].taken, places[shift.pk].waiting


def roster_of(shift: Shift) -> str:
    """Where one sees who comes to a shift."""
    return reverse("volunteers_roster", args=[shift.pk])


class ShiftViewSet(StaffListViewSet):
    model = Shift
    icon = "calendar"
    menu_label = _("Shifts")
    index_view_class = ShiftIndexView
    list_display = [
        "opportunity",
        "starts_at",
        "ends_at",
        TitleColumn(
            "taken", label=_("Who comes"), accessor=lambda row: f"{row.taken} / {row.capacity}", get_url=roster_of
        ),
        Column("waiting", label=_("On the waiting list"), accessor="waiting"),
    ]
    list_filter = {"starts_at": ["gte", "lte"], "opportunity": ["exact"]}
    edit_handler = ObjectList(
        [FieldPanel("opportunity"), FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("capacity")],
        base_form_class=ShiftForm,
    )


class SignUpIndexView(StaffListView):
    def get_base_queryset(self):
        return SignUp.objects.select_related("contact", "shift__opportunity").order_by("-pk")

    def get_list_more_buttons(self, instance):
        """A sign-up is kept or given back on the shift's roster; there is no form to edit it with."""
        return []


class SignUpViewSet(StaffListViewSet):
    model = SignUp
    icon = "check"
    menu_label = _("Sign-ups")
    index_view_class = SignUpIndexView
    list_display = [
        TitleColumn("volunteer", label=_("Volunteer"), accessor="contact", get_url=lambda row: roster_of(row.shift)),
        "shift",
        Column("status", label=_("Status"), accessor="get_status_display"),
        "signed_up_at",
    ]
    list_filter = ["status"]
    list_export = ["contact", "shift", "status", "signed_up_at"]
    search_fields = ["contact__search_name"]
    panels = [FieldPanel("status", read_only=True)]


class HoursIndexView(StaffListView):
    related = ("contact", "opportunity")


class HoursViewSet(StaffListViewSet):
    """Hours of volunteers. Ticked in the list, they can be approved together."""

    model = HoursEntry
    icon = "time"
    menu_label = _("Hours")
    index_view_class = HoursIndexView
    list_display = [
        "contact",
        "opportunity",
        "worked_on",
        "hours",
        Column("status", label=_("Status"), accessor="get_status_display"),
    ]
    list_filter = {"status": ["exact"], "worked_on": ["gte", "lte"], "opportunity": ["exact"]}
    list_export = ["contact", "opportunity", "worked_on", "hours", "status"]
    search_fields = ["contact__search_name"]
    edit_handler = ObjectList(
        [FieldPanel("contact"), FieldPanel("opportunity"), FieldPanel("worked_on"), FieldPanel("hours")],
        base_form_class=HoursForm,
    )


class VolunteersViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Volunteers")
    menu_icon = "group"
    menu_order = 140
    items = (ShiftViewSet, SignUpViewSet, HoursViewSet, OpportunityViewSet)
