"""Membership cards: whose they are, what stands on them, what anybody may learn from one, and what it says by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from djmoney.money import Money

from members.domain.card_signature import SignedCard, sign_card
from members.models import (
    FOR_LIFE,
    ConferredCard,
    Contact,
    Membership,
    MembershipStatus,
    Relationship,
    Term,
)

_COUNTS = {MembershipStatus.CURRENT, MembershipStatus.GRACE}


@dataclass(frozen=True)
class CardFace:
    """What stands on the card of `holder`, who is a member or belongs through one, as of a day.

    `valid_until` is the last day that is paid for, `counts_until` the last one of the grace after it. `fee` is what the
    member paid last; whoever belongs through somebody else paid nothing.
    """

    token: str
    holder: Contact
    number: str
    tier: Any  # in every language
    since: date
    valid_until: date
    counts_until: date
    status: MembershipStatus
    fee: Money | None = None

    @property
    def is_valid(self) -> bool:
        """Whether its page says so. Grace still counts as valid."""
        return self.status in _COUNTS

    @property
    def is_for_life(self) -> bool:
        """Whether it is valid without a last day."""
        return self.valid_until == FOR_LIFE

    @property
    def first_name(self) -> str:
        """Nobody who checks a card learns more of a name than this."""
        return self.holder.given_name or self.holder.name


@dataclass(frozen=True)
class CardVerdict:
    """What the page behind a card's QR code says."""

    is_known: bool
    is_valid: bool
    first_name: str
    valid_until: date | None

    @property
    def is_for_life(self) -> bool:
        """Whether it is valid without a last day."""
        return self.valid_until == FOR_LIFE


def check_card(token: str, *, on: date) -> CardVerdict:
    """Return whether the card with this secret `token` is valid on the day `on`. Grace still counts as valid."""
    face = _face_by_token(token, on=on)
    if face is None:
        return CardVerdict(is_known=False, is_valid=False, first_name="", valid_until=None)
    return CardVerdict(is_known=True, is_valid=face.is_valid, first_name=face.first_name, valid_until=face.valid_until)


def _face_by_token(token: str, *, on: date) -> CardFace | None:
    of_members = with_card_facts(Membership.objects.filter(card__token=token))
    if own := of_members.first():
        return own_face(own, on=on)
    cards = ConferredCard.objects.select_related("contact", "membership__contact")
    card = cards.prefetch_related(*_facts("membership__")).filter(token=token).first()
    return conferred_face(card, on=on) if card else None


def own_face(membership: Membership, *, on: date) -> CardFace:
    """Return what the member's own card says on the day `on`."""
    last = membership.last_term
    return CardFace(
        token=membership.card.token,
        holder=membership.contact,
        number=membership.number,
        tier=last.tier.name if last else "",
        since=membership.joined_on,
        valid_until=last.ends_on if last else membership.joined_on,
        counts_until=last.grace_until if last else membership.joined_on,
        status=membership.status_on(on),
        fee=last.fee if last else None,
    )


def conferred_face(card: ConferredCard, *, on: date, ties: Iterable[Relationship] | None = None) -> CardFace:
    """Return what the card of somebody who belongs through another says on the day `on`.

    It counts while the membership does, with its grace, its tier confers membership on such a relationship, that
    relationship is in force, and its holder lives. `ties` are their relationships, where they are at hand.
    """
    membership, last = card.membership, card.membership.last_term
    tie = _conferring_tie(card, on=on, ties=ties)
    status = membership.status_on(on)
    died_on = card.contact.died_on
    if died_on and on > died_on:
        status = MembershipStatus.DECEASED
    elif tie is None and status in _COUNTS:
        status = MembershipStatus.LAPSED
    ends_on = tie.ends_on if tie and tie.ends_on else FOR_LIFE
    return CardFace(
        token=card.token,
        holder=card.contact,
        number=membership.number,
        tier=last.tier.name if last else "",
        since=max(membership.joined_on, tie.starts_on) if tie and tie.starts_on else membership.joined_on,
        valid_until=min(last.ends_on, ends_on) if last else membership.joined_on,
        counts_until=min(last.grace_until, ends_on) if last else membership.joined_on,
        status=status,
    )


def _conferring_tie(card: ConferredCard, *, on: date, ties: Iterable[Relationship] | None) -> Relationship | None:
    """The relationship by which the holder belongs, of several the one that lasts longest."""
    membership = card.membership
    if ties is None:
        ties = Relationship.objects.filter(from_contact=card.contact_id, to_contact=membership.contact_id)
    running = [term for term in membership.terms.all() if term.starts_on <= on <= term.grace_until]
    conferring = {kind.pk for term in running for kind in term.tier.confers_to.all()}
    holding = [
        tie
        for tie in ties
        if tie.to_contact_id == membership.contact_id and tie.type_id in conferring and tie.is_in_force_on(on)
    ]
    return max(holding, key=lambda tie: tie.ends_on or FOR_LIFE, default=None)


def with_card_facts(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """The same memberships with all that a card says of them, in a few queries however many there are."""
    return memberships.select_related("contact", "card", "branch").prefetch_related(*_facts())


def _facts(path: str = "") -> list[Prefetch | str]:
    terms = Term.objects.select_related("tier").prefetch_related("tier__confers_to")
    return [Prefetch(f"{path}terms", terms), f"{path}decisions"]


def conferring_memberships(contact: Contact, *, on: date) -> list[Membership]:
    """Return the memberships of others through which `contact` belongs on the day `on`, as their cards count."""
    ties = list(contact.relationships_from.in_force_on(on))
    if not ties:
        return []
    related = Membership.objects.filter(contact__in={tie.to_contact_id for tie in ties})
    found = []
    for membership in with_card_facts(related.order_by("pk")):
        card = ConferredCard(membership=membership, contact=contact)
        if conferred_face(card, on=on, ties=ties).is_valid:
            found.append(membership)
    return found


def conferred_card(membership: Membership, contact: Contact, *, on: date) -> ConferredCard:
    """Return the card of `contact`, who belongs through `membership`; the first time it is asked for, it is made."""
    card, _is_new = ConferredCard.objects.get_or_create(
        membership=membership, contact=contact, defaults={"issued_on": on}
    )
    card.membership, card.contact = membership, contact
    return card


def code_text(face: CardFace, *, on: date) -> str:
    """Return what the QR code of a card made on the day `on` says: its page in the active language, and a signature."""
    page = urljoin(settings.BASE_URL, reverse("members:verify_card", args=[face.token]))
    return signed_address(face, page, on=on)


def signed_address(face: CardFace, page: str, *, on: date) -> str:
    """Return what the QR code of a card made on the day `on` says: the address of its `page`, and a signature.

    It counts until the last day of grace after the last term, as on the page itself.
    """
    card = SignedCard(face.first_name, issued_on=on, valid_until=face.counts_until)
    return f"{page}#{sign_card(face.token, card)}"
