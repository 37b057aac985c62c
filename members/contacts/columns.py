from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from members.domain.custom_fields import shown_value
from members.lists.columns import NumberedTextColumn, TextColumn
from members.models import Contact, CustomField, Email, Phone


def usual_columns() -> list[TextColumn]:
    """How one is reached, and in which language."""
    return [
        NumberedTextColumn("email", label=_("E-mail address"), accessor=_email),
        NumberedTextColumn("phone", label=_("Telephone"), accessor=_phone),
        TextColumn("language", label=_("Language"), accessor="get_preferred_language_display"),
    ]


def optional_columns(own_fields: Iterable[CustomField]) -> list[TextColumn]:
    """What may be shown besides, the nonprofit's own fields included."""
    return [
        TextColumn("kind", label=_("Kind"), accessor="get_kind_display"),
        TextColumn("tags", label=_("Tags"), accessor=_tags),
        TextColumn("town", label=_("Town"), accessor=_town),
        NumberedTextColumn("birth_date", label=_("Date of birth"), accessor="birth_date"),
        TextColumn("owner", label=_("Looked after by"), accessor="owner"),
        NumberedTextColumn("created_at", label=_("Known since"), accessor=lambda contact: contact.created_at.date()),
        *(_custom_column(field) for field in own_fields),
    ]


def attach_reach(contacts: Sequence[Contact], *, columns: Collection[str]) -> None:
    """Give each contact of a page what the columns "email" and "phone" show: two queries, and no objects in between."""
    ids = [contact.pk for contact in contacts]
    emails, phones = {}, {}
    if "email" in columns:
        rows = Email.objects.filter(contact__in=ids).order_by("is_undeliverable", "-is_primary", "pk")
        for pk, address in rows.values_list("contact_id", "address"):
            emails.setdefault(pk, address)
    if "phone" in columns:
        rows = Phone.objects.as_stored().filter(contact__in=ids).order_by("-is_primary", "pk")
        for pk, number in rows.values_list("contact_id", "digits"):
            phones.setdefault(pk, number)
    for contact in contacts:
        contact.shown_email = emails.get(contact.pk, "")
        contact.shown_phone = _international(phones[contact.pk]) if contact.pk in phones else ""


@lru_cache(maxsize=10_000)
def _international(number: str) -> str:
    return PhoneNumber.from_string(number).as_international


def _email(contact: Contact) -> str:
    return contact.shown_email if hasattr(contact, "shown_email") else contact.email


def _phone(contact: Contact) -> str:
    return contact.shown_phone if hasattr(contact, "shown_phone") else contact.phone


def _tags(contact: Contact) -> str:
    return " · ".join(tag.name for tag in contact.tags.all())


def _town(contact: Contact) -> str:
    return next((address.city for address in contact.addresses.all() if address.city), "")


def _custom_column(field: CustomField) -> TextColumn:
    return TextColumn(
        f"custom_{field.code}",
        label=str(field.label),
        accessor=lambda contact: shown_value(field, contact.custom.get(field.code)),
    )
