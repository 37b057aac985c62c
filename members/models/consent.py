from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.wording import listed

from .contact import Contact


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    POST = "post", _("Letter")
    PHONE = "phone", _("Telephone call")


class Purpose(models.TextChoices):
    NEWS = "news", _("News and invitations")
    FUNDRAISING = "fundraising", _("Appeals for donations")
    SURVEYS = "surveys", _("Surveys and their results")
    VOLUNTEERING = "volunteering", _("Volunteer opportunities")


class LegalBasis(models.TextChoices):
    """Article 6(1) GDPR, which most laws of the kind follow."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    LEGITIMATE_INTEREST = "interest", _("Legitimate interest")
    LEGAL_OBLIGATION = "law", _("Legal obligation")


class ConsentEvent(models.Model):
    """Somebody said yes or no to being written to, for one purpose on one channel. Never changed, only followed by another."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consent_events")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    granted = models.BooleanField(_("granted"))
    basis = models.CharField(_("legal basis"), max_length=10, choices=LegalBasis, default=LegalBasis.CONSENT)
    wording = models.TextField(_("wording shown"), blank=True)
    source = models.CharField(_("where"), max_length=100)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    guardian = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="consents_given",
        verbose_name=_("said by the guardian"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")

    def __str__(self):
        return listed([self.get_purpose_display(), self.get_channel_display()])


class Consent(models.Model):
    """The current state that a contact's consent events add up to: the newest one wins."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    granted = models.BooleanField(_("granted"))
    event = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["contact", "channel", "purpose"], name="one_consent_state_per_purpose"),
        ]

    def __str__(self):
        return listed([self.get_purpose_display(), self.get_channel_display()])
