"""Membership cards: what anybody may learn from one, and what it says by itself."""

from dataclasses import dataclass
from datetime import date

from members.domain.card_signature import SignedCard, sign_card
from members.models import FOR_LIFE, MemberCard, Membership, MembershipStatus


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
    card = MemberCard.objects.select_related("membership__contact").filter(token=token).first()
    if card is None:
        return CardVerdict(is_known=False, is_valid=False, first_name="", valid_until=None)
    membership = card.membership
    status = membership.status_on(on)
    return CardVerdict(
        is_known=True,
        is_valid=status in {MembershipStatus.CURRENT, MembershipStatus.GRACE},
        first_name=_first_name(membership),
        valid_until=membership.paid_until,
    )


def signed_address(membership: Membership, page: str, *, on: date) -> str:
    """Return what the QR code of a card made on the day `on` says: the address of its `page`, and a signature.

    It counts until the last day of grace after the last term, as on the page itself.
    """
    last = membership.last_term
    valid_until = last.grace_until if last else membership.joined_on
    card = SignedCard(_first_name(membership), issued_on=on, valid_until=valid_until)
    return f"{page}#{sign_card(membership.card.token, card)}"


def _first_name(membership: Membership) -> str:
    """As on the card's page: nobody learns more from a card than this."""
    return membership.contact.given_name or membership.contact.name
