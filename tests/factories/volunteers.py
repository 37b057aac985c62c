"""Factories of the volunteers' wing. Each makes one plain, valid thing; the numbers that matter stand in the test."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from tests.factories.members import ContactFactory
from volunteers.models import HoursEntry, Opportunity, Shift, SignUp, SignUpStatus


class OpportunityFactory(DjangoModelFactory):
    class Meta:
        model = Opportunity

    title = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"توزيع طرود {n}", "en": f"Handing out parcels {n}", "fa": f"توزیع بسته‌ها {n}"})
    )
    place = LazyI18nString({"ar": "المركز", "en": "The centre", "fa": "مرکز"})


class ShiftFactory(DjangoModelFactory):
    """A shift of three hours in the year 2030, so that it lies ahead."""

    class Meta:
        model = Shift

    opportunity = factory.SubFactory(OpportunityFactory)
    starts_at = datetime(2030, 4, 5, 9, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda shift: shift.starts_at + timedelta(hours=3))
    capacity = 2


class SignUpFactory(DjangoModelFactory):
    """A confirmed sign-up on the next place of the shift."""

    class Meta:
        model = SignUp

    shift = factory.SubFactory(ShiftFactory)
    contact = factory.SubFactory(ContactFactory)
    status = SignUpStatus.CONFIRMED
    place = factory.LazyAttribute(
        lambda sign_up: (
            sign_up.shift.sign_ups.filter(status=SignUpStatus.CONFIRMED).count() + 1
            if sign_up.status == SignUpStatus.CONFIRMED
            else None
        )
    )
    signed_up_at = datetime(2030, 3, 1, 8, tzinfo=UTC)


class HoursEntryFactory(DjangoModelFactory):
    class Meta:
        model = HoursEntry

    contact = factory.SubFactory(ContactFactory)
    opportunity = factory.SubFactory(OpportunityFactory)
    hours = Decimal("3.00")
    worked_on = date(2026, 3, 1)
