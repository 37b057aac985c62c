from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

MAIL_FEATURES = ["h2", "bold", "italic", "ol", "ul", "link"]


class MessageTemplate(models.Model):
    """The words of one message that the system sends by itself, in one language.

    Words in braces, such as {name}, are filled in for each recipient; which there are, `placeholders` tells.
    """

    key = models.SlugField(_("message"), max_length=40, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    body = RichTextField(_("text"), features=MAIL_FEATURES)
    button_label = models.CharField(_("words on the button"), max_length=80, blank=True)
    placeholders = models.CharField(_("words that are filled in"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["key", "language"]
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="one_template_per_message_and_language"),
        ]

    def __str__(self):
        return f"{self.subject} ({self.get_language_display()})"
