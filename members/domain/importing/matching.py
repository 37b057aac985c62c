"""Which contacts on record the rows of one batch mean: a fixed number of queries, however many rows."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from django.db.models import QuerySet
from django.db.models.functions import Upper

from members.domain.importing.rows import Person
from members.models import Contact, Email, Membership, Phone
from members.names import normalise_name


def known_contacts(people: Iterable[Person]) -> dict[Hashable, int]:
    """Return, for each key of these people that somebody on record has, the id of that contact; the oldest wins.

    Whoever has two keys of two contacts is matched by the first that `Person.keys` names.
    """
    people = list(people)
    by_address = _ids(
        Email.objects.annotate(upper=Upper("address")),
        "upper",
        {email.upper() for person in people for email in person.emails},
    )
    by_number = _ids(Phone.objects.as_stored(), "digits", {phone for person in people for phone in person.phones})
    cards = {person.member_number for person in people if person.member_number}
    # Capital letters or small ones, as the office writes them; both are read from the index of numbers.
    by_card = _ids(
        Membership.objects.all(), "number", cards | {case(card) for card in cards for case in (str.upper, str.lower)}
    )
    born = {person.values["birth_date"] for person in people if person.values.get("birth_date")}
    names = {normalise_name(person.name) for person in people}
    ids = {pk for group in (by_address, by_number, by_card) for found in group.values() for pk in found}
    facts = list(Contact.objects.filter(pk__in=ids, erased_at=None).values_list("pk", "search_name"))
    name_of = dict(facts)
    known: dict[Hashable, int] = {}
    _add(known, "email", {address.lower(): found for address, found in by_address.items()}, name_of)
    _add(known, "phone", by_number, name_of)
    for number, found in by_card.items():
        known.setdefault(("number", number.lower()), found[0])
    if born:
        same = Contact.objects.filter(birth_date__in=born, search_name__in=names, erased_at=None)
        for pk, day, name in same.order_by("pk").values_list("pk", "birth_date", "search_name"):
            known.setdefault(("born", day, name), pk)
    return known


def _ids(rows: QuerySet, field: str, wanted: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if wanted:
        for value, pk in rows.filter(**{f"{field}__in": wanted}).order_by("pk").values_list(field, "contact_id"):
            found[str(value)].append(pk)
    return found


def _add(known: dict[Hashable, int], what: str, by_value: dict[str, list[int]], name_of: dict[int, str]) -> None:
    for value, ids in by_value.items():
        for pk in ids:
            if pk in name_of:
                known.setdefault((what, value, name_of[pk]), pk)


def match(person: Person, known: dict[Hashable, int]) -> int | None:
    """Return the id of the contact whom `person` means, or None."""
    return next((known[key] for key in person.keys if key in known), None)
