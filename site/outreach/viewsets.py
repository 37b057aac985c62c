"""The staff's screens for reaching out."""

from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import InspectView, SnippetViewSetGroup

from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from outreach.domain.criteria import all_criteria
from outreach.domain.messages import title_of
from outreach.domain.segments import describe
from outreach.forms import ROWS, SegmentForm
from outreach.models import Campaign, Delivery, DeliveryState, MessageTemplate, Segment, Suppression


class SegmentIndexView(StaffListView):
    """Each segment with what it asks for, in the office's own words, which are read once for all rows."""

    @cached_property
    def list_display(self):
        criteria = all_criteria()
        conditions = Column(
            "conditions", label=_("Conditions"), accessor=lambda row: " · ".join(describe(row.tree, criteria))
        )
        return ["name", conditions]


class SegmentViewSet(StaffListViewSet):
    model = Segment
    index_view_class = SegmentIndexView
    icon = "group"
    menu_label = _("Segments")
    search_fields = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("match"),
            MultiFieldPanel([FieldPanel(f"condition_{row}") for row in range(ROWS)], heading=_("Conditions")),
        ],
        base_form_class=SegmentForm,
    )


class CampaignIndexView(StaffListView):
    related = ("segment",)


def page_of_campaign(campaign: Campaign) -> str:
    """Where a campaign is looked at and sent."""
    return reverse("outreach_campaign", args=[campaign.pk])


class CampaignViewSet(StaffListViewSet):
    model = Campaign
    icon = "mail"
    menu_label = _("Campaigns")
    index_view_class = CampaignIndexView
    list_display = [
        TitleColumn("name", label=_("Name"), get_url=page_of_campaign),
        "segment",
        Column("purpose", label=_("Purpose"), accessor="get_purpose_display"),
        Column("status", label=_("Status"), accessor="get_status_display"),
        "started_at",
    ]
    list_filter = ["purpose", "status"]
    search_fields = ["name"]
    panels = [
        FieldPanel("name"),
        FieldPanel("segment"),
        FieldPanel("purpose"),
        InlinePanel(
            "texts",
            heading=_("Text, in each language"),
            label=_("Language"),
            help_text=_("Write {name} where the reader's name should stand."),
            min_num=1,
        ),
        FieldPanel("survey"),
        FieldPanel("button_url"),
    ]


class MessageTemplateViewSet(StaffListViewSet):
    model = MessageTemplate
    icon = "doc-full"
    menu_label = _("Message templates")
    list_display = ["subject", "key", Column("language", label=_("Language"), accessor="get_language_display")]
    list_filter = ["language"]
    search_fields = ["subject", "key"]
    panels = [
        FieldPanel("placeholders", read_only=True),
        FieldPanel("subject"),
        FieldPanel("body"),
        FieldPanel("button_label"),
    ]


class DeliveryIndexView(StaffListView):
    related = ("contact", "campaign")


class DeliveryView(InspectView):
    """One delivery; an uncertain one can be settled here by whoever found out what became of it."""

    template_name = "outreach/delivery.html"

    def get_context_data(self, **kwargs):
        is_uncertain = self.object.state == DeliveryState.UNCERTAIN
        may_settle = is_uncertain and self.request.user.has_perm("outreach.settle_delivery")
        return super().get_context_data(is_uncertain=is_uncertain, may_settle=may_settle, **kwargs)


class DeliveryViewSet(StaffListViewSet):
    """What was sent to whom, and what became of it. Read only."""

    model = Delivery
    icon = "history"
    menu_label = _("Deliveries")
    index_view_class = DeliveryIndexView
    list_display = [
        Column("about", label=_("Message"), accessor=title_of),
        "address",
        Column("state", label=_("State"), accessor="get_state_display"),
        "reason",
        "sent_at",
    ]
    list_filter = ["state", "campaign"]
    list_export = ["address", "subject", "template", "campaign", "state", "reason", "created_at", "sent_at"]
    search_fields = ["address", "subject"]
    inspect_view_enabled = True
    inspect_view_class = DeliveryView
    inspect_view_fields = ["address", "subject", "template", "campaign", "state", "reason", "created_at", "sent_at"]
    panels = [FieldPanel("address")]


class SuppressionViewSet(StaffListViewSet):
    model = Suppression
    icon = "cross"
    menu_label = _("Suppressed addresses")
    list_display = ["address", "reason", "created_at"]
    search_fields = ["address"]
    panels = [FieldPanel("address"), FieldPanel("reason")]


class OutreachViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Outreach")
    menu_icon = "mail"
    menu_order = 160
    items = (CampaignViewSet, SegmentViewSet, MessageTemplateViewSet, DeliveryViewSet, SuppressionViewSet)
