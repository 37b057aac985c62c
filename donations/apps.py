from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    """Money that comes in: payments and their gateways, gifts, funds, monthly gifts, receipts."""

    name = "donations"
    verbose_name = _("Donations")

    def ready(self):
        from . import (
            checks,  # noqa: F401 - a check registers itself on import, and needs the settings
            holdings,
            receivers,  # noqa: F401 - a receiver connects itself on import
        )

        holdings.declare()
