"""How a colleague wants to see a list, kept for next time or for everybody."""

from django.db import transaction
from django.db.models import Q, QuerySet

from members.exceptions import NotYoursError
from members.models import SavedView, User


def last_view(user: User, list_code: str) -> SavedView | None:
    """Return how `user` last saw the list, or None when they never changed it."""
    return SavedView.objects.filter(user=user, list_code=list_code, name="").first()


def remember(user: User, list_code: str, *, query: str | None = None, columns: list[str] | None = None) -> SavedView:
    """Keep the filters and order (`query`, as in the address), or the columns, that `user` chose. None leaves as it is."""
    changes = {name: value for name, value in {"query": query, "columns": columns}.items() if value is not None}
    view, _is_new = SavedView.objects.update_or_create(user=user, list_code=list_code, name="", defaults=changes)
    return view


def forget(user: User, list_code: str) -> None:
    """Show the list to `user` as it is by itself."""
    SavedView.objects.filter(user=user, list_code=list_code, name="").delete()


def views_for(user: User, list_code: str) -> QuerySet[SavedView]:
    """The named views that `user` may choose from: their own, and what colleagues share."""
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True), list_code=list_code).exclude(name="")


@transaction.atomic
def save_view(user: User, list_code: str, *, name: str, is_shared: bool) -> SavedView:
    """Keep what `user` sees now under `name`, in place of their own view of that name."""
    now = last_view(user, list_code)
    view, _is_new = SavedView.objects.update_or_create(
        user=user,
        list_code=list_code,
        name=name,
        defaults={
            "is_shared": is_shared,
            "query": now.query if now else "",
            "columns": now.columns if now else [],
        },
    )
    return view


@transaction.atomic
def apply_view(user: User, view: SavedView) -> SavedView:
    """Show the list to `user` as `view` says, from now on. Raises NotYoursError for a colleague's own one."""
    if view.user_id != user.pk and not view.is_shared:
        raise NotYoursError
    return remember(user, view.list_code, query=view.query, columns=view.columns)


def delete_view(user: User, view: SavedView) -> None:
    """Remove a view of one's own. Raises NotYoursError for somebody else's, shared or not."""
    if view.user_id != user.pk:
        raise NotYoursError
    view.delete()
