from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People and organisations, and who belongs."""

    name = "members"
    verbose_name = _("Members")

    def ready(self):
        from members import holdings, receivers

        holdings.declare()
        receivers.connect()
