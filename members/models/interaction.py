from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contact import Contact


class InteractionKind(models.TextChoices):
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Note")
    VISIT = "visit", _("Visit")


class InteractionQuerySet(models.QuerySet):
    def open_follow_ups(self):
        return self.filter(follow_up_on__isnull=False, followed_up_on=None)

    def overdue_on(self, day: date):
        return self.open_follow_ups().filter(follow_up_on__lt=day)


class Interaction(models.Model):
    """Somebody of the staff and a contact had to do with each other: what came of it, and what is to be done next."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(_("kind"), max_length=8, choices=InteractionKind, default=InteractionKind.NOTE)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("what was said"), max_length=10_000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("who follows up"),
    )
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    followed_up_on = models.DateField(_("followed up on"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [
            models.Index(fields=["contact", "-happened_at"], name="interaction_timeline"),
            models.Index(
                fields=["owner", "follow_up_on"],
                name="interaction_follow_up",
                condition=models.Q(follow_up_on__isnull=False, followed_up_on=None),
            ),
        ]

    def __str__(self):
        return self.subject


class FollowUpFeed(models.Model):
    """The secret address of one colleague's follow-ups as a calendar. Only a hash is kept, so the database opens nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follow_up_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.user)
