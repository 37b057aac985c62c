"""The head of every page of an assembly, and what each of them needs."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Assembly
from members.permissions import require

SEE = ("members.view_assembly",)
CORRECT = ("members.view_assembly", "members.freeze_assembly")
ATTEND = ("members.view_assembly", "members.attend_assembly")


def heading(assembly: Assembly, title: str = "", *, under: Sequence[tuple[str, str]] = ()) -> dict:
    """The head of a page of `assembly`: its title, the way to it. `under`: pages between, address and label."""
    crumbs = [{"url": reverse(Assembly.snippet_viewset.get_url_name("list")), "label": _("General assemblies")}]
    if title:
        crumbs.append({"url": reverse("members_assembly", args=[assembly.pk]), "label": str(assembly)})
        crumbs += [{"url": url, "label": label} for url, label in under]
    title = title or str(assembly)
    return {
        "assembly": assembly,
        "header_title": title,
        "page_title": title,
        "header_icon": "calendar-check",
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }


def found(request: HttpRequest, pk: int, *permissions: str) -> Assembly:
    """Return the assembly for whoever has `permissions`; raise PermissionDenied, or Http404, for all others."""
    require(request, *permissions)
    rows = Assembly.objects.select_related("branch", "frozen_by", "closed_by").prefetch_related("tiers")
    return get_object_or_404(rows, pk=pk)
