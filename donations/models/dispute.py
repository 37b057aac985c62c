from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .payment import Payment


class DisputeStatus(models.TextChoices):
    OPEN = "open", _("Under way")
    WON = "won", _("Won: the money is ours")
    LOST = "lost", _("Lost: the money went back")


class Dispute(models.Model):
    """A payer told their bank that a payment of theirs is wrong, and the bank asks for the money back."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("payment"), db_index=True
    )
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=5, choices=DisputeStatus, default=DisputeStatus.OPEN)
    # When, by the gateway's clock, that became true. Of two messages the later one counts, whichever comes first.
    status_at = models.DateTimeField(_("status since"))
    gateway_reference = models.CharField(_("gateway's reference"), max_length=255)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency__isnull=False), name="dispute_amount_above_zero"
            ),
            models.UniqueConstraint(fields=["payment", "gateway_reference"], name="dispute_once_per_gateway_reference"),
        ]

    def __str__(self):
        return f"{self.payment}, {self.amount}"
