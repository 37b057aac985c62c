from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from .base import BodyPage

NEWS_PER_PAGE = 12


class StandardPage(BodyPage):
    """About us, privacy, a project: a page like a letter."""

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class NewsIndexPage(BodyPage):
    """The news, the newest first."""

    subpage_types = ["pages.NewsPage"]

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        news = (
            NewsPage.objects.child_of(self)
            .live()
            .select_related("picture")
            .prefetch_related("picture__renditions")
            .order_by("-published_on", "-pk")
        )
        pages = Paginator(news, NEWS_PER_PAGE)
        return {**super().get_context(request, *args, **kwargs), "news": pages.get_page(request.GET.get("p"))}


class NewsPage(BodyPage):
    """One piece of news."""

    published_on = models.DateField(_("day"), default=timezone.localdate)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )

    content_panels = [
        *BodyPage.content_panels[:1],
        FieldPanel("published_on"),
        *BodyPage.content_panels[1:2],
        FieldPanel("picture"),
        *BodyPage.content_panels[2:],
    ]
    search_fields = [*BodyPage.search_fields, index.FilterField("published_on")]
    parent_page_types = ["pages.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")


class ContactPage(BodyPage):
    """How to reach us. Address and telephone come from the nonprofit's profile, so that they are typed once."""

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")
