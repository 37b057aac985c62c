"""A link that staff choose: a page of the site, or any address."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel

from pages.validators import is_web_address


class LinkFields(models.Model):
    """Either a page or an address, never both."""

    link_page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
    )
    link_url = models.CharField(
        _("or address"),
        max_length=500,
        blank=True,
        validators=[is_web_address],
        help_text=_("Only when it is not a page of this site."),
    )

    link_panels = [PageChooserPanel("link_page"), FieldPanel("link_url")]

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if bool(self.link_page_id) == bool(self.link_url):
            raise ValidationError({"link_url": _("Choose a page or write an address: one of the two.")})

    def get_url(self, request: HttpRequest | None = None) -> str:
        """Where it leads, or an empty string while its page is not published."""
        if self.link_page_id:
            return (self.link_page.get_url(request) or "") if self.link_page.live else ""
        return self.link_url
