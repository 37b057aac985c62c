import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Purpose

from .campaign import Campaign


class DeliveryState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("message", "Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    SKIPPED = "skipped", _("Not sent, by rule")
    FAILED = "failed", _("Refused")
    UNCERTAIN = "uncertain", _("Uncertain")


class Delivery(models.Model):
    """One message to one recipient, and what became of it.

    It turns to SENDING, committed, before a byte goes out. Whatever breaks after that leaves it UNCERTAIN, for a person
    to decide: it is neither lost in silence nor sent twice.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What the message is about, such as "receipt-17"; asking for it twice sends it once.
    key = models.CharField(max_length=120, unique=True, editable=False)
    contact = models.ForeignKey(
        "members.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    address = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    template = models.CharField(_("message"), max_length=40, blank=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    # Empty for what somebody is owed (a receipt, a log-in code); else consent to it is asked for at the moment of sending.
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True)
    context = models.JSONField(default=dict, editable=False)
    attachments = models.JSONField(default=list, editable=False)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    due_at = models.DateTimeField(_("due at"))
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        permissions = [("settle_delivery", _("Can note what became of an uncertain message"))]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="delivery_waiting"),
            models.Index(fields=["claimed_at"], condition=models.Q(state="sending"), name="delivery_under_way"),
            models.Index(fields=["contact", "-id"], name="delivery_by_contact"),
            models.Index(fields=["campaign", "state"], name="delivery_by_campaign"),
            # Codes to log in with go to an address before anybody knows whose it is; erasing a person finds them by it.
            models.Index(
                models.functions.Upper("address"), condition=models.Q(contact=None), name="delivery_by_address_alone"
            ),
        ]

    def __str__(self):
        return self.subject or self.template or str(self.campaign)


class Suppression(models.Model):
    """An address to which nothing is sent any more, whatever for: it does not exist, or its owner reported us."""

    address = models.EmailField(_("e-mail address"), unique=True)
    reason = models.CharField(_("why"), max_length=200)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self):
        return self.address
