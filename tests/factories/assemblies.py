"""Factories for general assemblies."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from members.models import Assembly, QuorumKind


class AssemblyFactory(DjangoModelFactory):
    """An assembly in which every current member has a vote."""

    class Meta:
        model = Assembly

    title = LazyI18nString({"en": "General assembly 2026", "ar": "الجمعية العمومية 2026"})
    starts_at = datetime(2026, 6, 20, 15, tzinfo=UTC)
    record_day = date(2026, 6, 1)
    place = factory.Sequence(lambda number: f"Hall {number}")
    minimum_age = 0
    quorum_kind = QuorumKind.NONE
