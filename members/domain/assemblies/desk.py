"""What the desk at the door is told about whoever stands before it: by card, by number, by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from members.domain.assemblies.standings import standing_of
from members.domain.card_signature import SignedCard, read_card
from members.domain.relationships import belonging_through
from members.domain.search import find_contacts
from members.exceptions import ForgedCardError, UnreadableCardError
from members.models import Assembly, Attendance, Contact, MemberCard, Proxy, Voter
from members.names import clean_line, western_digits

MOST_FOUND = 20


class Looked(Enum):
    """What kind of answer a look-up has."""

    FOUND = "found"  # one line, or several to choose from
    NOT_LISTED = "not_listed"  # known, but not on the list
    UNKNOWN = "unknown"  # nobody is called so
    CARD_UNKNOWN = "card_unknown"  # a card of no membership on record
    CARD_FORGED = "card_forged"  # signed by somebody else, or changed


@dataclass(frozen=True)
class LookUp:
    """What was found. `others` are contacts who are not on the list; `card` what a signed card says by itself."""

    kind: Looked
    voters: list[Voter] = field(default_factory=list)
    others: list[Contact] = field(default_factory=list)
    is_card: bool = False
    card: SignedCard | None = None

    @property
    def only_voter(self) -> Voter | None:
        """The one line that is meant, if there is no other."""
        return self.voters[0] if len(self.voters) == 1 else None


def is_card(text: str) -> bool:
    """Whether `text` is what the QR code of a card says, rather than a name or a number."""
    return "://" in text or "#" in text


def look_up(assembly: Assembly, text: str) -> LookUp:
    """Return who in `assembly` is meant by the text of a card, a member number or words of a name."""
    text = clean_line(text)
    return _by_card(assembly, text) if is_card(text) else _by_words(assembly, western_digits(text))


def _by_card(assembly: Assembly, text: str) -> LookUp:
    address, has_signature, _fragment = text.partition("#")
    token = address.rstrip("/").rpartition("/")[2]
    signed = None
    if has_signature:
        try:
            signed = read_card(text)
        except (ForgedCardError, UnreadableCardError):
            return LookUp(Looked.CARD_FORGED, is_card=True)
    card = MemberCard.objects.select_related("membership__contact").filter(token=token).first()
    if card is None:
        return LookUp(Looked.CARD_UNKNOWN, is_card=True)
    holder = card.membership.contact
    # Of a family all come with one card; a person with two memberships stands on the list by one of them.
    voters = list(_lines(assembly).filter(membership=card.membership)) or list(_lines(assembly).filter(contact=holder))
    if voters:
        return LookUp(Looked.FOUND, voters, is_card=True, card=signed)
    through = belonging_through(card.membership, on=assembly.record_day)[: MOST_FOUND - 1]
    return LookUp(Looked.NOT_LISTED, others=[holder, *through], is_card=True, card=signed)


def _by_words(assembly: Assembly, text: str) -> LookUp:
    lines = _lines(assembly)
    voters = list(lines.filter(number__iexact=text)) or list(lines.found_by(text)[: MOST_FOUND + 1]) if text else []
    listed = assembly.voters.standing().values("contact")
    others = list(find_contacts(text).exclude(pk__in=listed).filter(erased_at=None)[:MOST_FOUND]) if text else []
    if voters:
        return LookUp(Looked.FOUND, voters, others)
    return LookUp(Looked.NOT_LISTED if others else Looked.UNKNOWN, others=others)


def _lines(assembly: Assembly):
    return assembly.voters.standing().exclude(name="").order_by("position")


@dataclass(frozen=True)
class Presence:
    """Where one voter stands at the door: since when they are in, whose votes they hold, to whom they gave theirs."""

    voter: Voter
    attendance: Attendance | None
    held: list[Proxy]
    given: Proxy | None


def presences(voters: Iterable[Voter]) -> list[Presence]:
    """Return where each of `voters` stands, in as many queries for twenty as for one."""
    voters = list(voters)
    inside = {row.voter_id: row for row in Attendance.objects.standing().filter(voter__in=voters)}
    given = {row.giver_id: row for row in Proxy.objects.standing().filter(giver__in=voters).select_related("holder")}
    held: dict[int, list[Proxy]] = {}
    for row in Proxy.objects.standing().filter(holder__in=voters).select_related("giver"):
        held.setdefault(row.holder_id, []).append(row)
    return [Presence(one, inside.get(one.pk), held.get(one.pk, []), given.get(one.pk)) for one in voters]


@dataclass(frozen=True)
class Absence:
    """Why `contact` is not on the list. `struck`: their line, if one was struck off; `reason` by the records of now.

    Neither: by the records of now they might vote, so something was changed after the list was frozen.
    """

    contact: Contact
    struck: Voter | None
    reason: str
    was_member: bool


def absence_of(assembly: Assembly, contact: Contact) -> Absence:
    """Return why `contact` is not on the frozen list of `assembly`."""
    struck = assembly.voters.filter(contact=contact).order_by("-struck_at").first()
    standing = standing_of(assembly, contact)
    reason = str(standing.reason.label) if standing and standing.reason else ""
    return Absence(contact, struck, reason, was_member=standing is not None)


def is_out_of_date(card: SignedCard | None, *, on: date) -> bool:
    """Whether the card itself ended before the day `on`: a newer one was made since, or nobody renewed."""
    return card is not None and not card.is_valid_on(on)
