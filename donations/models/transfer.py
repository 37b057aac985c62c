from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.fields import MoneyField

from .payment import Payment


class TransferReceived(models.Model):
    """Money that a statement shows for an awaited payment: all of it, a part, or more. Rows are only ever added."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("payment"))
    amount = MoneyField(_("amount"))
    received_on = models.DateField(_("received on"))
    bank_reference = models.CharField(_("line of the statement"), max_length=100, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)

    class Meta:
        ordering = ["received_on", "pk"]
        verbose_name = _("transfer received")
        verbose_name_plural = _("transfers received")
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="transfer_above_zero"),
            models.UniqueConstraint(
                fields=["bank_reference"],
                condition=~models.Q(bank_reference=""),
                name="transfer_once_per_line",
                violation_error_message=_("This line of the statement has been entered already."),
            ),
        ]

    def __str__(self):
        return f"{self.amount}, {self.received_on}"
