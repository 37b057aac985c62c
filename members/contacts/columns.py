from django.utils.translation import gettext_lazy as _

from members.domain.custom_fields import custom_fields_for, shown_value
from members.lists.columns import NumberedTextColumn, TextColumn
from members.models import Contact


def usual_columns() -> list[TextColumn]:
    """How one is reached, and in which language."""
    return [
        NumberedTextColumn("email", label=_("E-mail address"), accessor="email"),
        NumberedTextColumn("phone", label=_("Telephone"), accessor="phone"),
        TextColumn("language", label=_("Language"), accessor="get_preferred_language_display"),
    ]


def optional_columns() -> list[TextColumn]:
    """What may be shown besides, the nonprofit's own fields included."""
    return [
        TextColumn("kind", label=_("Kind"), accessor="get_kind_display"),
        TextColumn("tags", label=_("Tags"), accessor=_tags),
        TextColumn("town", label=_("Town"), accessor=_town),
        NumberedTextColumn("birth_date", label=_("Date of birth"), accessor="birth_date"),
        TextColumn("owner", label=_("Looked after by"), accessor="owner"),
        NumberedTextColumn("created_at", label=_("Known since"), accessor=lambda contact: contact.created_at.date()),
        *(_custom_column(field) for field in custom_fields_for()),
    ]


def _tags(contact: Contact) -> str:
    return " · ".join(tag.name for tag in contact.tags.all())


def _town(contact: Contact) -> str:
    return next((address.city for address in contact.addresses.all() if address.city), "")


def _custom_column(field) -> TextColumn:
    return TextColumn(
        f"custom_{field.code}",
        label=str(field.label),
        accessor=lambda contact: shown_value(field, contact.custom.get(field.code)),
    )
