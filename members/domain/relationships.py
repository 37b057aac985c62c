"""Who belongs together, and who belongs to the nonprofit through somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from members.exceptions import CircularRelationshipError, WrongKindError
from members.models import Contact, Membership, Relationship, RelationshipType, Term

HEAD, MEMBER, GUARDIAN = "household-head", "household-member", "guardian"
REPRESENTATIVE = "representative"


@dataclass(frozen=True)
class InheritedChange:
    """Somebody would come to belong (`gains`), or no longer belong, through another's membership."""

    contact: Contact
    membership: Membership
    gains: bool


@transaction.atomic
def relate(relationship: Relationship) -> Relationship:
    """Save `relationship`, new or changed, and return it. Raises WrongKindError, CircularRelationshipError."""
    check_relationship(relationship)
    relationship.save()
    return relationship


def check_relationship(relationship: Relationship) -> None:
    """Raise WrongKindError or CircularRelationshipError where the rules of its type forbid `relationship`."""
    kind = relationship.type
    first, second = relationship.from_contact, relationship.to_contact
    if not may_be_related(kind, first, second):
        raise WrongKindError
    if kind.is_hierarchical and first.pk in _reached_from(second.pk, kind, leaving_out=relationship.pk):
        raise CircularRelationshipError(relationship)


def may_be_related(kind: RelationshipType, first: Contact, second: Contact) -> bool:
    """Whether contacts of these kinds can stand so to each other: only an organisation employs."""
    return kind.from_kind in {"", first.kind} and kind.to_kind in {"", second.kind}


def _reached_from(start: int, kind: RelationshipType, *, leaving_out: int | None) -> set[int]:
    """All to whom a chain of relationships of `kind` leads from the contact `start`, whenever they hold."""
    reached, edge = {start}, {start}
    while edge:
        steps = Relationship.objects.filter(type=kind, from_contact__in=edge).exclude(pk=leaving_out or 0)
        edge = set(steps.values_list("to_contact", flat=True)) - reached
        reached |= edge
    return reached


def conferred_number(*, on: date) -> Subquery:
    """For a queryset of relationships: the number of the second contact's membership that the first one shares.

    Counts a tier that confers membership on such a relationship, in a term that runs on the day `on`. Whether the
    relationship itself is in force that day is for the caller to ask.
    """
    conferring = Term.objects.current_on(on).filter(
        membership__contact=OuterRef("to_contact"), tier__confers_to=OuterRef("type")
    )
    return Subquery(conferring.order_by("membership").values("membership__number")[:1])


def belonging_through(membership: Membership, *, on: date) -> QuerySet[Contact]:
    """Return those who belong on the day `on` because `membership` confers it on such as stand so to its holder."""
    conferring = membership.terms.current_on(on).filter(tier__confers_to=OuterRef("type"))
    related = Relationship.objects.in_force_on(on).filter(Exists(conferring), to_contact=membership.contact_id)
    return Contact.objects.filter(pk__in=related.values("from_contact"))


def belongs_on(day: date, *, contact: str = "pk") -> Q:
    """The condition that a contact is a member on `day`, by a membership of their own or through somebody else's.

    `contact` is the column that holds the contact: "pk" for contacts themselves.
    """
    own = Membership.objects.current_on(day).filter(contact=OuterRef(contact))
    through = Relationship.objects.in_force_on(day).filter(from_contact=OuterRef(contact))
    through = through.annotate(number=conferred_number(on=day)).filter(number__isnull=False)
    return Q(Exists(own)) | Q(Exists(through))


def _conferred_by(relationship: Relationship, *, on: date) -> list[Membership]:
    if not relationship.is_in_force_on(on):
        return []
    conferring = Term.objects.current_on(on).filter(tier__confers_to=relationship.type_id)
    return list(Membership.objects.filter(contact=relationship.to_contact_id, pk__in=conferring.values("membership")))


def effects_of(*, before: Iterable[Relationship], after: Iterable[Relationship], on: date) -> list[InheritedChange]:
    """Return whose inherited membership changes on the day `on` when the relationships `before` become those `after`.

    Either may be unsaved. Whoever keeps belonging through somebody else is left out.
    """
    before, after = list(before), list(after)
    touched = {relationship.from_contact_id for relationship in [*before, *after]}
    replaced = {relationship.pk for relationship in before if relationship.pk}
    changes = []
    for contact in Contact.objects.filter(pk__in=touched):
        others = [
            membership
            for relationship in Relationship.objects.in_force_on(on)
            .filter(from_contact=contact)
            .exclude(pk__in=replaced)
            for membership in _conferred_by(relationship, on=on)
        ]
        had = _through(before, contact, on) | set(others)
        has = _through(after, contact, on) | set(others)
        changes += [InheritedChange(contact, membership, gains=False) for membership in had - has]
        changes += [InheritedChange(contact, membership, gains=True) for membership in has - had]
    return changes


def _through(relationships: list[Relationship], contact: Contact, on: date) -> set[Membership]:
    return {
        membership
        for relationship in relationships
        if relationship.from_contact_id == contact.pk
        for membership in _conferred_by(relationship, on=on)
    }


def ended_by_death(contact: Contact, *, died_on: date) -> list[tuple[Relationship, Relationship]]:
    """The relationships in force on the day after a death, each with what becomes of it: it ends with the life."""
    pairs = []
    for relationship in (
        Relationship.objects.of(contact).in_force_on(died_on + timedelta(days=1)).select_related("type")
    ):
        ended = Relationship(
            pk=relationship.pk,
            type=relationship.type,
            from_contact_id=relationship.from_contact_id,
            to_contact_id=relationship.to_contact_id,
            starts_on=relationship.starts_on,
            ends_on=max(died_on, relationship.starts_on or died_on),
            note=relationship.note,
        )
        pairs.append((relationship, ended))
    return pairs


@transaction.atomic
def record_death(contact: Contact, *, died_on: date) -> list[Contact]:
    """End the relationships of `contact` on the day of death, and return the households that are left without a head.

    Nothing else changes: a household keeps its membership and its other members, and somebody new may be named its head.
    """
    for _was, ended in ended_by_death(contact, died_on=died_on):
        Relationship.objects.filter(pk=ended.pk).update(ends_on=ended.ends_on)
    headed = Relationship.objects.filter(from_contact=contact, type__code=HEAD).values("to_contact")
    day = died_on + timedelta(days=1)
    still_headed = Relationship.objects.in_force_on(day).filter(type__code=HEAD).values("to_contact")
    return list(Contact.objects.filter(pk__in=headed).exclude(pk__in=still_headed))


def guardians_of(contact: Contact, *, on: date) -> list[Contact]:
    """Who may speak for `contact` on the day `on`."""
    wards = Relationship.objects.in_force_on(on).filter(to_contact=contact, type__code=GUARDIAN)
    return list(Contact.objects.filter(pk__in=wards.values("from_contact"), died_on=None, erased_at=None))
