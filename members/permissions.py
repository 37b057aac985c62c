from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.permission_policies import ModelPermissionPolicy


def require(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless whoever asks has every one of `permissions`."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


class AddOnlyPolicy(ModelPermissionPolicy):
    """For what is added to and never changed: a new row takes the place of a wrong one."""

    def user_has_permission(self, user, action) -> bool:
        return action in ("view", "add") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        left = [action for action in actions if action in ("view", "add")]
        return super().users_with_any_permission(left)


class RecordPolicy(ModelPermissionPolicy):
    """For what the books say: those with the permission may look; nobody, whoever they are, edits or deletes it.

    What happens to a record has a verb and a permission of its own, such as `refund_payment`.
    """

    def user_has_permission(self, user, action) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions) -> bool:
        return "view" in actions and super().user_has_permission(user, "view")

    def users_with_any_permission(self, actions):
        users = super().users_with_any_permission(["view"])
        return users if "view" in actions else users.none()
