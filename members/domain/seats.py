"""Belonging through somebody else's membership: how many may, who looks after it, and invitations by link."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from members.domain.relationships import (
    GUARDIAN,
    HEAD,
    REPRESENTATIVE,
    belonging_through,
    check_relationship,
    may_be_related,
)
from members.exceptions import InvitationOverError, NotConferredError, SeatsTakenError
from members.models import Contact, ContactKind, Membership, Relationship, RelationshipType, SeatInvitation, Term, Tier
from members.signals import seat_offered

BILLING = "billing-contact"
# Whoever stands so to a household or an organisation looks after its membership.
_MANAGING = (HEAD, REPRESENTATIVE)
OFFERED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Seats:
    """Who belongs through a membership on a day, and how many may; `limit` is None without one."""

    limit: int | None
    people: list[Contact]
    invitations: list[SeatInvitation]

    @property
    def left(self) -> int | None:
        """How many more may be invited; an open invitation holds a seat. Never below zero."""
        if self.limit is None:
            return None
        return max(0, self.limit - len(self.people) - len(self.invitations))


def memberships_managed_by(person: Contact, *, on: date) -> QuerySet[Membership]:
    """Return the memberships that `person` looks after on the day `on`: their own, their household's, their organisation's,
    and their ward's."""
    related = Relationship.objects.in_force_on(on).filter(from_contact=person, type__code__in=(*_MANAGING, GUARDIAN))
    return Membership.objects.filter(Q(contact=person) | Q(contact__in=related.values("to_contact")))


def roles_of(contact: Contact, *, on: date) -> list[Relationship]:
    """Return who heads, represents or is billed for a household or an organisation on the day `on`."""
    codes = (*_MANAGING, BILLING)
    held = Relationship.objects.in_force_on(on).filter(to_contact=contact, type__code__in=codes)
    return list(held.select_related("type", "from_contact"))


def billing_contact_of(contact: Contact, *, on: date) -> Contact:
    """Return who is written to about money of `contact` on the day `on`: billing contact, else manager, else itself."""
    roles = {role.type.code: role.from_contact for role in reversed(roles_of(contact, on=on))}
    return next((roles[code] for code in (BILLING, REPRESENTATIVE, HEAD) if code in roles), contact)


def billing_email(member: Contact, *, on: date) -> str:
    """Where a household or an organisation wants what concerns money; empty for the address that `member` has anyway."""
    if member.kind == ContactKind.INDIVIDUAL:
        return ""
    person = billing_contact_of(member, on=on)
    return person.email if person != member else ""


def conferring_tier(membership: Membership, *, on: date) -> Tier | None:
    """Return the tier by which `membership` makes others members on the day `on`, if it does."""
    term = conferring_terms(on=on).filter(membership=membership).select_related("tier").first()
    return term.tier if term else None


def conferring_terms(*, on: date) -> QuerySet[Term]:
    """Return the terms that are current on the day `on` and make others members as well, each once."""
    return Term.objects.current_on(on).filter(Exists(Tier.confers_to.through.objects.filter(tier=OuterRef("tier"))))


def seats_of(membership: Membership, *, at: datetime, on: date) -> Seats:
    """Return who belongs through `membership`, who is invited, and how many may."""
    tier = conferring_tier(membership, on=on)
    return Seats(
        limit=tier.seats if tier else 0,
        people=list(belonging_through(membership, on=on)),
        invitations=list(membership.invitations.open_at(at)),
    )


def check_seat(relationship: Relationship, *, on: date) -> None:
    """Raise SeatsTakenError if `relationship`, which is about to be saved, would give somebody a seat that is not there.

    Whoever has one keeps it, also when the limit was lowered below the seats that are taken.
    """
    if not relationship.is_in_force_on(on):
        return
    for membership in Membership.objects.select_for_update().filter(contact=relationship.to_contact_id):
        tier = conferring_tier(membership, on=on)
        if tier is None or tier.seats is None or not tier.confers_to.filter(pk=relationship.type_id).exists():
            continue
        people = set(belonging_through(membership, on=on).values_list("pk", flat=True))
        if relationship.from_contact_id not in people and len(people) >= tier.seats:
            raise SeatsTakenError(tier.seats)


def kinds_offered(membership: Membership, *, on: date) -> list[RelationshipType]:
    """Return the relationships by which a person may belong through `membership` on the day `on`."""
    tier = conferring_tier(membership, on=on)
    person = Contact(kind=ContactKind.INDIVIDUAL)
    kinds = tier.confers_to.all() if tier else []
    return [kind for kind in kinds if may_be_related(kind, person, membership.contact)]


@transaction.atomic
def invite(
    membership: Membership,
    *,
    kind: RelationshipType,
    email: str,
    language: str,
    by: Contact | None,
    at: datetime,
    on: date,
) -> SeatInvitation:
    """Offer a seat of `membership` to whoever reads `email`; asked again for the same address, the same one is returned.

    Raises SeatsTakenError, and NotConferredError when the membership makes no such people members.
    """
    # Two who look after it take turns for the last seat.
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if kind not in kinds_offered(membership, on=on):
        raise NotConferredError
    open_ones = membership.invitations.open_at(at)
    if same := open_ones.filter(email=email.lower(), type=kind).first():
        return same
    seats = seats_of(membership, at=at, on=on)
    if seats.left == 0:
        raise SeatsTakenError(seats.limit)
    invitation = SeatInvitation.objects.create(
        membership=membership,
        type=kind,
        email=email.lower(),
        language=language,
        invited_by=by,
        expires_at=at + OFFERED_FOR,
    )
    transaction.on_commit(lambda: seat_offered.send_robust(SeatInvitation, invitation=invitation))
    return invitation


@transaction.atomic
def accept(invitation: SeatInvitation, person: Contact, *, at: datetime, on: date) -> Relationship:
    """Let `person` belong through the membership from the day `on`, and return the relationship by which they do.

    Raises InvitationOverError once it was used, withdrawn or expired, or the membership no longer makes anybody a member;
    SeatsTakenError if the office has lowered the limit meanwhile; and what `check_relationship` does.
    """
    # A link pressed twice, or by two, works once.
    membership = Membership.objects.select_for_update().get(pk=invitation.membership_id)
    invitation = SeatInvitation.objects.select_for_update().select_related("type").get(pk=invitation.pk)
    if not invitation.is_open_at(at) or invitation.type not in kinds_offered(membership, on=on):
        raise InvitationOverError
    seats = seats_of(membership, at=at, on=on)
    known = Relationship.objects.in_force_on(on).filter(
        type=invitation.type, from_contact=person, to_contact=membership.contact_id
    )
    relationship = known.first()
    if relationship is None:
        if seats.limit is not None and len(seats.people) >= seats.limit:
            raise SeatsTakenError(seats.limit)
        relationship = Relationship(
            type=invitation.type, from_contact=person, to_contact=membership.contact, starts_on=on
        )
        check_relationship(relationship)
        relationship.save()
    invitation.accepted_at, invitation.relationship = at, relationship
    invitation.save(update_fields=["accepted_at", "relationship"])
    return relationship


def withdraw_invitation(invitation: SeatInvitation, *, at: datetime) -> bool:
    """Take an offer back, and say whether it was still open."""
    return bool(SeatInvitation.objects.open_at(at).filter(pk=invitation.pk).update(withdrawn_at=at))


@transaction.atomic
def give_up_seat(membership: Membership, person: Contact, *, on: date) -> None:
    """End, with the day before `on`, all by which `person` belongs through `membership`. One that began today goes."""
    tier = conferring_tier(membership, on=on)
    conferring = tier.confers_to.all() if tier else RelationshipType.objects.none()
    held = Relationship.objects.in_force_on(on).filter(
        from_contact=person, to_contact=membership.contact_id, type__in=conferring
    )
    held.filter(starts_on=on).delete()
    held.update(ends_on=on - timedelta(days=1))
