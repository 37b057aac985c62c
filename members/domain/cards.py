"""Membership cards: what anybody may learn from one."""

from dataclasses import dataclass
from datetime import date

from members.models import MemberCard, MembershipStatus


@dataclass(frozen=True)
class CardVerdict:
    """What the page behind a card's QR code says."""

    is_known: bool
    is_valid: bool
    first_name: str
    valid_until: date | None


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
        first_name=membership.contact.short_name,
        valid_until=max((term.ends_on for term in membership.terms.all()), default=None),
    )
