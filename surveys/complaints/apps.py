from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """The complaint box: cases that can be followed with a code and without a name."""

    name = "surveys.complaints"
    label = "complaints"
    verbose_name = _("Complaint box")

    def ready(self):
        from surveys.complaints import holdings

        holdings.declare()
