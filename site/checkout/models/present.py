from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .basket import Basket

LONGEST_GREETING = 300


class PresentWay(models.TextChoices):
    """How a present comes to whom it is for."""

    EMAIL = "email", _("By e-mail, on a day of your choice")
    HAND = "hand", _("I hand it over myself: you get a link and a voucher to print")


class PresentState(models.TextChoices):
    """How it stands with a present on a day. Worked out from its payments, never stored."""

    UNPAID = "unpaid", _("Not paid yet")
    READY = "ready", _("Waits to be accepted")
    HELD = "held", _("Payment is being looked into")
    RETURNED = "returned", _("Paid back")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")


class Present(models.Model):
    """A membership that somebody pays for another person, who makes it their own by a link.

    What was paid stands in its basket, which is the giver's. The term that it became hangs on the basket's line, so that
    it follows the money as any other.
    """

    basket = models.OneToOneField(Basket, on_delete=models.PROTECT, related_name="present", verbose_name=_("giver"))
    tier = models.ForeignKey("members.Tier", on_delete=models.PROTECT, related_name="presents", verbose_name=_("tier"))
    recipient_name = models.CharField(_("for whom"), max_length=150)
    greeting = models.CharField(_("greeting"), max_length=LONGEST_GREETING, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    way = models.CharField(_("how it is handed over"), max_length=10, choices=PresentWay)
    recipient_email = models.EmailField(_("recipient's e-mail address"), blank=True)
    deliver_on = models.DateField(_("delivered on"), null=True, blank=True)
    # Set when it was paid.
    last_on = models.DateField(_("can be accepted until"), null=True, blank=True, editable=False)
    # How often staff had the link sent once more; each has a message of its own.
    resends = models.PositiveSmallIntegerField(default=0, editable=False)
    # Who accepted it, and when.
    contact = models.ForeignKey(
        "members.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="presents",
        verbose_name=_("recipient"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("membership as a present")
        verbose_name_plural = _("memberships as presents")
        permissions = [("resend_present", _("Can send the link of a present once more"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, contact=None) | Q(accepted_at__isnull=False, contact__isnull=False),
                name="present_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(way="hand") | Q(deliver_on__isnull=False), name="present_by_email_has_a_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_on"], condition=Q(accepted_at=None, last_on__isnull=False), name="present_to_be_accepted"
            ),
            models.Index(
                models.functions.Upper("recipient_email"), condition=Q(contact=None), name="present_by_email_alone"
            ),
        ]

    def __str__(self):
        return f"{self.basket.payer_name} → {self.recipient_name}"

    @property
    def promised_until(self) -> datetime:
        """The end of its last day, until which its place is kept. Only once it was paid."""
        return timezone.make_aware(datetime.combine(self.last_on + timedelta(days=1), time.min))
