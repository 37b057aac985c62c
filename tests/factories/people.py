"""Factories for what an office notes about its people."""

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from members.models import (
    CustomField,
    Interaction,
    Phone,
    Relationship,
    RelationshipType,
    Tag,
)
from tests.factories.members import ContactFactory


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda number: f"Tag {number}")


class CustomFieldFactory(DjangoModelFactory):
    class Meta:
        model = CustomField

    code = factory.Sequence(lambda number: f"field_{number}")
    label = LazyI18nString({"ar": "حقل", "en": "Field"})


class RelationshipTypeFactory(DjangoModelFactory):
    class Meta:
        model = RelationshipType

    code = factory.Sequence(lambda number: f"kind-{number}")
    name = LazyI18nString({"ar": "يعرف", "en": "knows"})
    reverse_name = LazyI18nString({"ar": "يعرفه", "en": "is known by"})


class RelationshipFactory(DjangoModelFactory):
    class Meta:
        model = Relationship

    type = factory.SubFactory(RelationshipTypeFactory)
    from_contact = factory.SubFactory(ContactFactory)
    to_contact = factory.SubFactory(ContactFactory)


class InteractionFactory(DjangoModelFactory):
    class Meta:
        model = Interaction

    contact = factory.SubFactory(ContactFactory)
    subject = "Rang about the summer camp"


class PhoneFactory(DjangoModelFactory):
    class Meta:
        model = Phone

    contact = factory.SubFactory(ContactFactory)
    number = factory.Sequence(lambda number: f"+96265{number:06d}")
