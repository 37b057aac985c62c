import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contact import Contact
from .membership import Membership
from .relationship import Relationship, RelationshipType


class SeatInvitationQuerySet(models.QuerySet):
    def open_at(self, moment):
        """Those that can still be taken up."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=moment)


class SeatInvitation(models.Model):
    """Somebody is asked to belong through a membership. Its random key stands in the link, and works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="invitations")
    type = models.ForeignKey(RelationshipType, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind"))
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    invited_by = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    relationship = models.OneToOneField(
        Relationship, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("relationship")
    )

    objects = SeatInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("invitation to a membership")
        verbose_name_plural = _("invitations to memberships")
        indexes = [models.Index(models.functions.Upper("email"), name="invitation_by_email")]

    def __str__(self):
        return self.email

    def is_open_at(self, moment) -> bool:
        """Whether it can be taken up at that moment."""
        return self.accepted_at is None and self.withdrawn_at is None and moment < self.expires_at
