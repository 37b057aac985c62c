from django.apps import apps
from django.contrib.auth.models import Permission

from dashboard.domain.roles import OURS, sync_roles


def sync_roles_after_migration(app_config, **kwargs):
    """Once the last app has its permissions, give the roles theirs. Permissions are made app by app, after each migration."""
    if app_config.label != [config.label for config in apps.get_app_configs() if config.models_module][-1]:
        return
    if Permission.objects.filter(content_type__app_label__in=OURS).exists():
        sync_roles()
