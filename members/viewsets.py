"""The staff's lists and forms for people and memberships."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from members.domain.search import find_contacts
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.models import ConsentEvent, Contact, Membership, Term, Tier
from members.money import format_money


class ContactIndexView(StaffListView):
    """Searches names as people spell them, and whole e-mail addresses."""

    def get_base_queryset(self):
        return Contact.objects.prefetch_related("emails", "phones")

    def search_queryset(self, queryset):
        return queryset & find_contacts(self.search_query) if self.is_searching else queryset


class ContactViewSet(StaffListViewSet):
    """People and organisations. The dashboard registers it with the page that shows everything about one of them."""

    model = Contact
    icon = "user"
    menu_label = _("Contacts")
    url_namespace = "contacts"
    admin_url_namespace = "contacts"
    base_url_path = "contacts"
    add_to_admin_menu = True
    menu_order = 110
    index_view_class = ContactIndexView
    search_fields = ["search_name"]
    list_display = [
        "name",
        Column("email", label=_("E-mail address"), accessor="email"),
        Column("phone", label=_("Telephone"), accessor="phone"),
        "preferred_language",
    ]
    list_filter = ["kind", "preferred_language"]
    list_export = ["pk", "kind", "given_name", "family_name", "organisation_name", "email", "preferred_language"]
    inspect_view_enabled = True
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("given_name"),
                FieldPanel("family_name"),
                FieldPanel("organisation_name"),
                FieldPanel("preferred_language"),
            ],
            heading=_("Who it is"),
        ),
        InlinePanel("emails", heading=_("E-mail addresses"), label=_("E-mail address")),
        InlinePanel("phones", heading=_("Telephones"), label=_("Telephone")),
        InlinePanel("addresses", heading=_("Addresses"), label=_("Address")),
    ]


class TierViewSet(StaffListViewSet):
    model = Tier
    icon = "tag"
    menu_label = _("Tiers")
    list_display = [
        "name",
        Column("price", label=_("Fee"), accessor=lambda tier: format_money(tier.price)),
        "term_months",
        "is_offered",
    ]
    ordering = ["position", "pk"]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("price"),
        FieldPanel("term_months"),
        FieldPanel("grace_days"),
        FieldPanel("is_offered"),
        FieldPanel("position"),
    ]


class MembershipIndexView(StaffListView):
    def get_base_queryset(self):
        return Membership.objects.select_related("contact").prefetch_related("terms__tier")


class MembershipViewSet(StaffListViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    index_view_class = MembershipIndexView
    list_display = [
        "number",
        "contact",
        "joined_on",
        Column("paid_until", label=_("Paid until"), accessor="paid_until"),
    ]
    list_filter = {"joined_on": ["gte", "lte"]}
    list_export = ["number", "contact", "joined_on", "paid_until"]
    search_fields = ["number", "contact__search_name"]
    panels = [FieldPanel("number", read_only=True), FieldPanel("contact", read_only=True), FieldPanel("joined_on")]


class TermIndexView(StaffListView):
    def get_base_queryset(self):
        return Term.objects.select_related("membership__contact", "tier")


class TermViewSet(StaffListViewSet):
    model = Term
    icon = "calendar"
    menu_label = _("Terms")
    index_view_class = TermIndexView
    list_display = [
        "membership",
        Column("member", label=_("Member"), accessor="membership.contact"),
        "tier",
        "starts_on",
        "ends_on",
    ]
    list_filter = {"ends_on": ["gte", "lte"], "tier": ["exact"]}
    list_export = ["membership", "tier", "starts_on", "ends_on"]
    search_fields = ["membership__number", "membership__contact__search_name"]
    panels = [FieldPanel("membership"), FieldPanel("tier"), FieldPanel("starts_on"), FieldPanel("ends_on")]


class ConsentEventIndexView(StaffListView):
    def get_base_queryset(self):
        return ConsentEvent.objects.select_related("contact", "actor")


class ConsentEventViewSet(StaffListViewSet):
    """Read only: what was said is followed by something else, never changed."""

    model = ConsentEvent
    icon = "check"
    menu_label = _("Consent")
    index_view_class = ConsentEventIndexView
    list_display = ["contact", "purpose", "channel", "granted", "source", "happened_at"]
    list_filter = ["purpose", "channel", "granted"]
    list_export = ["contact", "purpose", "channel", "granted", "basis", "wording", "source", "happened_at"]
    search_fields = ["contact__search_name"]
    inspect_view_enabled = True
    panels = [FieldPanel("contact"), FieldPanel("purpose"), FieldPanel("channel"), FieldPanel("granted")]


class MembersViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Membership")
    menu_icon = "group"
    menu_order = 120
    items = (MembershipViewSet, TermViewSet, TierViewSet, ConsentEventViewSet)
