from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    """Segments, campaigns, messages and what became of each."""

    name = "outreach"
    verbose_name = _("Outreach")

    def ready(self):
        from outreach import (
            checkout_receivers,  # noqa: F401  (they listen once models are loaded)
            holdings,
            receivers,
            sections,  # noqa: F401  (registers itself)
        )

        holdings.declare()
        post_migrate.connect(receivers.add_missing_templates, sender=self)
