from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.fields import I18nCharField, I18nTextField, MoneyField

from .payment import Payment


class FundKind(models.TextChoices):
    GENERAL = "general", _("General")
    RESTRICTED = "restricted", _("For one purpose")
    ZAKAT = "zakat", _("Zakat")
    SADAQAH = "sadaqah", _("Sadaqah")
    SADAQAH_JARIYAH = "jariyah", _("Sadaqah jariyah")
    WAQF = "waqf", _("Waqf")
    EMERGENCY = "emergency", _("Emergency")


class FundQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)

    def zakat(self):
        """Those that zakat may be given to."""
        return self.filter(kind=FundKind.ZAKAT)


class Fund(models.Model):
    """What money is given for, and may be spent on."""

    name = I18nCharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), unique=True)
    description = I18nTextField(_("who is helped by it"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=FundKind, default=FundKind.GENERAL)
    is_offered = models.BooleanField(_("offered on the site"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    def __str__(self):
        return str(self.name)


class AppealQuerySet(models.QuerySet):
    def open_on(self, day: date):
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Appeal(models.Model):
    """A drive with a goal: first and last day both included, no last day when it goes on."""

    title = I18nCharField(_("title"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), unique=True)
    description = I18nTextField(_("description"), blank=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("fund"))
    goal = MoneyField(_("goal"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="appeal_ends_on_or_after_start",
                violation_error_message=_("An appeal cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(goal__gt=0, goal_currency__isnull=False),
                name="appeal_goal_above_zero",
                violation_error_message=_("A goal must be above zero."),
            ),
        ]

    def __str__(self):
        return str(self.title)

    def is_open_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Gift(models.Model):
    """Money that somebody gave, once it has come in. What it is for stands in its allocations, which add up to it."""

    donor = models.ForeignKey(
        "members.Contact",
        on_delete=models.PROTECT,
        related_name="gifts",
        verbose_name=_("donor"),
    )
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        related_name="gifts",
        verbose_name=_("payment"),
    )
    amount = MoneyField(_("amount"))
    received_on = models.DateField(_("received on"))
    recurring_gift = models.ForeignKey(
        "donations.RecurringGift",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("recurring gift"),
    )
    appeal = models.ForeignKey(
        Appeal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("appeal"),
    )
    is_anonymous = models.BooleanField(_("not to be named in public"), default=False)
    message = models.TextField(_("message of the donor"), max_length=500, blank=True)

    class Meta:
        ordering = ["-received_on", "-pk"]
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False),
                name="gift_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.UniqueConstraint(
                fields=["payment", "recurring_gift"],
                condition=Q(recurring_gift__isnull=False),
                name="one_gift_per_recurring_charge",
                violation_error_message=_("This charge has been recorded already."),
            ),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="gift_newest_first"),
            models.Index(fields=["donor", "-received_on"], name="gift_by_donor"),
        ]

    def __str__(self):
        return f"{self.donor}, {self.amount}"


class Allocation(models.Model):
    """The part of a gift that goes to one fund, in the gift's own currency."""

    gift = models.ForeignKey(
        Gift,
        on_delete=models.CASCADE,
        related_name="allocations",
        verbose_name=_("gift"),
    )
    fund = models.ForeignKey(
        Fund,
        on_delete=models.PROTECT,
        related_name="allocations",
        verbose_name=_("fund"),
    )
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False),
                name="allocation_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.UniqueConstraint(
                fields=["gift", "fund"],
                name="one_allocation_per_gift_and_fund",
                violation_error_message=_("This fund stands in the gift already."),
            ),
        ]

    def __str__(self):
        return f"{self.fund}, {self.amount}"
