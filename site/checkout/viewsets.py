"""The staff's lists of applications and of presents."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from checkout.domain.presents import state_of, with_payments
from checkout.models import Application, Present
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


class PresentIndexView(StaffListView):
    def get_base_queryset(self):
        return with_payments(super().get_base_queryset())


def _present_page(present: Present) -> str:
    """Its page, where its link can be sent once more."""
    return reverse("checkout_present", args=[present.pk])


def _state_today(present: Present) -> str:
    return state_of(present, on=timezone.localdate()).label


class PresentViewSet(StaffListViewSet):
    """Who gave a membership to whom, and whether it was accepted. It is taken back by giving the money back."""

    model = Present
    icon = "pick"
    menu_label = _("Presents")
    menu_name = "presents"
    menu_order = 122
    add_to_admin_menu = True
    index_view_class = PresentIndexView
    permission_policy = RecordPolicy(Present)
    list_display = [
        LinkColumn(
            "giver",
            label=_("Giver"),
            accessor="basket.payer_name",
            sort_key="basket.family_name",
            get_url=_present_page,
        ),
        TextColumn("recipient_name", label=_("For whom"), accessor="recipient_name", sort_key="recipient_name"),
        TextColumn("tier", label=_("Tier"), accessor="tier", sort_key="tier"),
        TextColumn("state", label=_("State"), accessor=_state_today),
        "last_on",
    ]
    list_filter = ["tier", "way", "last_on"]
    list_export = [
        "basket.given_name",
        "basket.family_name",
        "recipient_name",
        "tier",
        "way",
        "last_on",
        "accepted_at",
    ]
    search_fields = ["basket__given_name", "basket__family_name", "basket__email", "recipient_name", "recipient_email"]
    ordering = ["-pk"]
    panels = [FieldPanel("last_on", read_only=True)]
