"""What a frozen list is written as, and the number by which anybody sees whether it is still the same.

The fingerprint is SHA-256 (FIPS 180-4) of lines in UTF-8, each ended by a line feed: first the facts of the assembly as
JSON, then the digest of each line of the list in order. The digest of a line is SHA-256 of its JSON, which holds a
random salt. So a person can be erased from the list, with the salt, and the fingerprint still be checked, without anybody
being able to find out by guessing whose line it was. JSON is written with sorted keys, without spaces, and unescaped.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from i18nfield.strings import LazyI18nString

from members.models import Assembly, Voter

FORMAT = 1


@dataclass(frozen=True)
class Check:
    """What came of comparing a list with its fingerprint. `changed` are the numbers of the lines that differ."""

    changed: list[int]
    is_same: bool
    erased: int

    @property
    def is_sound(self) -> bool:
        return self.is_same and not self.changed


def digest_of(voter: Voter) -> str:
    """Return the digest of one line, as it stands: 64 hexadecimal digits."""
    facts = {
        "line": voter.position,
        "name": voter.name,
        "number": voter.number,
        "represented_by": voter.representative_name,
        "salt": voter.salt,
        "tier": _by_language(voter.tier_name),
    }
    return _sha256(_canonical(facts))


def fingerprint_of(assembly: Assembly, digests: Iterable[str]) -> str:
    """Return the fingerprint of a list with these digests, by the rule that `assembly` was frozen with."""
    header = {"format": FORMAT, "assembly": assembly.pk, "day_of_record": assembly.record_day.isoformat()}
    header["rule"] = assembly.frozen_rule
    return _sha256("".join(f"{line}\n" for line in [_canonical(header), *digests]))


def check(assembly: Assembly) -> Check:
    """Compare the rows of a frozen list with what was frozen. Lines that were added later have no part in it.

    A line of somebody erased, or whose representative was, has lost its salt: its digest alone is left, and is part of
    the whole. One that has lost it without an erasure was tampered with.
    """
    changed, digests, erased = [], [], 0
    lines = assembly.voters.filter(added_at=None).select_related("contact", "representative")
    for voter in lines.order_by("position").iterator():
        digests.append(voter.digest)
        if not voter.salt and _was_erased(voter):
            erased += 1
        elif digest_of(voter) != voter.digest:
            changed.append(voter.position)
    return Check(changed, fingerprint_of(assembly, digests) == assembly.fingerprint, erased)


def _was_erased(voter: Voter) -> bool:
    if voter.contact.erased_at:
        return not voter.name
    return voter.representative is not None and voter.representative.erased_at is not None


def grouped(fingerprint: str) -> str:
    """Return it in groups of eight digits, as two people read it to each other."""
    return " ".join(fingerprint[start : start + 8] for start in range(0, len(fingerprint), 8))


def _by_language(text: LazyI18nString | str) -> dict[str, str] | str:
    """A text in several languages as the database keeps it, without those that are empty."""
    data = text.data if isinstance(text, LazyI18nString) else text
    return {code: words for code, words in data.items() if words} if isinstance(data, dict) else data or ""


def _canonical(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
