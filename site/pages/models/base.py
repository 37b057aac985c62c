from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from pages.blocks import BodyBlock


class BodyPage(Page):
    """A page with a first sentence and a body that staff build from blocks."""

    introduction = models.TextField(
        _("introduction"), max_length=500, blank=True, help_text=_("One or two sentences, shown large below the title.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        abstract = True

    @property
    def summary(self) -> str:
        """One sentence for lists and search engines."""
        return self.search_description or self.introduction
