from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """ "My area": what a person sees and changes about themselves."""

    name = "portal"
    verbose_name = _("My area")

    def ready(self):
        from portal import receivers  # noqa: F401  (models must be loaded before it listens)
