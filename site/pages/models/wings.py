"""Pages that open the doors: each shows what a wing offers today and leads into it."""

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from donations.models import Appeal, Fund
from members.models import Tier

from .base import BodyPage


class MembershipPage(BodyPage):
    """What one can be, for what fee; each tier leads to its form."""

    template = "pages/membership_page.html"

    class Meta:
        verbose_name = _("membership page")
        verbose_name_plural = _("membership pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "tiers": Tier.objects.offered()}


class GivingPage(BodyPage):
    """What money is needed for, and the way to give it."""

    template = "pages/giving_page.html"

    class Meta:
        verbose_name = _("giving page")
        verbose_name_plural = _("giving pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        today = timezone.localdate()
        appeals = AppealPage.objects.live().filter(locale=self.locale_id, appeal__in=Appeal.objects.open_on(today))
        return {
            **super().get_context(request, *args, **kwargs),
            "funds": Fund.objects.offered(),
            "appeal_pages": appeals.select_related("appeal", "picture"),
        }


class AppealPage(BodyPage):
    """One drive with a goal: its story, how far it has come, the way to help."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="+", verbose_name=_("appeal"))
    picture = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )

    content_panels = [
        *BodyPage.content_panels[:2],
        FieldPanel("appeal"),
        FieldPanel("picture"),
        *BodyPage.content_panels[2:],
    ]
    template = "pages/appeal_page.html"

    class Meta:
        verbose_name = _("appeal page")
        verbose_name_plural = _("appeal pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "appeal": self.appeal,
            "is_open": self.appeal.is_open_on(timezone.localdate()),
        }


class ComplaintBoxPage(BodyPage):
    """What happens to a complaint, who reads it, how long it takes; then the way in."""

    template = "pages/complaint_box_page.html"

    class Meta:
        verbose_name = _("complaint box page")
        verbose_name_plural = _("complaint box pages")
