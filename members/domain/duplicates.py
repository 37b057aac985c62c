"""Who on record a contact may be, and who was told apart for good. `duplicate_search` looks among all contacts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from members.domain.likeness import Facts, facts_of, likeness
from members.exceptions import SameContactError
from members.models import Address, Contact, ContactKind, DuplicatePair, Email, NotDuplicate, Phone, User

# So many contacts with one thing in common are looked at for one new contact, whatever the thing.
MOST_ALIKE = 50


@dataclass(frozen=True)
class Candidate:
    """A contact who is not on record yet, or not as typed: the values by which others are found."""

    kind: str = ContactKind.INDIVIDUAL
    given_name: str = ""
    family_name: str = ""
    organisation_name: str = ""
    emails: Iterable[str] = ()
    phones: Iterable[str] = ()  # E.164
    birth_date: date | None = None
    addresses: Iterable[tuple[str, str, str]] = ()  # (lines, postcode, town)
    pk: int | None = None  # of the contact being edited, who is not a duplicate of themselves


@dataclass(frozen=True)
class Likeness:
    """A contact on record who may be meant, how likely (0 to 100), and the codes of the reasons."""

    contact: Contact
    points: int
    reasons: tuple[str, ...]


def duplicates_of(candidate: Candidate) -> list[Likeness]:
    """Return the contacts on record whom `candidate` may be, the likeliest first.

    Ten queries at most (eleven for a contact on record), each through an index and of at most MOST_ALIKE rows, so that
    it takes as long among a million contacts as among a thousand. Of a name that thousands share only those are looked
    at who share something else too: nobody else would reach the threshold.
    """
    facts = _facts_of_candidate(candidate)
    ids = _who_share_something(candidate, facts) - {candidate.pk}
    if candidate.pk is not None:
        ids -= _told_apart_from(candidate.pk)
    scores = {pk: likeness(facts, other) for pk, other in read_facts(ids).items()}
    contacts = Contact.objects.in_bulk([pk for pk, score in scores.items() if score.is_likely])
    found = [Likeness(contact, scores[pk].points, scores[pk].reasons) for pk, contact in contacts.items()]
    return sorted(found, key=lambda alike: (-alike.points, alike.contact.pk))


def _facts_of_candidate(candidate: Candidate) -> Facts:
    return facts_of(
        kind=candidate.kind,
        given_name=candidate.given_name,
        family_name=candidate.family_name,
        organisation_name=candidate.organisation_name,
        emails=candidate.emails,
        phones=candidate.phones,
        birth_date=candidate.birth_date,
        addresses=candidate.addresses,
    )


def _who_share_something(candidate: Candidate, facts: Facts) -> set[int]:
    ids: set[int] = set()
    if facts.emails:
        same = Q()
        for email in facts.emails:
            same |= Q(address__iexact=email)
        ids.update(Email.objects.filter(same).values_list("contact_id", flat=True)[:MOST_ALIKE])
    if facts.phones:
        ids.update(Phone.objects.filter(number__in=facts.phones).values_list("contact_id", flat=True)[:MOST_ALIKE])
    if lines := [address[0] for address in candidate.addresses if address[0].strip()]:
        same = Q()
        for line in lines:
            same |= Q(lines__iexact=line.strip())
        ids.update(Address.objects.filter(same).values_list("contact_id", flat=True)[:MOST_ALIKE])
    if facts.key:
        alike = Contact.objects.filter(match_key=facts.key).order_by().values_list("pk", flat=True)
        ids.update(alike[:MOST_ALIKE])
        if candidate.birth_date:
            ids.update(alike.filter(birth_date=candidate.birth_date)[:MOST_ALIKE])
    return ids


def _told_apart_from(pk: int) -> set[int]:
    pairs = NotDuplicate.objects.filter(Q(first=pk) | Q(second=pk)).values_list("first_id", "second_id")
    return {other for pair in pairs for other in pair}


def read_facts(ids: Iterable[int]) -> dict[int, Facts]:
    """Return what is compared of each of these contacts, by its key. Four queries."""
    columns = ("pk", "kind", "given_name", "family_name", "organisation_name", "birth_date")
    contacts = {
        row[0]: row for row in Contact.objects.filter(pk__in=ids, erased_at=None).order_by().values_list(*columns)
    }
    emails = _by_contact(Email.objects.values_list("contact_id", "address"), contacts)
    phones = _by_contact(Phone.objects.as_stored().values_list("contact_id", "digits"), contacts)
    addresses = _by_contact(Address.objects.values_list("contact_id", "lines", "postcode", "city"), contacts)
    return {
        pk: facts_of(
            kind=kind,
            given_name=given_name,
            family_name=family_name,
            organisation_name=organisation_name,
            emails=(email for _pk, email in emails[pk]),
            phones=(phone for _pk, phone in phones[pk]),
            birth_date=birth_date,
            addresses=((lines, postcode, town) for _pk, lines, postcode, town in addresses[pk]),
        )
        for pk, kind, given_name, family_name, organisation_name, birth_date in contacts.values()
    }


def _by_contact(rows: QuerySet, contacts: Iterable[int]) -> dict[int, list[tuple]]:
    grouped: dict[int, list[tuple]] = defaultdict(list)
    for row in rows.filter(contact__in=list(contacts)).order_by():
        grouped[row[0]].append(row)
    return grouped


@transaction.atomic
def not_a_duplicate(first: Contact, second: Contact, *, by: User | None) -> NotDuplicate:
    """Remember that these are two, whoever of them is named first. Neither search brings them up again.

    Raises SameContactError for one contact named twice.
    """
    if first.pk == second.pk:
        raise SameContactError
    lower, higher = sorted([first.pk, second.pk])
    DuplicatePair.objects.filter(first=lower, second=higher).delete()
    decision, _created = NotDuplicate.objects.get_or_create(
        first_id=lower, second_id=higher, defaults={"decided_by": by}
    )
    return decision
