from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    """The staff's home: one page per person, figures, roles, audit."""

    name = "dashboard"
    verbose_name = _("Dashboard")

    def ready(self):
        from wagtail.admin import auth

        from dashboard import receivers, refusals  # models must be loaded before it listens

        # Wagtail leads whoever lacks a right back to its home, with 302; a refusal here says what it is.
        auth.permission_denied = refusals.refuse

        post_migrate.connect(receivers.sync_roles_after_migration)
