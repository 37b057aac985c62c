from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Site, TranslatableMixin

from .links import LinkFields


class MenuPlace(models.TextChoices):
    HEADER = "header", _("Menu at the top")
    FOOTER = "footer", _("Foot of the page")


class Menu(TranslatableMixin, ClusterableModel):
    """Menu and footer of the site in one language. Each language has its own, since not every page is translated."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="menus", verbose_name=_("site"))
    footer_text = RichTextField(_("text in the footer"), blank=True, features=["bold", "italic", "link"])

    panels = [
        FieldPanel("site"),
        InlinePanel("items", heading=_("Links"), label=_("Link")),
        FieldPanel("footer_text"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("menu and footer")
        verbose_name_plural = _("menus and footers")
        constraints = [
            *getattr(TranslatableMixin.Meta, "constraints", []),
            models.UniqueConstraint(
                fields=["site", "locale"],
                name="one_menu_per_site_and_language",
                violation_error_message=_("This language has its menu already."),
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name}: {self.locale}"


class MenuItem(LinkFields, Orderable):
    """One link of a menu."""

    menu = ParentalKey(Menu, on_delete=models.CASCADE, related_name="items")
    place = models.CharField(_("place"), max_length=8, choices=MenuPlace, default=MenuPlace.HEADER)
    title = models.CharField(_("title"), max_length=60)

    panels = [FieldPanel("place"), FieldPanel("title"), *LinkFields.link_panels]

    class Meta(Orderable.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self):
        return self.title
