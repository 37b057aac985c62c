"""What a card says by itself, signed, so that it can be checked at a gate without a network.

The QR code of a card is the address of its page on the site with a fragment, which no browser sends to a server. The
fragment is base64url of: a byte with the version, four bytes naming the key, two with the last valid day and two with
the day of issue (days since 2020-01-01, the higher byte first), the first name in UTF-8, and the 64 bytes of an Ed25519
signature (RFC 8032) of everything before it and of the card's token. So a signature cannot move to another card.

The keys come from Django's SECRET_KEY and its SECRET_KEY_FALLBACKS by HKDF (RFC 5869): nothing more to keep, to back up
or to lose, and a card stays valid for as long as its key is named as a fallback. Their public halves are published.
What a signature cannot know is what happened after the card was made; the page on the site does.
"""

import base64
import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from members.exceptions import ForgedCardError, UnreadableCardError

VERSION = 1
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2020, 1, 1) + timedelta(days=0xFFFF)
MOST_NAME_BYTES = 40
_HEAD = struct.Struct(">B4sHH")
_SIGNATURE_BYTES = 64
_PURPOSE = b"sanduq membership card 1"


@dataclass(frozen=True)
class SignedCard:
    """What stands in a card, once its signature has been checked. `valid_until` is the last day, included."""

    first_name: str
    issued_on: date
    valid_until: date

    def is_valid_on(self, day: date) -> bool:
        """Whether the card, by itself, is valid on `day`."""
        return day <= self.valid_until


def sign_card(token: str, card: SignedCard) -> str:
    """Return the fragment for the address of the card with this `token`. A name that is too long is cut between letters."""
    key = _private_keys()[0]
    name = card.first_name.encode()[:MOST_NAME_BYTES].decode(errors="ignore")
    head = _HEAD.pack(VERSION, _name_of(key.public_key()), _number(card.valid_until), _number(card.issued_on))
    said = head + name.encode()
    return _as_text(said + key.sign(_message(token, said)))


def read_card(address: str, keys: Iterable[bytes] | None = None) -> SignedCard:
    """Return what the text of a card's QR code says. Without `keys`, public ones of 32 bytes each, the site's own are used.

    Raises UnreadableCardError for what is no card of ours, and ForgedCardError where no key has signed it.
    """
    path, _hash, fragment = address.strip().partition("#")
    token = path.rstrip("/").rpartition("/")[2]
    try:
        content = _from_text(fragment)
        said, signature = content[:-_SIGNATURE_BYTES], content[-_SIGNATURE_BYTES:]
        version, key_name, valid_until, issued_on = _HEAD.unpack_from(said)
        name = said[_HEAD.size :].decode()
    except (ValueError, struct.error):
        raise UnreadableCardError from None
    if version != VERSION:
        raise UnreadableCardError
    for key in map(Ed25519PublicKey.from_public_bytes, public_keys() if keys is None else keys):
        if _name_of(key) == key_name and _has_signed(key, signature, _message(token, said)):
            return SignedCard(name, issued_on=_day(issued_on), valid_until=_day(valid_until))
    raise ForgedCardError


def public_keys() -> list[bytes]:
    """The public keys by which cards of this site are checked, 32 bytes each, the one in use first."""
    return [key.public_key().public_bytes_raw() for key in _private_keys()]


def key_set() -> dict[str, list[dict[str, str]]]:
    """The public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": _name(key).hex(), "x": _as_text(key)}
            for key in public_keys()
        ]
    }


def keys_in(key_set: dict) -> list[bytes]:
    """The public keys in a JSON Web Key Set. Raises ValueError where it holds none, or one of another kind."""
    try:
        keys = [_from_text(key["x"]) for key in key_set["keys"] if key["crv"] == "Ed25519"]
    except (KeyError, TypeError) as error:
        raise ValueError("This is no set of keys.") from error
    if not keys or any(len(key) != 32 for key in keys):
        raise ValueError("There is no Ed25519 key in it.")
    return keys


def _private_keys() -> list[Ed25519PrivateKey]:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [Ed25519PrivateKey.from_private_bytes(_seed(force_bytes(secret))) for secret in secrets]


def _seed(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)


def _has_signed(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _message(token: str, said: bytes) -> bytes:
    """What is signed. The token's length comes first, so that no letter can move from it into what is said."""
    return _PURPOSE + struct.pack(">H", len(token.encode())) + token.encode() + said


def _name_of(key: Ed25519PublicKey) -> bytes:
    return _name(key.public_bytes_raw())


def _name(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:4]


def _number(day: date) -> int:
    return (min(max(day, FIRST_DAY), LAST_DAY) - FIRST_DAY).days


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def _as_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _from_text(text: str) -> bytes:
    """Raises ValueError for anything that `_as_text` does not write."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _as_text(content) != text:
        raise ValueError("This is another spelling of the same bytes.")
    return content
