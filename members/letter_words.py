"""The words in braces that a letter may hold, and what is said of any other."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: dict[str, Any] = {
    "name": gettext_lazy("whole name"),
    "salutation": gettext_lazy("how letters begin, or the given name"),
    "date": gettext_lazy("today"),
    "number": gettext_lazy("member number"),
    "tier": gettext_lazy("membership tier"),
    "since": gettext_lazy("member since"),
    "until": gettext_lazy("paid until"),
    "fee": gettext_lazy("fee paid last"),
    "nonprofit": gettext_lazy("our name"),
}
OF_MEMBERS = {"number", "tier", "since", "until", "fee"}
_BRACED = re.compile(r"\{([^{}]*)\}")
# One that opens and never closes, or the other way round.
_STRAY = re.compile(r"[{}]")


def words_in(text: str) -> set[str]:
    """Return the words in braces that stand in `text`."""
    return {word.strip() for word in _BRACED.findall(text)}


def fill_words(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with each word in braces replaced by its value; what a value holds is never read again."""
    return _BRACED.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def check_words(text: Any) -> str:
    """Return a sentence on what is wrong with the words in braces of a text in several languages, or nothing."""
    parts = text.data.values() if isinstance(getattr(text, "data", None), dict) else [str(text)]
    for part in map(str, filter(None, parts)):
        if unknown := sorted(words_in(part) - WORDS.keys()):
            return _("{%(word)s} is not known. These are: %(known)s.") % {
                "word": unknown[0],
                "known": " ".join(f"{{{word}}}" for word in WORDS),
            }
        if _STRAY.search(_BRACED.sub("", part)):
            return _("A brace stands alone. Write for instance {name}.")
    return ""
