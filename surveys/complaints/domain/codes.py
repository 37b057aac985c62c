"""The follow-up code: all that ties a complainant to a case, and known to nobody else.

It is made from the random token of the form that was sent, with a key of the server, so that the same form sent twice
shows the same code, without the code being stored anywhere. The database keeps a digest made with another key.
Both keys derive from SECRET_KEY: with a new one, old codes no longer open anything.
"""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from members.names import western_digits
from surveys.complaints.exceptions import TooManyTriesError

# 20 digits are 66 bits: at a million tries a second, 10,000 cases are safe for more than 100 years.
CODE_DIGITS = 20
GROUP_DIGITS = 4

WRONG_CODES_PER_ADDRESS = 10
WRONG_CODES_IN_ALL = 500
TRIES_ARE_KEPT_SECONDS = 3600


def code_for(token: str) -> str:
    """Return the follow-up code of the form with the random `token`: 20 digits."""
    number = int.from_bytes(salted_hmac("complaints.code", token, algorithm="sha256").digest(), "big")
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def digest_of(code: str) -> str:
    """Return what the database knows `code` by."""
    return salted_hmac("complaints.digest", code, algorithm="sha256").hexdigest()


def grouped(code: str) -> str:
    """Return `code` as it is shown and read out: in groups of four."""
    return " ".join(code[start : start + GROUP_DIGITS] for start in range(0, len(code), GROUP_DIGITS))


def read_code(typed: str) -> str:
    """Return the 20 digits in what somebody typed, in any digits, with any spaces and dashes, or an empty string."""
    digits = "".join(sign for sign in western_digits(typed) if not (sign.isspace() or sign in _SEPARATORS))
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal() else ""


# Dashes of all widths, and the invisible direction marks that copying out of Arabic text brings along.
_SEPARATORS = "-_./" + "".join(
    chr(sign)
    for sign in (0x200C, 0x2212, 0x061C, *range(0x200E, 0x2016), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


def check_tries(address: str) -> None:
    """Raise TooManyTriesError when too many wrong codes came from `address`.

    When very many came from everywhere, an address gets one try only; somebody with the right code still gets in.
    """
    wrong_here = cache.get(_key(address), 0)
    wrong_anywhere = cache.get(_key(""), 0)
    if wrong_here >= WRONG_CODES_PER_ADDRESS or (wrong_anywhere >= WRONG_CODES_IN_ALL and wrong_here):
        raise TooManyTriesError


def note_wrong_try(address: str) -> None:
    """Count one wrong code from `address` for an hour, in the cache only and under a keyed digest."""
    for key in (_key(address), _key("")):
        cache.add(key, 0, TRIES_ARE_KEPT_SECONDS)
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two lines
            cache.set(key, 1, TRIES_ARE_KEPT_SECONDS)


def _key(address: str) -> str:
    return f"complaints.wrong.{salted_hmac('complaints.address', address, algorithm='sha256').hexdigest()}"
