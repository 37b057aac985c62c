"""The nonprofit's own questions about its contacts: what an answer must look like, and how it is read."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import Contact, CustomField, CustomFieldKind
from members.names import clean_line, normalise_name, western_digits

LONGEST_TEXT = 1_000
_YES = {"yes", "true", "1", "نعم", "بله", "بلي", "اري", "آری"}
_NO = {"no", "false", "0", "لا", "خير", "نه", "كلا"}


def clean_value(field: CustomField, text: str) -> Any:
    """Return the answer `text` to `field` as it is stored, or None when it is empty. Raises ValidationError."""
    text = clean_line(text)
    if not text:
        return None
    return _READERS[CustomFieldKind(field.kind)](field, text)


def _text(field: CustomField, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("Please write at most %(most)s characters."), params={"most": LONGEST_TEXT})
    return text


def _number(field: CustomField, text: str) -> int | float:
    plain = western_digits(text).replace("٬", "").replace("٫", ".").replace("،", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValidationError(_("“%(text)s” is not a number."), params={"text": text}) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValidationError(_("“%(text)s” is not a number."), params={"text": text})
    return int(number) if number == number.to_integral_value() else float(number)


def _date(field: CustomField, text: str) -> str:
    try:
        return date.fromisoformat(western_digits(text)).isoformat()
    except ValueError:
        raise ValidationError(_("Please write the date as 2026-11-23.")) from None


def _choice(field: CustomField, text: str) -> str:
    """By its code, or by its label in any language and spelling."""
    wanted = normalise_name(text)
    for choice in field.choices.all():
        labels = getattr(choice.label, "data", choice.label)
        spellings = labels.values() if isinstance(labels, dict) else [labels]
        if wanted in {normalise_name(choice.code), *(normalise_name(str(spelling)) for spelling in spellings)}:
            return choice.code
    raise ValidationError(_("“%(text)s” is not one of the choices."), params={"text": text})


def _yes_no(field: CustomField, text: str) -> bool:
    word = normalise_name(text)
    if word in {normalise_name(yes) for yes in _YES}:
        return True
    if word in {normalise_name(no) for no in _NO}:
        return False
    raise ValidationError(_("Please answer with yes or no."))


_READERS = {
    CustomFieldKind.TEXT: _text,
    CustomFieldKind.NUMBER: _number,
    CustomFieldKind.DATE: _date,
    CustomFieldKind.CHOICE: _choice,
    CustomFieldKind.YES_NO: _yes_no,
}


def shown_value(field: CustomField, value: Any) -> str:
    """Return a stored answer as the reader writes it; "" for none, or for one that no longer fits the field."""
    if value is None or value == "":
        return ""
    if field.kind == CustomFieldKind.YES_NO:
        return _("Yes") if value else _("No")
    if field.kind == CustomFieldKind.CHOICE:
        return next((str(choice.label) for choice in field.choices.all() if choice.code == value), str(value))
    if field.kind == CustomFieldKind.DATE:
        try:
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        except (TypeError, ValueError):
            return ""
    return str(value)


def custom_fields_for(kind: str = "") -> list[CustomField]:
    """The fields asked of contacts of `kind`, or all, in their order, with their choices."""
    fields = CustomField.objects.prefetch_related("choices")
    if kind:
        fields = fields.filter(for_kind__in=["", kind])
    return list(fields)


def answers_of(contact: Contact) -> list[tuple[CustomField, str]]:
    """What is known of `contact` by the nonprofit's own fields, unanswered ones left out."""
    if not contact.custom:
        return []
    shown = ((field, shown_value(field, contact.custom.get(field.code))) for field in custom_fields_for(contact.kind))
    return [(field, value) for field, value in shown if value]
