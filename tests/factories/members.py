"""Factories of the members' wing. Each makes one plain, valid thing; the numbers that matter stand in the test."""

from datetime import date

import factory
from djmoney.money import Money
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from members.models import (
    Branch,
    Concession,
    Contact,
    DiscountCode,
    Email,
    MemberCard,
    Membership,
    RenewalReminder,
    Term,
    Tier,
    User,
)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"user{number}@sanduq.example")
    password = factory.django.Password("correct horse battery")


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    given_name = "Layla"
    family_name = factory.Sequence(lambda number: f"Haddad {number}")
    preferred_language = "en"


class EmailFactory(DjangoModelFactory):
    class Meta:
        model = Email

    contact = factory.SubFactory(ContactFactory)
    address = factory.Sequence(lambda number: f"person{number}@people.example")


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch

    name = factory.Sequence(lambda number: LazyI18nString({"en": f"Irbid {number}", "ar": f"إربد {number}"}))


class TierFactory(DjangoModelFactory):
    class Meta:
        model = Tier

    name = LazyI18nString({"en": "Supporting member", "ar": "عضو داعم", "fa": "عضو حامی"})
    slug = factory.Sequence(lambda number: f"supporting-{number}")
    price = Money(25, "JOD")
    term_months = 12
    grace_days = 30


class ConcessionFactory(DjangoModelFactory):
    class Meta:
        model = Concession

    name = LazyI18nString({"en": "Students", "ar": "الطلبة", "fa": "دانشجویان"})
    percent = 50


class DiscountCodeFactory(DjangoModelFactory):
    class Meta:
        model = DiscountCode

    concession = factory.SubFactory(ConcessionFactory, needs_code=True)
    code = factory.Sequence(lambda number: f"SPRING{number}")


class RenewalReminderFactory(DjangoModelFactory):
    class Meta:
        model = RenewalReminder

    tier = factory.SubFactory(TierFactory)
    days = 30


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    contact = factory.SubFactory(ContactFactory)
    number = factory.Sequence(lambda number: f"2026-{number:04d}")
    joined_on = date(2026, 1, 1)


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term

    membership = factory.SubFactory(MembershipFactory)
    tier = factory.SubFactory(TierFactory)
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)


class MemberCardFactory(DjangoModelFactory):
    class Meta:
        model = MemberCard

    membership = factory.SubFactory(MembershipFactory)
    issued_on = date(2026, 1, 1)
