from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField

from members.models import Purpose

from .template import MAIL_FEATURES


class Segment(models.Model):
    """A group of contacts, described by what they have in common. Who is in it is asked anew each time."""

    name = models.CharField(_("name"), max_length=120)
    # A typed tree; outreach.domain.segments says how it is built and compiles it to one query.
    tree = models.JSONField(_("conditions"), default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self):
        return self.name


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")


class Campaign(ClusterableModel):
    """A message to everybody in a segment who agreed to hear about its purpose."""

    name = models.CharField(_("name (for staff)"), max_length=120)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("segment"))
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose,
        default=Purpose.NEWS,
        help_text=_("Only people who agreed to this purpose get the message."),
    )
    survey = models.ForeignKey(
        "surveys.Survey",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("survey whose results it carries"),
        help_text=_("The published results are shown below the text, in each reader's language."),
    )
    button_url = models.URLField(_("where the button leads"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT, editable=False
    )
    started_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        permissions = [("send_campaign", _("Can send a campaign"))]

    def __str__(self):
        return self.name

    def text_in(self, language: str) -> "CampaignText | None":
        """The text for a reader of `language`: in it, else in the site's first language, else any there is."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), None)


class CampaignText(models.Model):
    """What a campaign says in one language."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default=get_language)
    subject = models.CharField(_("subject"), max_length=200)
    body = RichTextField(_("text"), features=MAIL_FEATURES)
    button_label = models.CharField(_("words on the button"), max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language"],
                name="one_text_per_campaign_and_language",
                violation_error_message=_("There is a text in this language already."),
            ),
        ]

    def __str__(self):
        return self.subject
