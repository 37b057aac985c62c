from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from pages.blocks import DoorBlock

from .base import BodyPage


class HomePage(BodyPage):
    """The opening page: who we are in one line, then the doors."""

    picture = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("A real one, of your own people and places."),
    )
    doors = StreamField(
        [("door", DoorBlock())],
        verbose_name=_("doors"),
        blank=True,
        max_num=4,
        help_text=_("Four are best: join, give, volunteer, tell us."),
    )

    content_panels = [
        *BodyPage.content_panels[:2],
        FieldPanel("picture"),
        FieldPanel("doors"),
        *BodyPage.content_panels[2:],
    ]
    template = "pages/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
