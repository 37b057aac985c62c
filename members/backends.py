"""Who is asking: the log-in behind a session."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from members.models import User


class LogInBackend(AuthenticationBackend):
    """Logs in as allauth does, and reads with the user what Wagtail asks of them on every page."""

    def get_user(self, user_id: int) -> User | None:
        """The user with this key who may still log in, and their Wagtail profile. One query."""
        user = User.objects.select_related("wagtail_userprofile").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: User, obj: object = None) -> set[str]:
        """What the user may do by any of their roles and by themselves, as "app.code". One query, kept on the user."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            held = Permission.objects.all()
            if not user_obj.is_superuser:
                own = User.user_permissions.through.objects.filter(user=user_obj).values("permission")
                of_roles = Group.permissions.through.objects.filter(group__user=user_obj).values("permission")
                held = held.filter(Q(pk__in=own) | Q(pk__in=of_roles))
            pairs = held.order_by().values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{code}" for app, code in pairs}
        return user_obj._perm_cache
