"""Numbers of banks: accounts (IBAN, ISO 13616-1) and creditor references (RF, ISO 11649), both checked by ISO 7064 mod 97-10."""

import re
import string

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_LOOKS_LIKE_IBAN = re.compile(r"[A-Z]{2}\d{2}")
_VALUES = {letter: str(value) for value, letter in enumerate(string.digits + string.ascii_uppercase)}


def compact(number: str) -> str:
    """A number of a bank without spaces and hyphens, in capital letters."""
    return re.sub(r"[\s-]", "", number).upper()


def grouped(number: str) -> str:
    """A number of a bank in groups of four, as it is printed (ISO 13616-1, 5)."""
    plain = compact(number)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def looks_like_iban(number: str) -> bool:
    """Whether it begins as an IBAN does, so that its check digits can be asked for."""
    return bool(_LOOKS_LIKE_IBAN.match(compact(number)))


def is_iban(number: str) -> bool:
    """Whether `number` is an IBAN with the right check digits."""
    plain = compact(number)
    return bool(_IBAN.fullmatch(plain)) and _remainder(plain) == 1


def creditor_reference(text: str) -> str:
    """Return the creditor reference for `text`, 1 to 21 letters and digits: "RF", two check digits, and the text."""
    plain = compact(text)
    check = 98 - _remainder(f"RF00{plain}")
    return f"RF{check:02d}{plain}"


def _remainder(number: str) -> int:
    """ISO 7064 mod 97-10: the first four characters to the end, letters as 10 to 35, modulo 97."""
    turned = number[4:] + number[:4]
    return int("".join(_VALUES[letter] for letter in turned)) % 97
