from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """What people think of the services: questionnaires, anonymous ballots, results."""

    name = "surveys"
    verbose_name = _("Surveys")
