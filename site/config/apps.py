from django.apps import AppConfig


class ConfigAppConfig(AppConfig):
    """What joins all wings: settings, addresses, the clock, health."""

    name = "config"
    verbose_name = "Sanduq"
