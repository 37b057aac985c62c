"""The staff's lists and forms for people and memberships."""

from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import InspectView, SnippetViewSetGroup

from members.assembly.viewset import AssemblyViewSet
from members.dates import until_words
from members.directory_viewset import DirectoryEntryViewSet
from members.domain.standings import standings_on
from members.lists.chooser import OfContactChooserViewSet
from members.lists.columns import LinkColumn, TextColumn
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.memberships.filters import MembershipFilteredList, MembershipListFilterSet
from members.models import (
    Branch,
    Concession,
    ConsentEvent,
    CustomField,
    Membership,
    MembershipStatus,
    RelationshipType,
    RenewalReminder,
    Tag,
    Term,
    Tier,
)
from members.money import format_money
from members.papers.viewset import LetterTemplateViewSet
from members.tiers.forms import ConcessionForm, TierForm
from members.tiers.views import RulesEditView


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


class TierIndexView(StaffListView):
    def attach(self, rows):
        """How many stand where today, counted once for all tiers."""
        standings = standings_on(timezone.localdate())
        for tier in rows:
            tier.standing = standings.get(tier.pk, {})


def _standing_column(status: MembershipStatus) -> TextColumn:
    return TextColumn(status.value, label=status.label, accessor=lambda tier: tier.standing.get(status, 0))


class TierViewSet(StaffListViewSet):
    model = Tier
    index_view_class = TierIndexView
    icon = "tag"
    menu_label = _("Tiers")
    list_display = [
        "name",
        Column("price", label=_("Fee"), accessor=lambda tier: format_money(tier.price)),
        "term_months",
        _standing_column(MembershipStatus.CURRENT),
        _standing_column(MembershipStatus.GRACE),
        TextColumn(
            "is_offered",
            label=capfirst(Tier._meta.get_field("is_offered").verbose_name),
            accessor=lambda tier: _yes_or_no(tier.is_offered),
            sort_key="is_offered",
        ),
    ]
    ordering = ["position", "pk"]
    edit_view_class = RulesEditView
    edit_template_name = RulesEditView.template_name
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("description"),
            FieldPanel("benefits"),
            MultiFieldPanel(
                [
                    FieldPanel("price"),
                    FieldPanel("joining_fee"),
                    FieldPanel("renewal_price"),
                    FieldPanel("is_pro_rata"),
                ],
                heading=_("What it costs"),
            ),
            InlinePanel("prices", heading=_("Prices in other currencies"), label=_("Price")),
            FieldPanel("branch"),
            MultiFieldPanel(
                [
                    FieldPanel("term_kind"),
                    FieldPanel("term_months"),
                    FieldRowPanel([FieldPanel("year_starts_month"), FieldPanel("year_starts_day")]),
                    FieldPanel("rollover_days"),
                    FieldPanel("grace_days"),
                    FieldPanel("renewal_window_days"),
                ],
                heading=_("How long"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("is_offered"),
                    FieldPanel("open_to"),
                    FieldPanel("moves_from", widget=forms.CheckboxSelectMultiple),
                    FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
                    FieldPanel("capacity"),
                    FieldPanel("approval"),
                ],
                heading=_("Who may have it"),
            ),
            InlinePanel("questions", heading=_("Questions on the form"), label=_("Question")),
            InlinePanel(
                "reminders",
                heading=_("Reminders of renewing"),
                label=_("Reminder"),
                help_text=_("Empty: the reminders for all tiers, which stand under Reminders of renewing."),
                panels=[FieldRowPanel([FieldPanel("days"), FieldPanel("side")])],
            ),
            FieldPanel("confers_to", widget=forms.CheckboxSelectMultiple),
            FieldPanel("seats"),
            FieldPanel("position"),
        ],
        base_form_class=TierForm,
    )


class ConcessionViewSet(StaffListViewSet):
    """Lower fees by age, tag or code."""

    model = Concession
    icon = "minus"
    menu_label = _("Concessions")
    list_display = [
        "name",
        TextColumn("percent", label=_("Off"), accessor=lambda one: f"{one.percent} %", sort_key="percent"),
        TextColumn("occasion", label=_("For"), accessor=lambda one: one.get_occasion_display(), sort_key="occasion"),
        TextColumn("needs_code", label=_("Only with a code"), accessor=lambda one: _yes_or_no(one.needs_code)),
    ]
    edit_view_class = RulesEditView
    edit_template_name = RulesEditView.template_name
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("percent"),
            FieldPanel("tiers", widget=forms.CheckboxSelectMultiple),
            FieldPanel("occasion"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("min_age"), FieldPanel("max_age")]),
                    FieldPanel("tag"),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldPanel("needs_code"),
                ],
                heading=_("Who pays less"),
            ),
            InlinePanel("codes", heading=_("Codes"), label=_("Code")),
        ],
        base_form_class=ConcessionForm,
    )


class RenewalReminderIndexView(StaffListView):
    related = ("tier",)


class RenewalReminderViewSet(StaffListViewSet):
    """When members are reminded of renewing, for all tiers or for one."""

    model = RenewalReminder
    icon = "date"
    menu_label = _("Reminders of renewing")
    index_view_class = RenewalReminderIndexView
    list_display = [
        TextColumn("days", label=_("When"), accessor="words"),
        TextColumn("tier", label=_("Tier"), accessor=lambda row: str(row.tier or _("all without their own"))),
    ]
    ordering = ["tier", "side", "days", "pk"]
    panels = [FieldRowPanel([FieldPanel("days"), FieldPanel("side")]), FieldPanel("tier")]


class BranchViewSet(StaffListViewSet):
    model = Branch
    icon = "site"
    menu_label = _("Branches")
    list_display = ["name"]
    panels = [FieldPanel("name"), FieldPanel("position")]


class MembershipIndexView(MembershipFilteredList, StaffListView):
    filterset_class = MembershipListFilterSet
    contact_path = "contact"
    related = ("contact",)
    prefetched = ("terms__tier", "decisions")

    def get_edit_url(self, instance):
        """Its page, where all that can be done with it stands."""
        return reverse("members_membership", args=[instance.pk])


def _status_today(membership: Membership) -> str:
    return membership.status_on(timezone.localdate()).label


def _paid_until(membership: Membership) -> str:
    return until_words(membership.paid_until) if membership.paid_until else "–"


class MembershipViewSet(StaffListViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    index_view_class = MembershipIndexView
    chooser_viewset_class = OfContactChooserViewSet
    list_display = [
        "number",
        TextColumn("contact", label=_("Contact"), accessor="contact", sort_key="contact__search_name"),
        TextColumn("status", label=_("Status"), accessor=_status_today),
        "joined_on",
        TextColumn("paid_until", label=_("Paid until"), accessor=_paid_until),
    ]
    list_export = ["number", "contact", "joined_on", "paid_until"]
    search_fields = ["number", "contact__search_name"]
    panels = [FieldPanel("number", read_only=True), FieldPanel("contact", read_only=True), FieldPanel("joined_on")]


class TermIndexView(StaffListView):
    contact_path = "membership__contact"
    related = ("membership__contact", "tier")

    def _get_title_column(self, *args, **kwargs):
        column = super()._get_title_column(*args, **kwargs)
        column.label = _("Membership")
        return column


class TermViewSet(StaffListViewSet):
    model = Term
    icon = "calendar"
    menu_label = _("Terms")
    index_view_class = TermIndexView
    list_display = [
        "membership",
        Column("member", label=_("Member"), accessor="membership.contact"),
        Column("tier", label=_("Tier"), accessor="tier", sort_key="tier"),
        "starts_on",
        "ends_on",
    ]
    list_filter = {"ends_on": ["gte", "lte"], "tier": ["exact"]}
    list_export = ["membership", "tier", "starts_on", "ends_on"]
    search_fields = ["membership__number", "membership__contact__search_name"]
    panels = [
        FieldPanel("membership", heading=_("Membership")),
        FieldPanel("tier", heading=_("Tier")),
        FieldPanel("starts_on"),
        FieldPanel("ends_on"),
    ]


class ConsentEventIndexView(StaffListView):
    related = ("contact", "actor")


class ConsentEventInspectView(InspectView):
    """One answer, with yes and no in words."""

    labels = {"contact": _("Contact"), "granted": _("Answer"), "actor": _("Written down by")}

    def get_field_label(self, field_name, field):
        return self.labels.get(field_name) or super().get_field_label(field_name, field)

    def get_field_display_value(self, field_name, field):
        return super().get_field_display_value(field_name, field) or "–"

    def get_granted_display_value(self) -> str:
        return _yes_or_no(self.object.granted)

    def get_happened_at_display_value(self) -> datetime:
        # Wagtail's page writes a moment as it is stored, in UTC.
        return timezone.localtime(self.object.happened_at)


def _page_of(event: ConsentEvent) -> str:
    return reverse(ConsentEvent.snippet_viewset.get_url_name("inspect"), args=[event.pk])


class ConsentEventViewSet(StaffListViewSet):
    """Read only: what was said is followed by something else, never changed."""

    model = ConsentEvent
    icon = "check"
    menu_label = _("Consent")
    index_view_class = ConsentEventIndexView
    list_display = [
        LinkColumn(
            "contact", label=_("Contact"), accessor="contact", sort_key="contact__search_name", get_url=_page_of
        ),
        "purpose",
        "channel",
        TextColumn("granted", label=_("Answer"), accessor=lambda event: _yes_or_no(event.granted), sort_key="granted"),
        "source",
        "happened_at",
    ]
    list_filter = ["purpose", "channel", "granted"]
    list_export = ["contact", "purpose", "channel", "granted", "basis", "wording", "source", "happened_at"]
    search_fields = ["contact__search_name"]
    inspect_view_enabled = True
    inspect_view_class = ConsentEventInspectView
    inspect_view_fields_exclude = ["id"]
    panels = [FieldPanel("contact"), FieldPanel("purpose"), FieldPanel("channel"), FieldPanel("granted")]


class MembersViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Membership")
    menu_icon = "group"
    menu_order = 120
    items = (
        MembershipViewSet,
        TermViewSet,
        TierViewSet,
        ConcessionViewSet,
        RenewalReminderViewSet,
        BranchViewSet,
        ConsentEventViewSet,
        DirectoryEntryViewSet,
        AssemblyViewSet,
        LetterTemplateViewSet,
    )


class TagViewSet(StaffListViewSet):
    model = Tag
    icon = "tag"
    menu_label = _("Tags")
    list_display = ["name"]
    search_fields = ["name"]
    panels = [FieldPanel("name")]


class CustomFieldViewSet(StaffListViewSet):
    """Questions of the nonprofit's own."""

    model = CustomField
    icon = "form"
    menu_label = _("Our own fields")
    list_display = ["label", "kind", "for_kind", "code"]
    panels = [
        FieldPanel("label"),
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("for_kind"),
        FieldPanel("help_text"),
        FieldPanel("position"),
        InlinePanel("choices", heading=_("Choices"), label=_("Choice")),
    ]


class RelationshipTypeViewSet(StaffListViewSet):
    model = RelationshipType
    icon = "link"
    menu_label = _("Relationships")
    list_display = ["name", "reverse_name", "from_kind", "to_kind"]
    panels = [
        FieldPanel(name)
        for name in ("name", "reverse_name", "code", "from_kind", "to_kind", "is_hierarchical", "position")
    ]


class PeopleSettingsViewSetGroup(SnippetViewSetGroup):
    """What words the office has for its contacts."""

    menu_label = _("People settings")
    menu_icon = "cog"
    menu_order = 115
    items = (TagViewSet, CustomFieldViewSet, RelationshipTypeViewSet)
