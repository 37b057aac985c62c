"""Factories for what is printed."""

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from members.models import Address, LetterTemplate
from tests.factories.members import ContactFactory


class AddressFactory(DjangoModelFactory):
    class Meta:
        model = Address

    contact = factory.SubFactory(ContactFactory)
    lines = "14 Al-Zuhour Street"
    postcode = "11134"
    city = "Amman"
    country = "JO"


class LetterTemplateFactory(DjangoModelFactory):
    class Meta:
        model = LetterTemplate

    name = factory.Sequence(lambda number: f"Letter {number}")
    title = LazyI18nString({"en": "Hello", "ar": "أهلًا"})
    text = LazyI18nString({"en": "Dear {salutation}, thank you.", "ar": "تحية {salutation}، شكرًا."})
