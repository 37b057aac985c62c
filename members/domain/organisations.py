"""Organisations for which somebody acts on the site, without the office having written that down before."""

from django.db import transaction
from django.utils import timezone

from members.domain.seats import BILLING
from members.models import Contact, ContactKind, Relationship, RelationshipType
from members.names import clean_line, normalise_name


@transaction.atomic
def organisation_of(person: Contact, *, name: str) -> Contact:
    """Return the organisation called `name` for which `person` acts: one they are related to, or a new one.

    Another organisation of the same name is not taken: anybody can type any name into a public form. Staff merge the two
    if they are one. `person` becomes the new one's contact for money.
    """
    name, today = clean_line(name), timezone.localdate()
    # Two payments begun at once take turns here, so that one organisation is made.
    Contact.objects.select_for_update().get(pk=person.pk)
    related = Relationship.objects.in_force_on(today).filter(
        from_contact=person,
        to_contact__kind=ContactKind.ORGANISATION,
        to_contact__search_name=normalise_name(name),
        to_contact__erased_at=None,
    )
    if known := related.select_related("to_contact").order_by("to_contact").first():
        return known.to_contact
    organisation = Contact.objects.create(
        kind=ContactKind.ORGANISATION, organisation_name=name, preferred_language=person.preferred_language
    )
    if kind := RelationshipType.objects.filter(code=BILLING).first():
        Relationship.objects.create(type=kind, from_contact=person, to_contact=organisation, starts_on=today)
    return organisation
