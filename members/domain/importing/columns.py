"""Which column of a file means what: guessed from its heading, in three languages, or else from what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.domain.custom_fields import custom_fields_for
from members.domain.importing.memberships import TERM_FIELDS
from members.names import normalise_name, western_digits


@dataclass(frozen=True)
class ImportField:
    """Something of a contact that a column may hold, and the headings by which it is known."""

    code: str
    label: Any
    headings: tuple[str, ...] = ()


LABELS = {
    "name": _("Whole name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "organisation_name": _("Name of the organisation or household"),
    "kind": _("Kind"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "birth_date": _("Date of birth"),
    "salutation": _("Salutation"),
    "language": _("Preferred language"),
    "lines": _("Street and number"),
    "city": _("Town"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "tags": _("Tags"),
    "note": _("Note"),
    "member_number": _("Member number (to find the contact)"),
    "tier": _("Tier of the membership"),
    "joined_on": _("Member since"),
    "term_starts_on": _("Paid from"),
    "term_ends_on": _("Paid until"),
    "fee": _("Fee that was paid"),
}
# In English, Arabic and Persian, as files have them; compared in their folded spelling.
HEADINGS = {
    "name": "name|full name|الاسم|الاسم الكامل|اسم العضو|نام|نام کامل|نام و نام خانوادگی",
    "given_name": "given name|first name|forename|الاسم الأول|الاسم الاول|نام کوچک",
    "family_name": "family name|last name|surname|اسم العائلة|العائلة|الكنية|نام خانوادگی|فامیل",
    "organisation_name": "organisation|organization|company|المؤسسة|الجهة|الشركة|المنظمة|سازمان|شرکت",
    "kind": "kind|type|contact type|النوع|نوع",
    "email": "email|e mail|email address|mail|البريد الإلكتروني|البريد|الايميل|إيميل|ایمیل|پست الکترونیک",
    "phone": "phone|telephone|mobile|cell|tel|الهاتف|الجوال|الموبايل|رقم الهاتف|رقم الجوال|تلفون|تلفن|موبایل|شماره تماس",
    "birth_date": "birth date|date of birth|birthday|dob|تاريخ الميلاد|تاريخ الولادة|الميلاد|تاریخ تولد",
    "salutation": "salutation|title|اللقب|المخاطبة|عنوان خطاب",
    "language": "language|preferred language|اللغة|لغة التواصل|زبان",
    "lines": "address|street|street address|العنوان|الشارع|آدرس|نشانی",
    "city": "city|town|المدينة|البلدة|شهر",
    "postcode": "postcode|zip|postal code|الرمز البريدي|کد پستی",
    "country": "country|البلد|الدولة|کشور",
    "tags": "tags|tag|groups|الوسوم|وسوم|التصنيف|برچسب|برچسب‌ها",
    "note": "note|notes|comment|remarks|ملاحظات|ملاحظة|یادداشت|توضیحات",
    "member_number": "member number|membership number|member no|رقم العضوية|شماره عضویت",
    "tier": "tier|membership|membership type|membership level|الفئة|فئة العضوية|نوع العضوية|سطح|سطح عضویت|نوع عضویت",
    "joined_on": "member since|joined|join date|joined on|عضو منذ|تاريخ الانضمام|تاريخ الانتساب|عضو از|تاریخ عضویت",
    "term_starts_on": "paid from|start date|starts on|valid from|تاريخ البداية|من تاريخ|پرداخت‌شده از|تاریخ شروع",
    "term_ends_on": "paid until|end date|expires|expiry date|تاريخ الانتهاء|صالحة حتى|مدفوع حتى|پرداخت‌شده تا|تاریخ پایان",
    "fee": "fee|fee paid|dues|dues paid|الاشتراك|الرسم|رسم العضوية|رسم الاشتراك|حق عضویت",
}

_LOOKS_LIKE = {
    "email": re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$"),
    "birth_date": re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$"),
    "phone": re.compile(r"^\+?[\d\s().\-/]{7,20}$"),
}


def import_fields(*, with_terms: bool = True) -> list[ImportField]:
    """Everything that a column may hold, the nonprofit's own fields included; memberships only `with_terms`."""
    own = [
        ImportField(f"custom_{field.code}", str(field.label), (field.code, *_spellings(field.label)))
        for field in custom_fields_for()
    ]
    fixed = [
        ImportField(code, label, tuple(HEADINGS[code].split("|")))
        for code, label in LABELS.items()
        if with_terms or code not in TERM_FIELDS
    ]
    return [*fixed, *own]


def _spellings(label: Any) -> list[str]:
    texts = getattr(label, "data", label)
    return [str(text) for text in (texts.values() if isinstance(texts, dict) else [texts])]


def guess_mapping(columns: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return which field each column holds, by the column's number as text; what cannot be told is left out.

    `samples` are some rows. A heading decides; where it says nothing, a column full of addresses, days or numbers does.
    """
    known = {normalise_name(heading): field.code for field in import_fields() for heading in field.headings}
    mapping: dict[str, str] = {}
    for number, heading in enumerate(columns):
        code = known.get(normalise_name(re.sub(r"\([A-Z]+\)$", "", heading)))
        code = code or _by_content([row[number] for row in samples if number < len(row)])
        if code and (code in _MAY_REPEAT or code not in mapping.values()):
            mapping[str(number)] = code
    return mapping


# Somebody may have two addresses and three telephones, each in a column of its own.
_MAY_REPEAT = {"email", "phone", "tags", "note"}


def _by_content(cells: list[str]) -> str:
    filled = [western_digits(cell.strip()) for cell in cells if cell.strip()]
    for code, pattern in _LOOKS_LIKE.items():
        if filled and all(pattern.match(cell) for cell in filled):
            return code
    return ""


def mapping_from(saved: dict[str, str], columns: Sequence[str]) -> dict[str, str]:
    """Return a saved mapping (field by heading) for a file with these columns."""
    by_heading = {normalise_name(heading): code for heading, code in saved.items()}
    found = {str(number): by_heading.get(normalise_name(heading), "") for number, heading in enumerate(columns)}
    return {number: code for number, code in found.items() if code}
