"""The staff's screens for surveys. There is none for ballots: nobody sees more than the published results."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from members.lists.views import StaffListView
from members.lists.viewsets import StaffListViewSet
from surveys.forms import SurveyForm
from surveys.models import Service, Survey, SurveyPhase


class SurveyIndexView(StaffListView):
    related = ("service", "turnout")


def phase(survey: Survey) -> str:
    """Where the survey stands at this moment."""
    return SurveyPhase(survey.phase_at(timezone.now())).label


def counted(survey: Survey) -> int:
    """How many ballots stand in the published results."""
    return survey.turnout.counted if hasattr(survey, "turnout") else 0


class SurveyViewSet(StaffListViewSet):
    model = Survey
    icon = "form"
    menu_label = _("Surveys")
    index_view_class = SurveyIndexView
    list_display = [
        "title",
        "service",
        Column("phase", label=_("Status"), accessor=phase),
        TitleColumn(
            "link",
            label=_("Shared link"),
            accessor="code",
            get_url=lambda row: reverse("surveys:answer", args=[row.code]),
        ),
        TitleColumn(
            "results",
            label=_("Answers counted"),
            accessor=counted,
            get_url=lambda row: reverse("surveys:results", args=[row.code]),
        ),
    ]
    list_filter = ["status", "service"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("intro"),
            FieldPanel("thanks"),
            FieldPanel("service"),
            InlinePanel(
                "questions",
                [FieldPanel("text"), FieldPanel("kind"), FieldPanel("is_required")],
                heading=_("Questions"),
                label=_("Question"),
                help_text=_("Questions can be changed while the survey is a draft."),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("status"),
                    FieldPanel("opens_at"),
                    FieldPanel("closes_at"),
                    FieldPanel("smallest_group"),
                ],
                heading=_("Opening"),
            ),
        ],
        base_form_class=SurveyForm,
    )


class ServiceViewSet(StaffListViewSet):
    model = Service
    icon = "desktop"
    menu_label = _("Services")
    list_display = ["name", "branch", "is_offered"]
    list_filter = ["is_offered"]
    ordering = ["position", "pk"]
    panels = [FieldPanel("name"), FieldPanel("branch"), FieldPanel("is_offered"), FieldPanel("position")]


class SurveysViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Surveys")
    menu_icon = "form"
    menu_order = 150
    items = (SurveyViewSet, ServiceViewSet)
