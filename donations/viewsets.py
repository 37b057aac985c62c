"""The staff's lists of money. What came in is looked at here and never typed over; funds and appeals are edited."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import InspectView, SnippetViewSetGroup

from donations import admin_views
from donations.domain.gifts import raised_by_appeals
from donations.domain.transfers import AWAITED, plain_reference
from donations.models import (
    Appeal,
    Fund,
    Gift,
    MetalPrice,
    Payment,
    PaymentEvent,
    PaymentStatus,
    Receipt,
    RecurringGift,
)
from donations.payments.registry import gateway_label
from donations.payments.transfer import TransferGateway
from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from members.money import format_money
from members.wording import listed


def amount_column(name: str = "amount", *, label=None):
    """A column with money as the reader writes it."""
    return Column(
        name, label=label or _("Amount"), accessor=lambda row: format_money(getattr(row, name)), sort_key=name
    )


def way_column():
    return Column("gateway", label=_("Way of payment"), accessor=lambda row: gateway_label(row.gateway))


class RecordIndexView(StaffListView):
    """A list whose title leads to a page for looking."""

    def get_edit_url(self, instance):
        return self.get_inspect_url(instance)

    def get_list_more_buttons(self, instance):
        """No "Edit": only a look, and what may be done to this row."""
        buttons = []
        if url := self.get_inspect_url(instance):
            buttons.append(MenuItem(_("Inspect"), url=url, icon_name="info-circle", priority=10))
        return [*buttons, *self.actions(instance)]

    def actions(self, instance) -> list[MenuItem]:
        return []

    def action(self, instance, name: str, label, icon: str, permission: str) -> list[MenuItem]:
        """One entry of a row's menu, for those who may."""
        if not self.request.user.has_perm(permission):
            return []
        namespace = self.index_url_name.rsplit(":", 1)[0]
        return [MenuItem(label, url=reverse(f"{namespace}:{name}", args=[instance.pk]), icon_name=icon)]


class RecordViewSet(StaffListViewSet):
    """Looked at, never edited: see `RecordPolicy`."""

    inspect_view_enabled = True
    # The page that acts on one row, by the name in its address.
    action_views: dict[str, type[admin_views.ActionView]] = {}

    def get_urlpatterns(self):
        acting = [
            path(
                f"{name}/" if view is admin_views.RecordGiftView else f"{name}/<int:pk>/",
                view.as_view(index_url_name=self.get_url_name("list")),
                name=name,
            )
            for name, view in self.action_views.items()
        ]
        return [*super().get_urlpatterns(), *acting]


class FundViewSet(StaffListViewSet):
    model = Fund
    icon = "tag"
    menu_label = _("Funds")
    list_display = ["name", "kind", "is_offered", "position"]
    list_filter = ["kind", "is_offered"]
    ordering = ["position", "pk"]
    panels = [FieldPanel(name) for name in ("name", "slug", "kind", "description", "is_offered", "position")]


class AppealIndexView(StaffListView):
    """Goals with what they have raised so far: one query for the page's appeals together."""

    related = ("fund",)

    def attach(self, rows) -> None:
        raised = raised_by_appeals(rows)
        for appeal in rows:
            appeal.raised = raised[appeal.pk]


class AppealViewSet(StaffListViewSet):
    model = Appeal
    icon = "pick"
    menu_label = _("Appeals")
    index_view_class = AppealIndexView
    list_display = [
        "title",
        "fund",
        amount_column("goal", label=_("Goal")),
        Column("raised", label=_("Raised"), accessor=lambda row: format_money(row.raised)),
        "starts_on",
        "ends_on",
    ]
    list_filter = {"fund": ["exact"], "starts_on": ["gte", "lte"]}
    panels = [FieldPanel(name) for name in ("title", "slug", "description", "fund", "goal", "starts_on", "ends_on")]


class GiftIndexView(RecordIndexView):
    related = ("donor", "payment", "appeal")
    prefetched = ("allocations__fund",)


class GiftViewSet(RecordViewSet):
    model = Gift
    icon = "pick"
    menu_label = _("Gifts")
    index_view_class = GiftIndexView
    list_display = [
        "donor",
        amount_column(),
        Column("funds", label=_("Fund"), accessor=lambda gift: listed(p.fund for p in gift.allocations.all())),
        "appeal",
        "received_on",
        Column("way", label=_("Way of payment"), accessor=lambda gift: gateway_label(gift.payment.gateway)),
    ]
    list_filter = {"received_on": ["gte", "lte"], "appeal": ["exact"], "allocations__fund": ["exact"]}
    list_export = ["pk", "donor", "amount.amount", "amount_currency", "appeal", "received_on", "payment.reference"]
    search_fields = ["donor__search_name", "payment__reference"]
    inspect_view_fields = ["donor", "amount", "allocations", "appeal", "received_on", "payment", "recurring_gift"]


class PaymentIndexView(RecordIndexView):
    related = ("payer",)

    @cached_property
    def search_query(self):
        """What was typed; of a creditor reference, as a statement has it, the part that is ours."""
        typed = super().search_query
        return plain_reference(typed) if typed else typed

    @property
    def header_buttons(self):
        if not self.request.user.has_perm(admin_views.RecordGiftView.permission):
            return []
        namespace = self.index_url_name.rsplit(":", 1)[0]
        return [
            HeaderButton(admin_views.RecordGiftView.page_title, url=reverse(f"{namespace}:record"), icon_name="plus")
        ]

    def actions(self, instance):
        found = []
        if instance.status == PaymentStatus.SETTLED:
            found += self.action(instance, "refund", _("Refund"), "undo", "donations.refund_payment")
        if instance.gateway == TransferGateway.code and instance.status in AWAITED:
            permission = "donations.record_offline_payment"
            found += self.action(instance, "transfer", _("It has come"), "plus", permission)
        if instance.review:
            found += self.action(instance, "reviewed", _("Mark as looked at"), "check", "donations.refund_payment")
        return found


class PaymentViewSet(RecordViewSet):
    model = Payment
    icon = "order"
    menu_label = _("Payments")
    index_view_class = PaymentIndexView
    action_views = {
        "record": admin_views.RecordGiftView,
        "refund": admin_views.RefundView,
        "transfer": admin_views.TransferView,
        "reviewed": admin_views.ReviewedView,
    }
    list_display = [
        "reference",
        "payer_name",
        amount_column(),
        way_column(),
        StatusTagColumn(
            "status",
            label=_("Status"),
            accessor="get_status_display",
            primary=lambda payment: payment.status == PaymentStatus.SETTLED,
        ),
        Column("review", label=_("To be looked at"), accessor="get_review_display"),
        "created_at",
    ]
    list_filter = {
        "status": ["exact"],
        "gateway": ["exact"],
        "review": ["exact"],
        "created_at": ["gte", "lte"],
    }
    list_export = [
        "reference", "payer_name", "amount.amount", "amount_currency", "gateway", "status", "created_at", "settled_at",
        "gateway_reference", "description",
    ]  # fmt: skip
    search_fields = ["reference", "payer_name", "payer__search_name", "gateway_reference"]
    inspect_view_fields = [
        "reference", "amount", "status", "review", "payer", "payer_name", "payer_email", "description", "gateway",
        "gateway_reference", "gateway_charge", "created_at", "settled_at", "entered_by", "gifts", "refunds",
        "disputes", "receipts",
    ]  # fmt: skip


class ReceiptInspectView(InspectView):
    """What the receipt says, and its paper."""

    @property
    def header_buttons(self):
        url = reverse(self.index_url_name.rsplit(":", 1)[0] + ":file", args=[self.object.pk])
        return [HeaderButton(_("Open the PDF"), url=url, icon_name="doc-full")]


class ReceiptIndexView(RecordIndexView):
    related = ("payment", "replaces", "replaced_by")

    def actions(self, instance):
        found = self.action(instance, "file", _("Open the PDF"), "doc-full", "donations.view_receipt")
        if instance.is_valid:
            found += self.action(instance, "reissue", _("Void and reissue"), "rotate", "donations.void_receipt")
        return found


class ReceiptViewSet(RecordViewSet):
    model = Receipt
    icon = "doc-full"
    menu_label = _("Receipts")
    index_view_class = ReceiptIndexView
    inspect_view_class = ReceiptInspectView
    action_views = {"reissue": admin_views.ReissueView}
    list_display = [
        Column("label", label=_("Number"), accessor="label"),
        "recipient_name",
        Column("amount", label=_("Amount"), accessor=lambda row: format_money(row.amount)),
        "issued_on",
        Column("language", label=_("Language"), accessor="get_language_display"),
        "voided_on",
    ]
    list_filter = {"year": ["exact"], "issued_on": ["gte", "lte"], "language": ["exact"], "voided_on": ["isnull"]}
    list_export = [
        "label",
        "recipient_name",
        "payment.amount.amount",
        "payment.amount_currency",
        "issued_on",
        "voided_on",
        "sha256",
    ]
    search_fields = ["recipient_name", "payment__reference"]
    inspect_view_fields = [
        "label", "recipient_name", "issued_on", "language", "payment", "voided_on", "void_reason", "replaces", "sha256",
    ]  # fmt: skip

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("file/<int:pk>/", admin_views.receipt_file, name="file")]


class RecurringGiftIndexView(RecordIndexView):
    related = ("donor",)
    prefetched = ("shares__fund",)

    def actions(self, instance):
        if instance.stopped_on:
            return []
        return self.action(instance, "stop", _("Stop"), "cross", "donations.stop_recurringgift")


class RecurringGiftViewSet(RecordViewSet):
    model = RecurringGift
    icon = "rotate"
    menu_label = _("Recurring gifts")
    index_view_class = RecurringGiftIndexView
    action_views = {"stop": admin_views.StopView}
    list_display = [
        "donor",
        amount_column(),
        Column("interval", label=_("How often"), accessor="get_interval_display"),
        Column("funds", label=_("Fund"), accessor="fund_names"),
        StatusTagColumn("status", label=_("Status"), accessor="get_status_display", primary=lambda row: row.is_active),
        "started_on",
        "failing_since",
        "stopped_on",
    ]
    list_filter = {
        "status": ["exact"], "shares__fund": ["exact"], "interval": ["exact"], "failing_since": ["isnull"],
        "paused_until": ["isnull"],
    }  # fmt: skip
    list_export = [
        "reference", "donor", "amount.amount", "amount_currency", "interval", "fund_names", "status", "started_on", "stopped_on",
        "stop_reason",
    ]  # fmt: skip
    search_fields = ["donor__search_name", "reference"]
    inspect_view_fields = [
        "reference", "donor", "amount", "fee_cover", "interval", "shares", "appeal", "status", "started_on", "next_charge_on",
        "paused_until",
        "failing_since", "stopped_on", "stop_reason", "gateway", "gateway_reference", "changes", "payments",
    ]  # fmt: skip


class PaymentEventViewSet(RecordViewSet):
    """What the gateways said, for whoever looks for a payment that seems lost."""

    model = PaymentEvent
    icon = "history"
    menu_label = _("Gateways' messages")
    index_view_class = type("PaymentEventIndexView", (RecordIndexView,), {"related": ("payment",)})
    list_display = ["event_id", "gateway", "kind", "payment", "happened_at", "applied_at", "attempts", "error"]
    list_filter = {"gateway": ["exact"], "kind": ["exact"], "applied_at": ["isnull"]}
    search_fields = ["event_id", "payment__reference"]


class MetalPriceViewSet(StaffListViewSet):
    """What the zakat calculator goes by. A new price is a new row; an old one stays as it was shown."""

    model = MetalPrice
    icon = "tag"
    menu_label = _("Gold and silver")
    list_display = ["metal", amount_column("price", label=_("Price of a gram")), "on", "source", "entered_at"]
    list_filter = {"metal": ["exact"], "on": ["gte", "lte"]}
    panels = [FieldPanel(name) for name in ("metal", "price", "on", "source")]


class DonationsViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Donations")
    menu_icon = "pick"
    menu_order = 130
    items = (
        GiftViewSet,
        PaymentViewSet,
        RecurringGiftViewSet,
        ReceiptViewSet,
        AppealViewSet,
        FundViewSet,
        MetalPriceViewSet,
        PaymentEventViewSet,
    )
