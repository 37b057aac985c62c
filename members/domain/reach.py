"""How people are reached and what they are tagged with: for a page of many, or all that stands on the page of one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import BooleanField, CharField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from phonenumber_field.phonenumber import PhoneNumber

from members.models import Contact, Email, Phone

EMAIL, PHONE, TAG = "email", "phone", "tag"
ALL = frozenset({EMAIL, PHONE, TAG})


@dataclass
class Reach:
    """The addresses (with whether mail comes back), numbers and tags of one contact, the first choice first."""

    emails: list[tuple[str, bool]] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)  # as they are dialled from abroad
    tags: list[str] = field(default_factory=list)

    @property
    def email(self) -> str:
        """The address to write to, or an empty text."""
        return min(self.emails, key=lambda pair: pair[1], default=("", False))[0]

    @property
    def phone(self) -> str:
        """The number to call, or an empty text."""
        return self.phones[0] if self.phones else ""


def reach_of(contact_ids: Iterable[int], *, kinds: Iterable[str] = ALL) -> dict[int, Reach]:
    """Return, for each of these contacts, what of `kinds` is known of them. One query, however many they are."""
    ids, wanted = list(contact_ids), sorted(ALL.intersection(kinds))
    found: dict[int, Reach] = defaultdict(Reach)
    if not ids or not wanted:
        return found
    first, *others = (_ROWS[kind](ids) for kind in wanted)
    rows = first.union(*others, all=True) if others else first
    for owner, kind, text, _is_first, _place, comes_back in sorted(rows, key=lambda row: (not row[3], row[4])):
        if kind == EMAIL:
            found[owner].emails.append((text, bool(comes_back)))
        elif kind == PHONE:
            found[owner].phones.append(international(text))
        else:
            found[owner].tags.append(text)
    for reach in found.values():
        reach.tags.sort()
    return found


@lru_cache(maxsize=10_000)
def international(number: str) -> str:
    """An E.164 number as people write it, since to parse it takes longer than all else with it."""
    return PhoneNumber.from_string(number).as_international


_FACTS = ("owner", "fact", "text", "is_first_choice", "place", "comes_back")


def _emails(ids: list[int]) -> QuerySet:
    rows = Email.objects.filter(contact__in=ids)
    return _facts(rows, EMAIL, text=F("address"), is_first_choice=F("is_primary"), comes_back=F("is_undeliverable"))


def _phones(ids: list[int]) -> QuerySet:
    rows = Phone.objects.as_stored().filter(contact__in=ids)
    return _facts(rows, PHONE, text=F("digits"), is_first_choice=F("is_primary"), comes_back=_NO)


def _tags(ids: list[int]) -> QuerySet:
    rows = Contact.tags.through.objects.filter(contact__in=ids)
    return _facts(rows, TAG, text=F("tag__name"), is_first_choice=_NO, comes_back=_NO)


_NO = Value(False, output_field=BooleanField())
_ROWS = {EMAIL: _emails, PHONE: _phones, TAG: _tags}


def _facts(rows: QuerySet, kind: str, **columns: Combinable) -> QuerySet:
    """The columns that the parts of a union share, whatever table they come from."""
    columns |= {"owner": F("contact_id"), "fact": Value(kind, output_field=CharField()), "place": F("pk")}
    return rows.order_by().annotate(**columns).values_list(*_FACTS)
