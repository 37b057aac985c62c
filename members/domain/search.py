"""Finding contacts by whatever staff know of them: a name in any spelling, an address, a number, a card."""

import re
from collections.abc import Iterable, Iterator

import phonenumbers
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Contact, SearchTerm
from members.names import normalise_name, western_digits, without_article

BATCH = 2_000
LONGEST_TERM = 200
LEAST_DIGITS = 4
_LOOKS_LIKE_A_NUMBER = re.compile(r"^[+\d][\d\s().\-/]*$")
# The last code point: nothing that begins as a prefix does comes after the prefix and this.
_LAST = "\U0010ffff"


def find_contacts(text: str, *, among: QuerySet[Contact] | None = None) -> QuerySet[Contact]:
    """Return the contacts (`among` these, if given) that `text` may mean, those first who have one of its words whole.

    Words of a name match from their beginning, in any order and spelling; an e-mail address, a telephone number in any
    format and a member number match from theirs. Read in the order of an index, so the first page costs the same
    whether ten people share a name or sixteen thousand. Nothing matches an empty text.
    """
    everybody = Contact.objects.all() if among is None else among
    choices = _prefixes(text)
    if not choices:
        return everybody.none()
    first, *others = sorted(choices, key=lambda prefixes: -max(map(len, prefixes)))
    found = everybody.filter(_begins_with(first, "search_terms__term"), ~Exists(_earlier_terms(first)))
    for prefixes in others:
        found = found.filter(Exists(SearchTerm.objects.filter(_begins_with(prefixes), contact=OuterRef("pk"))))
    return found.order_by("search_terms__term", "search_terms__name", "search_terms__contact_id")


def _prefixes(text: str) -> list[list[str]]:
    """What must be found, each in one of several spellings."""
    typed = western_digits(text).strip().lower()[:LONGEST_TERM]
    if "@" in typed:
        return [[typed]]
    digits = re.sub(r"\D", "", typed)
    if _LOOKS_LIKE_A_NUMBER.match(typed) and len(digits) >= LEAST_DIGITS:
        return [sorted({typed, digits.removeprefix("00"), digits})]
    return [[word[:LONGEST_TERM]] for word in dict.fromkeys(normalise_name(text).split())]


def _begins_with(prefixes: list[str], field: str = "term") -> Q:
    found = Q()
    for prefix in prefixes:
        found |= Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix + _LAST})
    return found


def _earlier_terms(prefixes: list[str]) -> QuerySet[SearchTerm]:
    """Of whoever has two such words, as Muhammad Muhammadi has, only the first counts: they stand in the list once."""
    same = SearchTerm.objects.filter(_begins_with(prefixes), contact=OuterRef("pk"))
    return same.filter(term__lt=OuterRef("search_terms__term"))


def index_contacts(contact_ids: Iterable[int]) -> None:
    """Work out anew by which words these contacts are found. Whoever writes rows in bulk calls it afterwards."""
    for ids in _batched(list(contact_ids)):
        with transaction.atomic():
            SearchTerm.objects.filter(contact__in=ids).delete()
            SearchTerm.objects.bulk_create(_rows(ids), batch_size=BATCH)


def _rows(ids: list[int]) -> Iterator[SearchTerm]:
    contacts = Contact.objects.filter(pk__in=ids, erased_at=None).prefetch_related("emails", "phones", "memberships")
    for contact in contacts:
        for term in search_terms(contact):
            yield SearchTerm(contact=contact, term=term, name=contact.search_name[:LONGEST_TERM])


def search_terms(contact: Contact) -> set[str]:
    """The words by which `contact` is found."""
    words = set(contact.search_name.split())
    words |= {without_article(word) for word in words}
    words |= {email.address.lower() for email in contact.emails.all()}
    words |= {membership.number.lower() for membership in contact.memberships.all()}
    for phone in contact.phones.all():
        words |= _spellings(phone.number)
    return {word[:LONGEST_TERM] for word in words}


def _spellings(number: phonenumbers.PhoneNumber) -> set[str]:
    """With the country's code, without it, and as dialled inside the country."""
    national = phonenumbers.national_significant_number(number)
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return {f"{number.country_code}{national}", national, re.sub(r"\D", "", western_digits(dialled))}


def _batched(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
