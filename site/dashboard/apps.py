from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    """The staff's home: one page per person, figures, roles, audit."""

    name = "dashboard"
    verbose_name = _("Dashboard")

    def ready(self):
        from dashboard import receivers  # models must be loaded before it listens

        post_migrate.connect(receivers.sync_roles_after_migration)
