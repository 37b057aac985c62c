"""Factories for the member directory."""

import factory
from factory.django import DjangoModelFactory
from wagtail.models import Site

from members.models import Audience, DirectoryEntry, DirectoryField, DirectoryScope, DirectorySettings
from tests.factories.members import ContactFactory


class DirectoryEntryFactory(DjangoModelFactory):
    """Shows a name to members, and nothing else to anybody."""

    class Meta:
        model = DirectoryEntry

    contact = factory.SubFactory(ContactFactory)
    shown_name = factory.LazyAttribute(lambda entry: entry.contact.name)
    name_audience = Audience.MEMBERS


def shown_to(audience: Audience) -> dict[str, Audience]:
    """Everything of an entry is shown to `audience`."""
    return {f"{field.value}_audience": audience for field in DirectoryField}


def open_directory(scope: str = DirectoryScope.PUBLIC, **fields) -> DirectorySettings:
    """The office's setting, on the default site."""
    site = Site.objects.get(is_default_site=True)
    settings, _is_new = DirectorySettings.objects.update_or_create(site=site, defaults={"scope": scope, **fields})
    return settings
