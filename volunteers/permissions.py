from wagtail.permission_policies import ModelPermissionPolicy


class LookOnlyPolicy(ModelPermissionPolicy):
    """For rows that no form adds, edits or deletes: what happens to them has a page and a verb of its own."""

    def user_has_permission(self, user, action) -> bool:
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions) -> bool:
        return "view" in actions and super().user_has_permission(user, "view")

    def users_with_any_permission(self, actions):
        users = super().users_with_any_permission(["view"])
        return users if "view" in actions else users.none()
