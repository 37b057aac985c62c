from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from members.fields import MoneyField
from members.wording import listed

from .gift import Appeal, Fund
from .payment import new_reference


class Interval(models.TextChoices):
    FRIDAY = "friday", _("Every Friday")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every three months")
    YEAR = "year", _("Every year")

    @property
    def months(self) -> int:
        """Months from one charge to the next; zero for what is counted in weeks."""
        return {"friday": 0, "month": 1, "quarter": 3, "year": 12}[self.value]

    @property
    def times_a_year(self) -> int:
        """How many charges a year of it brings."""
        return 12 // self.months if self.months else 52


class RecurringStatus(models.TextChoices):
    STARTING = "starting", _("Waiting for the first payment")
    ACTIVE = "active", _("Active")
    STOPPED = "stopped", _("Stopped")


class RecurringGiftQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=RecurringStatus.ACTIVE)

    def due_on(self, day: date):
        """Active ones from which money should have come by `day`."""
        return self.active().filter(next_charge_on__lte=day)


class RecurringGift(models.Model):
    """A donor's standing order: the same amount to the same funds, charged by the gateway until the donor stops it.

    What it goes to stands in its `shares`, which add up to its amount.
    """

    reference = models.CharField(
        _("reference"),
        max_length=12,
        unique=True,
        default=new_reference,
        editable=False,
    )
    donor = models.ForeignKey(
        "members.Contact",
        on_delete=models.PROTECT,
        related_name="recurring_gifts",
        verbose_name=_("donor"),
    )
    appeal = models.ForeignKey(
        Appeal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recurring_gifts",
        verbose_name=_("appeal"),
    )
    amount = MoneyField(_("amount"))
    # What the donor adds to each charge for what the payment costs. It is no part of the gift.
    fee_cover = MoneyField(_("for the cost of the payment"), null=True, blank=True)
    interval = models.CharField(_("how often"), max_length=10, choices=Interval, default=Interval.MONTH)
    is_anonymous = models.BooleanField(_("not to be named in public"), default=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    gateway = models.CharField(_("way of payment"), max_length=20)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=255, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=RecurringStatus,
        default=RecurringStatus.STARTING,
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    # The day that the schedule counts from, if the donor has moved it.
    counted_from = models.DateField(_("counted from"), null=True, blank=True)
    # The first day on which it may be charged again, as long as it is paused.
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was stopped"), max_length=250, blank=True)
    # When money should come next. A gateway keeps the schedule by itself; only the sandbox goes by this.
    next_charge_on = models.DateField(_("next charge on"), null=True, blank=True)
    # Set by a charge that failed, cleared by the next that succeeds.
    failing_since = models.DateField(_("failing since"), null=True, blank=True)
    # Whether the gateway was told to open no further charge while one is failing.
    is_held = models.BooleanField(default=False, editable=False)
    # What the donor knows the card by, and when it runs out. The card itself is with the gateway.
    card_brand = models.CharField(_("kind of card"), max_length=30, blank=True)
    card_last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    card_expires_on = models.DateField(_("card valid until"), null=True, blank=True)
    card_asked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RecurringGiftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("recurring gift")
        verbose_name_plural = _("recurring gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False),
                name="recurring_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(status="stopped", stopped_on__isnull=False) | (~Q(status="stopped") & Q(stopped_on=None)),
                name="recurring_stopped_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="recurring_once_per_gateway_reference",
            ),
        ]
        permissions = [("stop_recurringgift", _("Can stop a recurring gift for its donor"))]

    def __str__(self):
        return f"{self.donor}, {self.amount}, {self.get_interval_display()}"

    @property
    def is_active(self) -> bool:
        return self.status == RecurringStatus.ACTIVE

    @property
    def charged(self) -> Money:
        """What is taken from the card each time: the gift, and what covers the cost of the payment."""
        return self.amount + self.fee_cover if self.fee_cover else self.amount

    @property
    def yearly(self) -> Money:
        """What it brings in a year if nothing comes between, without what covers the cost of the payments."""
        return self.amount * Interval(self.interval).times_a_year

    @property
    def fund_names(self) -> str:
        """The funds it goes to, in one line. Reads `shares`, so prefetch `shares__fund` for lists."""
        return listed(share.fund for share in self.shares.all())


class RecurringShare(models.Model):
    """The part of each charge of a recurring gift that goes to one fund."""

    recurring_gift = models.ForeignKey(
        RecurringGift, on_delete=models.CASCADE, related_name="shares", verbose_name=_("recurring gift")
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="recurring_shares", verbose_name=_("fund"))
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("share of a recurring gift")
        verbose_name_plural = _("shares of recurring gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False), name="recurring_share_above_zero"
            ),
            models.UniqueConstraint(fields=["recurring_gift", "fund"], name="one_recurring_share_per_fund"),
        ]

    def __str__(self):
        return f"{self.fund}, {self.amount}"
