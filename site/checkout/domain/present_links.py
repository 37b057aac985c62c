"""The links of a present, signed as those to renew with are: nothing of them is stored.

One leads to the present. Whoever got it by e-mail has shown by that whose address it is. Whoever got it on paper says an
address, and gets a second link there, which proves it: without that nobody opens a record by typing somebody's address.
"""

from dataclasses import dataclass

from django.core import signing

from checkout.domain.presents import with_payments
from checkout.models import Present, PresentWay

# Salts of their own: no link can be used as one for anything else.
_signer = signing.Signer(salt="checkout.present_link")
_address_signer = signing.Signer(salt="checkout.present_address")


@dataclass(frozen=True)
class PresentLink:
    """What a token leads to: a present, and the address that whoever has it has proven, if any."""

    present: Present
    email: str = ""


def present_token(present: Present) -> str:
    """Return the token of the link with which `present` can be accepted."""
    return _signer.sign_object([present.pk])


def address_token(present: Present, email: str) -> str:
    """Return the token of the link that proves the address `email`, to which alone it is sent."""
    return _address_signer.sign_object([present.pk, email.strip().lower()], compress=True)


def read_present_link(token: str) -> PresentLink | None:
    """Return what the `token` of a present leads to, or None if it is none of ours."""
    facts = _read(token, _signer)
    present = _find(facts[0]) if len(facts) == 1 else None
    if present is None:
        return None
    return PresentLink(present, present.recipient_email if present.way == PresentWay.EMAIL else "")


def read_address_link(token: str) -> PresentLink | None:
    """Return what the `token` that proves an address leads to, or None if it is none of ours."""
    facts = _read(token, _address_signer)
    present = _find(facts[0]) if len(facts) == 2 else None
    return PresentLink(present, facts[1]) if present else None


def _read(token: str, signer: signing.Signer) -> list:
    try:
        facts = signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return facts if isinstance(facts, list) else []


def _find(number: int) -> Present | None:
    return with_payments(Present.objects.filter(pk=number)).first()
