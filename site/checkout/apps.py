from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckoutConfig(AppConfig):
    """One basket, one payment, then each line granted."""

    name = "checkout"
    verbose_name = _("Checkout")

    def ready(self):
        from checkout import (
            holdings,
            receivers,  # noqa: F401  (models must be loaded before it listens)
            sections,  # noqa: F401  (registers itself)
        )
        from checkout.domain import bulk_runs

        holdings.declare()
        bulk_runs.register()
