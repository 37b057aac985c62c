from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Contact


def contacts_heading(
    title: str, *, icon: str, contact: Contact | None = None, under: Sequence[tuple[str, str]] = ()
) -> dict:
    """The head of a page that belongs to the contacts, or to one of them: its title, and the way that leads to it.

    `under` are pages between, each the name of its address and what it is called.
    """
    crumbs = [{"url": reverse("contacts:list"), "label": _("Contacts")}]
    if contact is not None:
        crumbs.append({"url": reverse("contacts:inspect", args=[contact.pk]), "label": str(contact)})
    crumbs += [{"url": reverse(name), "label": label} for name, label in under]
    return {
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }
