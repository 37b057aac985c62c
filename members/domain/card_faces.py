"""The cards of many people at once, in a few queries for each batch of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from members.domain.cards import CardFace, conferred_card, conferred_face, own_face, with_card_facts
from members.models import ConferredCard, Contact, Membership, Relationship


def own_faces(contacts: Iterable[Contact], *, on: date, branch: int | None = None) -> dict[int, list[CardFace]]:
    """Return what the cards of these contacts' own memberships say, by contact; of one `branch` only, if it is given."""
    memberships = Membership.objects.filter(contact__in=[one.pk for one in contacts], card__isnull=False)
    if branch:
        memberships = memberships.filter(branch=branch)
    found: dict[int, list[CardFace]] = defaultdict(list)
    for membership in with_card_facts(memberships.order_by("pk")):
        found[membership.contact_id].append(own_face(membership, on=on))
    return found


def conferred_faces(
    contacts: Iterable[Contact], *, on: date, branch: int | None = None, with_their_people: bool = False
) -> dict[int, list[CardFace]]:
    """Return the valid cards of these contacts who belong through others, by contact; those that are new are made.

    `with_their_people` adds, to the contact whose membership it is, the cards of all who belong through it.
    """
    ids = {one.pk for one in contacts}
    wanted = Q(from_contact__in=ids)
    if with_their_people:
        wanted |= Q(to_contact__in=ids)
    ties = list(Relationship.objects.in_force_on(on).filter(wanted).select_related("from_contact").order_by("pk"))
    memberships = Membership.objects.filter(contact__in={tie.to_contact_id for tie in ties})
    if branch:
        memberships = memberships.filter(branch=branch)
    by_holder: dict[int, list[Membership]] = defaultdict(list)
    for membership in with_card_facts(memberships.order_by("pk")) if ties else ():
        by_holder[membership.contact_id].append(membership)
    found: dict[int, list[CardFace]] = defaultdict(list)
    seen = set()
    for tie in ties:
        for membership in by_holder[tie.to_contact_id]:
            person = tie.from_contact
            if (membership.pk, person.pk) in seen or person.erased_at:
                continue
            if conferred_face(ConferredCard(membership=membership, contact=person), on=on, ties=[tie]).is_valid:
                seen.add((membership.pk, person.pk))
                face = conferred_face(conferred_card(membership, person, on=on), on=on, ties=[tie])
                found[person.pk if person.pk in ids else tie.to_contact_id].append(face)
    return found
