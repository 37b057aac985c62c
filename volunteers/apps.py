from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    """People who give their time: opportunities, shifts, sign-ups, hours."""

    name = "volunteers"
    verbose_name = _("Volunteers")

    def ready(self):
        from volunteers import holdings, merging

        holdings.declare()
        merging.declare()
