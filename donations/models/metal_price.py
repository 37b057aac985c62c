from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField


class Metal(models.TextChoices):
    GOLD = "gold", _("Gold")
    SILVER = "silver", _("Silver")


class MetalPrice(models.Model):
    """What a gram of pure gold or silver cost on a day, and who said so. Rows are only ever added."""

    metal = models.CharField(_("metal"), max_length=6, choices=Metal)
    price = MoneyField(_("price of a gram"), help_text=_("Of the pure metal: 24 karat gold, silver of 999."))
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=200, help_text=_("Where it can be looked up, such as a bank."))
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("price of a metal")
        verbose_name_plural = _("prices of gold and silver")
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0, price_currency__isnull=False),
                name="metal_price_above_zero",
                violation_error_message=_("A price must be above zero."),
            ),
        ]
        indexes = [models.Index(fields=["metal", "price_currency", "-on", "-id"], name="metal_price_newest")]

    def __str__(self):
        return f"{self.get_metal_display()}, {self.on}"
