"""Pages that open the doors: each shows what a wing offers today and leads into it."""

import uuid

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from checkout.domain.presents import tiers_to_give
from checkout.empty_form import asked_of_givers, empty_give_form
from checkout.gift_forms import GiveForm
from donations.domain.gifts import raised_by_appeals
from donations.models import Appeal, Fund, FundKind
from members.domain.eligibility import places_left
from members.models import Tier
from surveys.models import Survey, SurveyPhase, Turnout
from volunteers.models import Opportunity, Shift

from .base import BodyPage

NEXT_SHIFTS = 6


class MembershipPage(BodyPage):
    """What one can be, for what fee; each tier leads to its form."""

    template = "pages/membership_page.html"

    class Meta:
        verbose_name = _("membership page")
        verbose_name_plural = _("membership pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        tiers = list(Tier.objects.joinable())
        full = {tier.pk for tier in tiers if places_left(tier, at=timezone.now(), on=timezone.localdate()) == 0}
        gifts = set(tiers_to_give().values_list("pk", flat=True))
        return {**super().get_context(request, *args, **kwargs), "tiers": tiers, "full": full, "can_be_given": gifts}


class GivingPage(BodyPage):
    """What money is needed for, and the form to give it."""

    template = "pages/giving_page.html"

    class Meta:
        verbose_name = _("giving page")
        verbose_name_plural = _("giving pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        # Asked once here; the form's own field would ask again for each use.
        funds = list(Fund.objects.offered())
        today = timezone.localdate()
        return {
            **super().get_context(request, *args, **kwargs),
            **self._form(request, funds),
            "can_give": bool(funds),
            "has_zakat": any(fund.kind == FundKind.ZAKAT for fund in funds),
            "today": today,
            # Fetched only where its rendered form is not kept.
            "appeal_pages": AppealPage.objects.live()
            .filter(locale=self.locale_id, appeal__in=Appeal.objects.open_on(today))
            .select_related("picture")
            .prefetch_related("picture__renditions"),
        }

    @staticmethod
    def _form(request: HttpRequest, funds: list[Fund]) -> dict:
        """The form for whoever is logged in; for all others one and the same, with a key of its own."""
        from pages.frame import load_frame  # a page type of Wagtail is its own view, which stands above the models

        profile = load_frame(request).profile
        if not request.user.is_authenticated:
            return {"fields": empty_give_form(funds, profile=profile), "form_key": uuid.uuid4()}
        return {"form": GiveForm(user=request.user, **asked_of_givers(profile, funds))}


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
        raised = raised_by_appeals([self.appeal])[self.appeal.pk]
        return {
            **super().get_context(request, *args, **kwargs),
            "appeal": self.appeal,
            "raised": raised,
            # A bar cannot be more than full; the words beside it say how much more came in.
            "shown": min(raised.amount, self.appeal.goal.amount),
            "is_open": self.appeal.is_open_on(timezone.localdate()),
        }


class VolunteeringPage(BodyPage):
    """Work that volunteers can help with, and when next."""

    template = "pages/volunteering_page.html"

    class Meta:
        verbose_name = _("volunteering page")
        verbose_name_plural = _("volunteering pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        shifts = Shift.objects.upcoming_at(timezone.now()).with_places().select_related("opportunity")
        return {
            **super().get_context(request, *args, **kwargs),
            "opportunities": Opportunity.objects.filter(is_open=True),
            "shifts": shifts[:NEXT_SHIFTS],
        }


class SurveyPage(BodyPage):
    """Invites to one survey, and leads to its results once enough have answered."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", verbose_name=_("survey"))

    content_panels = [*BodyPage.content_panels[:2], FieldPanel("survey"), *BodyPage.content_panels[2:]]
    template = "pages/survey_page.html"

    class Meta:
        verbose_name = _("survey page")
        verbose_name_plural = _("survey pages")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "survey": self.survey,
            "is_open": self.survey.phase_at(timezone.now()) == SurveyPhase.OPEN,
            "has_results": Turnout.objects.filter(survey=self.survey_id, counted__gt=0).exists(),
        }


class ComplaintBoxPage(BodyPage):
    """What happens to a complaint, who reads it, how long it takes; then the way in."""

    template = "pages/complaint_box_page.html"

    class Meta:
        verbose_name = _("complaint box page")
        verbose_name_plural = _("complaint box pages")
