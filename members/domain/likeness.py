"""How alike two contacts are: weighted rules, and the reasons that a person can check.

What speaks for one person, in points that are added up to 100 at most:

=================  ======  ====================================================================================
reason             points  when
=================  ======  ====================================================================================
``name_same``      45      the same words in the spelling-blind form, in the same order
``name_swapped``   42      the same words in another order: family name first, or a father's name first
``name_spelled``   40      the same sounds: Mohammed Al-Khatib and Muhammad Khateeb, داود and داوود
``name_typo``      35      one slip of the keyboard in a long word
``name_part``      30      all words of the one among those of the other: a middle name more
``given_same``     30      the given name only: who married may carry another family name
``email``          40      they share an e-mail address
``phone``          35      they share a telephone number
``birth_date``     30      born on the same day
``address``        30      the same lines, with no other town or postcode
=================  ======  ====================================================================================

What speaks against is taken off the sum: ``birth_date_differs`` 40 points, but only 10 (``birth_date_near``) if one digit
differs or day and month are swapped. And two who have different given names stay at NAMES_DIFFER points, whatever they
share (``given_differs``): couples, twins, parents and children share all but that.

THRESHOLD is 70: no name alone reaches it, and nothing without a name does. Only contacts of the same kind are compared.
Scripts are not mixed: "محمد" and "Mohammed" have nothing in common here; their e-mail addresses have.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from members.models import ContactKind
from members.names import match_key, normalise_name, without_article

THRESHOLD = 70
NAMES_DIFFER = 55

REASONS: dict[str, Promise] = {
    "name_same": _("The same name"),
    "name_swapped": _("The same names in another order"),
    "name_spelled": _("The same name, spelled differently"),
    "name_typo": _("Nearly the same name"),
    "name_part": _("One name is part of the other"),
    "given_same": _("The same given name"),
    "email": _("The same e-mail address"),
    "phone": _("The same telephone number"),
    "birth_date": _("Born on the same day"),
    "birth_date_near": _("Nearly the same date of birth"),
    "birth_date_differs": _("Different dates of birth"),
    "address": _("The same address"),
    "given_differs": _("Different given names"),
}
_POINTS = {
    "name_same": 45,
    "name_swapped": 42,
    "name_spelled": 40,
    "name_typo": 35,
    "name_part": 30,
    "given_same": 30,
    "email": 40,
    "phone": 35,
    "birth_date": 30,
    "address": 30,
    "birth_date_near": -10,
    "birth_date_differs": -40,
}


@dataclass(frozen=True)
class Facts:
    """What of a contact is compared, in the form in which it is compared."""

    kind: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    birth_date: date | None = None
    addresses: frozenset[tuple[str, str, str]] = frozenset()
    key: str = ""  # the match key of the whole name


@dataclass(frozen=True)
class Score:
    """0 to 100, and the codes of the reasons, the weightiest first."""

    points: int
    reasons: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        return self.points >= THRESHOLD


def facts_of(
    *,
    kind: str = ContactKind.INDIVIDUAL,
    given_name: str = "",
    family_name: str = "",
    organisation_name: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    birth_date: date | None = None,
    addresses: Iterable[tuple[str, str, str]] = (),
) -> Facts:
    """Return these values as they are compared. `phones` are E.164; an address is (lines, postcode, town).

    An organisation's name counts as its given name: it has no family to share it with.
    """
    if kind != ContactKind.INDIVIDUAL and organisation_name:
        given_name, family_name = organisation_name, ""
    elif not (given_name or family_name):
        given_name = organisation_name
    return Facts(
        kind=kind,
        given=words_of(given_name),
        family=words_of(family_name),
        emails=frozenset(email.strip().lower() for email in emails if email.strip()),
        phones=frozenset(filter(None, phones)),
        birth_date=birth_date,
        addresses=frozenset(filter(None, (address_key(*address) for address in addresses))),
        key=match_key(f"{given_name} {family_name}"),
    )


def likeness(first: Facts, second: Facts) -> Score:
    """Return how likely the two are one, the same whichever comes first."""
    if first.kind != second.kind:
        return Score(0, ())
    name = _name_reason(first, second)
    reasons = [name] if name else []
    if first.emails & second.emails:
        reasons.append("email")
    if first.phones & second.phones:
        reasons.append("phone")
    if any(_same_address(one, other) for one in first.addresses for other in second.addresses):
        reasons.append("address")
    if first.birth_date and second.birth_date:
        reasons.append(_birth_reason(first.birth_date, second.birth_date))
    gained = sum(_POINTS[reason] for reason in reasons if _POINTS[reason] > 0)
    lost = sum(_POINTS[reason] for reason in reasons if _POINTS[reason] < 0)
    points = min(gained, 100)
    if not name:
        points = min(points, NAMES_DIFFER)
        reasons.append("given_differs")
    return Score(max(points + lost, 0), tuple(sorted(reasons, key=lambda reason: -_POINTS.get(reason, -99))))


# --- Names ---------------------------------------------------------------------------------

_ARTICLES = {"al", "el", "ال"}
# Servant of ...: written as one word or two, with or without the article.
_SERVANT = {"abd": "abd", "abdul": "abd", "abdel": "abd", "abdal": "abd", "عبد": "عبد"}
_GLUED_SERVANT = re.compile(r"^(?:abd[uea]l?(?=[^aeiou])|عبدال)(?=\w{3})")
# Names that the Quran writes without their long vowel, and most people with it.
_QURANIC = {
    "رحمن": "رحمان",
    "اسحق": "اسحاق",
    "هرون": "هارون",
    "اسمعيل": "اسماعيل",
    "ابرهيم": "ابراهيم",
    "سليمن": "سليمان",
}


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell people apart: folded, without articles, "Abd al-Rahman" as one word."""
    folded = [word for word in normalise_name(name).split() if word not in _ARTICLES]
    words: list[str] = []
    waiting = ""
    for word in folded:
        bare = without_article(word)
        if waiting:
            words.append(waiting + _QURANIC.get(bare, bare))
            waiting = ""
        elif word in _SERVANT:
            waiting = _SERVANT[word]
        else:
            words.append(_one_word(bare))
    return (*words, waiting) if waiting else tuple(words)


def _one_word(word: str) -> str:
    if glued := _GLUED_SERVANT.match(word):
        rest = word[glued.end() :]
        return ("عبد" if word.startswith("ع") else "abd") + _QURANIC.get(rest, rest)
    return _QURANIC.get(word, word)


class Match(IntEnum):
    """How near two words are."""

    NONE = 0
    TYPO = 1
    SPELLED = 2
    SAME = 3


def _name_reason(first: Facts, second: Facts) -> str:
    """The code of what their names have in common, or "" if they name two."""
    one, other = first.given + first.family, second.given + second.family
    if not one or not other:
        return ""
    if one == other or "".join(one) == "".join(other):
        return "name_same"
    if len(one) == len(other):
        in_order = [_match(*pair) for pair in zip(one, other, strict=True)]
        if reason := _reason_of(in_order):
            return reason
        if sorted(one) == sorted(other) or _pairs_up(one, other, Match.SPELLED):
            return "name_swapped"
    elif min(len(one), len(other)) > 1 and _pairs_up(one, other, Match.SPELLED):
        return "name_part"
    return "given_same" if _same_given(first, second) else ""


def _reason_of(matches: list[Match]) -> str:
    worst = min(matches)
    if worst >= Match.SPELLED:
        return "name_spelled"
    # One slip is a slip; two in one name are another name.
    return "name_typo" if worst == Match.TYPO and matches.count(Match.TYPO) == 1 else ""


def _pairs_up(one: tuple[str, ...], other: tuple[str, ...], least: Match) -> bool:
    """Whether each word of the shorter name has its own among those of the longer."""
    shorter, longer = sorted([one, other], key=len)
    left = list(longer)
    for word in shorter:
        found = next((candidate for candidate in left if _match(word, candidate) >= least), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _same_given(first: Facts, second: Facts) -> bool:
    """Organisations have no given name: what is not the same name is another one."""
    if first.kind != ContactKind.INDIVIDUAL or not first.given or not second.given:
        return False
    return _pairs_up(first.given, second.given, Match.SPELLED)


@lru_cache(maxsize=200_000)
def _match(one: str, other: str) -> Match:
    if one == other:
        return Match.SAME
    rules = _latin_match if one.isascii() and other.isascii() else _arabic_match
    return rules(one, other)


_VOWEL_RUN = re.compile(r"[aeiouy]+")
_LATIN_DOUBLED = re.compile(r"([^aeiouy])\1+")
# Which of the three Arabic vowels Latin letters may stand for.
_SOUNDS = {"a": "a", "e": "ai", "i": "i", "y": "i", "o": "u", "u": "u"}
_SHORTEST_LATIN = 5


def _latin_match(one: str, other: str) -> Match:
    (bones, vowels), (other_bones, other_vowels) = _sound(one), _sound(other)
    if bones == other_bones:
        strange = [n for n, (a, b) in enumerate(zip(vowels, other_vowels, strict=True)) if not a & b]
        # Yusuf and Yousef differ in one later vowel; Hassan and Hussein, Salma and Selim in what names them.
        if not strange or (len(strange) == 1 and strange[0] > 0 and len(vowels) > 1):
            return Match.SPELLED
        return Match.NONE
    if min(len(one), len(other)) < _SHORTEST_LATIN or one[0] != other[0] or _is_feminine_of(one, other):
        return Match.NONE
    return Match.TYPO if OSA.distance(one, other, score_cutoff=1) <= 1 else Match.NONE


@lru_cache(maxsize=100_000)
def _sound(word: str) -> tuple[str, tuple[frozenset[str], ...]]:
    """The consonants with a mark where vowels stand, and what each of these vowels may be."""
    # A y before a vowel is a consonant: Yusuf, Zayed.
    word = re.sub(r"y(?=[aeiou])", "j", _LATIN_DOUBLED.sub(r"\1", word))
    vowels = tuple(_vowel(run) for run in _VOWEL_RUN.findall(word))
    return _VOWEL_RUN.sub("*", word), vowels


def _vowel(run: str) -> frozenset[str]:
    if run == "ee":
        return frozenset("i")
    if run in {"oo", "ou"}:
        return frozenset("u")
    return frozenset("".join(_SOUNDS[letter] for letter in run))


def _is_feminine_of(one: str, other: str) -> bool:
    """Karim and Karima, كريم and كريمه are two."""
    shorter, longer = sorted([one, other], key=len)
    return longer in {f"{shorter}{ending}" for ending in ("a", "e", "ah", "eh", "ه", "ا")}


_ARABIC_DOUBLED = re.compile(r"(.)\1+")
_LONG_VOWELS = str.maketrans("", "", "اوي")
_SHORTEST_ARABIC = 5


def _arabic_match(one: str, other: str) -> Match:
    """Long vowels are letters and tell names apart: حسن and حسين, محمد and محمود, سالم and سليم."""
    if _ARABIC_DOUBLED.sub(r"\1", one) == _ARABIC_DOUBLED.sub(r"\1", other):
        return Match.SPELLED
    if one.translate(_LONG_VOWELS) == other.translate(_LONG_VOWELS) or _is_feminine_of(one, other):
        return Match.NONE
    if min(len(one), len(other)) < _SHORTEST_ARABIC or one[0] != other[0]:
        return Match.NONE
    return Match.TYPO if OSA.distance(one, other, score_cutoff=1) <= 1 else Match.NONE


# --- The rest ------------------------------------------------------------------------------


def _birth_reason(one: date, other: date) -> str:
    if one == other:
        return "birth_date"
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    digits = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return "birth_date_near" if swapped or digits == 1 else "birth_date_differs"


def address_key(lines: str, postcode: str, town: str) -> tuple[str, str, str] | None:
    """Return an address as it is compared, or None for one without a street: a town alone says nothing."""
    street = normalise_name(lines)
    return (street, normalise_name(postcode).replace(" ", ""), normalise_name(town)) if street else None


def _same_address(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    agree: Callable[[str, str], bool] = lambda a, b: not a or not b or a == b  # noqa: E731
    return one[0] == other[0] and agree(one[1], other[1]) and agree(one[2], other[2])
