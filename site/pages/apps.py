from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """The public site's pages, and the look that every page shares."""

    name = "pages"
    verbose_name = _("Pages")

    def ready(self):
        from . import receivers  # noqa: F401 -- connects them, once all models are loaded
