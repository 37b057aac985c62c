"""Renewing without logging in: a signed link to one term, which whoever has it may pay the next one with.

Nothing about a link is stored. Whether it still works follows from the term it names: it is dead once that term was
renewed, its grace is over, or its member is gone.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.core import signing

from checkout.models import Basket
from donations.models import PaymentStatus
from members.domain.memberships import start_of_renewal
from members.exceptions import ForLifeError, MembershipStoppedError, RenewalTooEarlyError
from members.models import Term

# A salt of its own: nothing else that we sign can be used as a link, and no link for anything else.
_signer = signing.Signer(salt="checkout.renewal_link")
_no_signer = signing.Signer(salt="checkout.not_renewing_link")


class LinkState(Enum):
    """Why a link does not lead to the form, or that it does."""

    OPEN = "open"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    STOPPED = "stopped"
    TOO_EARLY = "too_early"
    UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Link:
    """What a token leads to on a day: a term unless it is unknown, and from when it works if it is too early."""

    state: LinkState
    term: Term | None = None
    opens_on: date | None = None


def renewal_token(term: Term) -> str:
    """Return the token of the link with which the term after `term` can be paid."""
    return _signer.sign_object([term.pk])


def not_renewing_token(term: Term) -> str:
    """Return the token of the link with which the member says that they will not renew after `term`."""
    return _no_signer.sign_object([term.pk])


def read_link(token: str, *, on: date) -> Link:
    """Return what a `token` to renew with leads to on the day `on`. Never raises: there is a page for whatever it is."""
    return _read(token, _signer, on=on)


def read_no_link(token: str, *, on: date) -> Link:
    """Return what a `token` to say no with leads to. Too early to renew is not too early for that."""
    link = _read(token, _no_signer, on=on)
    return Link(LinkState.OPEN, link.term) if link.state in (LinkState.TOO_EARLY, LinkState.UNDER_WAY) else link


def _read(token: str, signer: signing.Signer, *, on: date) -> Link:
    try:
        [number] = signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return Link(LinkState.UNKNOWN)
    term = Term.objects.select_related("tier", "membership__contact", "membership__branch").filter(pk=number).first()
    if term is None or term.membership.contact.erased_at:
        return Link(LinkState.UNKNOWN)
    return _link_to(term, on=on)


def _link_to(term: Term, *, on: date) -> Link:
    if term.membership.last_term != term or term.is_for_life:
        return Link(LinkState.USED, term)
    if on > term.grace_until:
        return Link(LinkState.EXPIRED, term)
    try:
        start_of_renewal(term.membership, on=on)
    except RenewalTooEarlyError as refusal:
        return Link(LinkState.TOO_EARLY, term, refusal.opens_on)
    except (MembershipStoppedError, ForLifeError):
        return Link(LinkState.STOPPED, term)
    return Link(LinkState.UNDER_WAY if _is_being_paid(term) else LinkState.OPEN, term)


def _is_being_paid(term: Term) -> bool:
    """Whether somebody has done their part already and only the bank takes its time."""
    waiting = Basket.objects.filter(lines__membership=term.membership, lines__kind="dues", fulfilled_at=None)
    return waiting.filter(attempts__payment__status=PaymentStatus.PENDING).exists()
