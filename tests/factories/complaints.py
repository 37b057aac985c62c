"""Factories of the complaint box. Each makes one plain, valid thing; the numbers that matter stand in the test."""

import hashlib
from datetime import date

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from surveys.complaints.models import Author, Case, CaseKind, CaseMessage, Category


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"مدة الانتظار {n}", "en": f"Waiting time {n}", "fa": f"زمان انتظار {n}"})
    )


class CaseFactory(DjangoModelFactory):
    """A case without a name. Nobody has its code: file one through the domain to follow it."""

    class Meta:
        model = Case

    code_digest = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    kind = CaseKind.COMPLAINT
    category = factory.SubFactory(CategoryFactory)
    language = "ar"
    received_on = date(2026, 3, 1)


class CaseMessageFactory(DjangoModelFactory):
    class Meta:
        model = CaseMessage

    case = factory.SubFactory(CaseFactory)
    author = Author.COMPLAINANT
    body = "انتظرت ثلاث ساعات."
    written_on = date(2026, 3, 1)
