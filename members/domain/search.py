"""Finding contacts by whatever staff know of them: a name in any spelling, an address, a number, a card."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from members.batching import batched
from members.domain.plain_rows import insert_rows
from members.models import Contact, Email, Membership, Phone, SearchTerm
from members.names import normalise_name, western_digits, without_article

BATCH = 2_000
LONGEST_TERM = 200
LEAST_DIGITS = 4
PROBED = 500  # rows looked at to tell a rare word from a common one
_COUNTRY_CODES = set(COUNTRY_CODE_TO_REGION_CODE)
_LOOKS_LIKE_A_NUMBER = re.compile(r"^[+\d][\d\s().\-/]*$")
# The last code point: nothing that begins as a prefix does comes after the prefix and this.
_LAST = "\U0010ffff"

Row = TypeVar("Row", bound=Model)


def find_contacts(text: str, *, among: QuerySet[Contact] | None = None) -> QuerySet[Contact]:
    """Return the contacts (`among` these, if given) that `text` may mean, those first who have one of its words whole.

    Words of a name match from their beginning, in any order and spelling; an e-mail address, a telephone number in any
    format and a member number match from theirs. Nothing matches an empty text.
    """
    return find_by_contact(text, Contact.objects.all() if among is None else among, path="")


def find_by_contact(text: str, rows: QuerySet[Row], *, path: str) -> QuerySet[Row]:
    """Return those of `rows` whose contact, which stands at `path` of a row, `text` may mean, as `find_contacts` does.

    Read in the order of an index, so the first page costs the same whether ten people share a name or sixteen thousand.
    """
    choices = _prefixes(text)
    if not choices:
        return rows.none()
    terms, contact = (f"{path}__search_terms", path) if path else ("search_terms", "pk")
    first, *others = _rarest_first(choices)
    found = rows.filter(
        _begins_with(first, f"{terms}__term"), ~Exists(_earlier_terms(first, terms=terms, contact=contact))
    )
    for prefixes in others:
        has = SearchTerm.objects.filter(_begins_with(prefixes), contact=OuterRef(contact)).order_by()
        # A value that is looked up row by row, and not an EXISTS: PostgreSQL would join that one first and sort the lot,
        # 180 ms instead of 5 for two words that 16,000 have.
        found = found.filter(IsNull(Subquery(has.values("contact_id")[:1]), False))
    return found.order_by(f"{terms}__term", f"{terms}__name", f"{terms}__contact_id", *(["pk"] if path else []))


def _rarest_first(choices: list[list[str]]) -> list[list[str]]:
    """The word that fewest have is looked up, and the others of those who have it; among common ones a whole word first."""
    if len(choices) < 2:
        return choices
    ranks = zip(_how_common(choices), choices, strict=True)
    return [choice for _rank, choice in sorted(ranks, key=lambda pair: (pair[0], -max(map(len, pair[1]))))]


def _how_common(choices: list[list[str]]) -> list[tuple[int, bool]]:
    """Of each: how many rows begin so, no further than PROBED, and whether nobody has it whole. One query for them all.

    In SQL by hand: for so small a question the ORM takes longer to write it than the database to answer.
    """
    table = connection.ops.quote_name(SearchTerm._meta.db_table)
    asked: list[str] = []
    values: list[str] = []
    for prefixes in choices:
        begin = " OR ".join(["(term >= %s AND term < %s)"] * len(prefixes))
        asked.append(f"(SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {begin} LIMIT {PROBED}) AS probe)")  # noqa: S608
        values += [bound for prefix in prefixes for bound in (prefix, prefix + _LAST)]
        whole = ", ".join(["%s"] * len(prefixes))
        asked.append(f"(SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE term IN ({whole}) LIMIT 1) AS probe)")  # noqa: S608
        values += prefixes
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        counts = cursor.fetchone()
    return [(fits, not whole) for fits, whole in zip(counts[::2], counts[1::2], strict=True)]


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


def _earlier_terms(prefixes: list[str], *, terms: str, contact: str) -> QuerySet[SearchTerm]:
    """Of whoever has two such words, as Muhammad Muhammadi has, only the first counts: they stand in the list once."""
    same = SearchTerm.objects.filter(_begins_with(prefixes), contact=OuterRef(contact))
    return same.filter(term__lt=OuterRef(f"{terms}__term"))


def index_contacts(contact_ids: Iterable[int]) -> None:
    """Work out anew by which words these contacts are found. Whoever writes rows in bulk calls it afterwards."""
    for ids in batched(contact_ids, BATCH):
        with transaction.atomic():
            SearchTerm.objects.filter(contact__in=ids).delete()
            index_new(_facts_of(ids))


@dataclass(frozen=True)
class SearchFacts:
    """What one contact is found by: the folded name, e-mail addresses, numbers as E.164, member numbers."""

    contact_id: int
    search_name: str
    emails: Iterable[str] = ()
    phones: Iterable[str] = ()
    member_numbers: Iterable[str] = ()


def index_new(facts: Iterable[SearchFacts]) -> None:
    """Write down the search terms of contacts that have none yet."""
    insert_rows(
        SearchTerm,
        ["contact", "term", "name"],
        ((one.contact_id, term, one.search_name[:LONGEST_TERM]) for one in facts for term in search_terms(one)),
    )


def search_facts(contact: Contact) -> SearchFacts:
    """What `contact` is found by today."""
    return next(_facts_of([contact.pk]), SearchFacts(contact.pk, ""))


def _facts_of(ids: list[int]) -> Iterator[SearchFacts]:
    emails = _by_contact(Email.objects.filter(contact__in=ids).values_list("contact_id", "address"))
    phones = _by_contact(Phone.objects.as_stored().filter(contact__in=ids).values_list("contact_id", "digits"))
    cards = _by_contact(Membership.objects.filter(contact__in=ids).values_list("contact_id", "number"))
    for pk, name in Contact.objects.filter(pk__in=ids, erased_at=None).order_by().values_list("pk", "search_name"):
        yield SearchFacts(pk, name, emails[pk], phones[pk], cards[pk])


def _by_contact(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for pk, value in pairs:
        found[pk].append(value)
    return found


def search_terms(facts: SearchFacts) -> set[str]:
    """The words by which a contact is found."""
    words = set(facts.search_name.split())
    words |= {without_article(word) for word in words}
    words |= {email.lower() for email in facts.emails}
    for number in facts.member_numbers:
        # As one, and in the parts that a search by words takes "B-17" for.
        words |= {number.lower(), *normalise_name(number).split()}
    for phone in facts.phones:
        words |= _spellings(phone)
    return {word[:LONGEST_TERM] for word in words}


def _spellings(phone: str) -> set[str]:
    """With the country's code, without it, and as dialled inside the country."""
    digits = phone.removeprefix("+")
    code = _country_code(digits)
    national = digits.removeprefix(code)
    return {digits, national, f"0{national}"}


def _country_code(digits: str) -> str:
    """The code of one to three digits that E.164 begins with; no code begins another."""
    return next((digits[:length] for length in (1, 2, 3) if int(digits[:length] or 0) in _COUNTRY_CODES), "")
