from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .gift import Appeal, Fund
from .payment import new_reference


class Interval(models.TextChoices):
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every three months")
    YEAR = "year", _("Every year")

    @property
    def months(self) -> int:
        """Months from one charge to the next."""
        return {"month": 1, "quarter": 3, "year": 12}[self.value]


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
    """A donor's standing order: the same amount to the same fund, charged by the gateway until the donor stops it."""

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
    fund = models.ForeignKey(
        Fund,
        on_delete=models.PROTECT,
        related_name="recurring_gifts",
        verbose_name=_("fund"),
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
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was stopped"), max_length=250, blank=True)
    # When money should come next. A gateway keeps the schedule by itself; only the sandbox goes by this.
    next_charge_on = models.DateField(_("next charge on"), null=True, blank=True)
    # Set by a charge that failed, cleared by the next that succeeds.
    failing_since = models.DateField(_("failing since"), null=True, blank=True)
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
