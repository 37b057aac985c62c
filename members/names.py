"""Names as people spell them, and the form in which they are compared."""

import re
import unicodedata
from functools import lru_cache

# One letter for each family that people write interchangeably (Arabic and Persian keyboards, habits, haste).
_FOLDED_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیې", "ي"),
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ۀ": "ه",
        "ە": "ه",
        "ک": "ك",
        "ء": None,
        "ـ": None,  # tatweel only stretches
        "ß": "ss",
    }
)
_DIGITS = {ord(zero) + n: str(n) for zero in "٠۰" for n in range(10)}
_VOWELS = str.maketrans(dict.fromkeys("aeiouyاوي"))
_DOUBLED = re.compile(r"(.)\1+")
_ARTICLES = {"al", "el", "ال"}
_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
# Overrides and isolates turn the text around them; a name has no use for them. ZWNJ is kept: Persian spelling needs it.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=4096)
def normalise_name(text: str) -> str:
    """Return `text` as it is compared and searched: one spelling for all that people mean alike.

    Folds case, compatibility forms, diacritics, tatweel, hamza carriers, alef maqsura, ta marbuta, Persian ya and kaf,
    Arabic-Indic and Persian digits; punctuation becomes a single space. Doing it twice changes nothing.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_FOLDED_LETTERS).casefold())
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    letters = letters.replace("\u200c", "").translate(_FOLDED_LETTERS).translate(_DIGITS)
    return " ".join(_NOT_WORD.sub(" ", letters).replace("_", " ").split())


def match_key(name: str) -> str:
    """Return what different spellings of one person's name have in common, for finding duplicates; "" for no name.

    The first and the last word in either order, without the article and, after the first letter, without vowels and
    doubled letters: Mohammed Al-Khatib, Khateeb Muhammad and محمد الخطيب, الخطيب محمد meet pairwise by script.
    """
    words = normalise_name(name).split()
    words = [word for word in words if word not in _ARTICLES] or words
    return " ".join(sorted(_skeleton(word) for word in {words[0], words[-1]}))[:200] if words else ""


def _skeleton(word: str) -> str:
    bare = without_article(word)
    consonants = bare[:1] + bare[1:].translate(_VOWELS)
    return _DOUBLED.sub(r"\1", consonants)


def without_article(word: str) -> str:
    """Return a folded word without the Arabic article before it: "خطيب" for "الخطيب"."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def western_digits(text: str) -> str:
    """Return `text` with Arabic-Indic and Persian digits written as 0 to 9."""
    return text.translate(_DIGITS)


def clean_line(text: str) -> str:
    """Return one line that is safe to show beside others: no control or direction characters, single spaces."""
    return " ".join(_CONTROLS.sub(" ", _BIDI_CONTROLS.sub("", text)).split())
