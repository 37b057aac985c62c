from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from members.domain.custom_fields import shown_value
from members.domain.reach import EMAIL, PHONE, TAG, reach_of
from members.lists.columns import NumberedTextColumn, TextColumn
from members.models import Contact, CustomField


def usual_columns() -> list[TextColumn]:
    """How one is reached, and in which language."""
    return [
        NumberedTextColumn("email", label=_("E-mail address"), accessor="reach.email"),
        NumberedTextColumn("phone", label=_("Telephone"), accessor="reach.phone"),
        TextColumn("language", label=_("Language"), accessor="get_preferred_language_display"),
    ]


def optional_columns(own_fields: Iterable[CustomField]) -> list[TextColumn]:
    """What may be shown besides, the nonprofit's own fields included."""
    return [
        TextColumn("kind", label=_("Kind"), accessor="get_kind_display"),
        TextColumn("tags", label=_("Tags"), accessor=lambda contact: " · ".join(contact.reach.tags)),
        TextColumn("town", label=_("Town"), accessor=_town),
        NumberedTextColumn("birth_date", label=_("Date of birth"), accessor="birth_date"),
        TextColumn("owner", label=_("Looked after by"), accessor="owner"),
        NumberedTextColumn("created_at", label=_("Known since"), accessor=lambda contact: contact.created_at.date()),
        *(_custom_column(field) for field in own_fields),
    ]


def attach_reach(contacts: Sequence[Contact], *, columns: Collection[str]) -> None:
    """Give each contact of a page what those of the columns "email", "phone" and "tags" show that are among `columns`."""
    kinds = {kind for column, kind in _KINDS.items() if column in columns}
    reach = reach_of([contact.pk for contact in contacts], kinds=kinds)
    for contact in contacts:
        contact.reach = reach[contact.pk]


_KINDS = {"email": EMAIL, "phone": PHONE, "tags": TAG}


def _town(contact: Contact) -> str:
    return next((address.city for address in contact.addresses.all() if address.city), "")


def _custom_column(field: CustomField) -> TextColumn:
    return TextColumn(
        f"custom_{field.code}",
        label=str(field.label),
        accessor=lambda contact: shown_value(field, contact.custom.get(field.code)),
    )
