"""What is held about a person, table by table: each wing says it of its own tables, once, when it is loaded.

"My data", erasure and retention all read this list and nothing else, so that a table which is declared here is shown,
erased and pruned alike. A test walks every table there is and fails on one that holds something of people and is not here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from members.models import Contact, Email, User
from members.names import normalise_name


class OnErasure(Enum):
    """What becomes of a row when its person is erased."""

    DELETE = "delete"
    KEEP = "keep"  # without the person: see `Holding.blank`


@dataclass(frozen=True)
class Person:
    """A contact, and by what else the same person's rows are known where no key leads to the contact."""

    contact: Contact

    @cached_property
    def user(self) -> User | None:
        """Their log-in."""
        return self.contact.user

    @cached_property
    def emails(self) -> list[str]:
        """Every address of theirs, small letters."""
        found = {email.address.lower() for email in self.contact.emails.all()}
        if self.user:
            found.add(self.user.email.lower())
        return sorted(found)

    @cached_property
    def own_emails(self) -> list[str]:
        """The addresses that nobody else whom we know uses: a couple's shared one proves nothing."""
        return [address for address in self.emails if not self._is_shared(address)]

    @cached_property
    def shared_emails(self) -> list[str]:
        return sorted({*self.emails} - {*self.own_emails})

    def _is_shared(self, address: str) -> bool:
        by_contact = Email.objects.filter(same_text("address", address)).exclude(contact=self.contact)
        by_log_in = User.objects.filter(email=address)
        if self.user:
            by_log_in = by_log_in.exclude(pk=self.user.pk)
        return by_contact.exists() or by_log_in.exists()

    @cached_property
    def folded_name(self) -> str:
        """The whole name as names are compared."""
        return normalise_name(self.contact.name)

    @cached_property
    def words(self) -> list[str]:
        """By what a text is known to speak of them: the whole name, each address, each number."""
        numbers = [str(phone.number) for phone in self.contact.phones.all()]
        return [word for word in (self.folded_name, *self.emails, *numbers) if len(word) > 3]


@dataclass(frozen=True)
class Holding:
    """What one table holds about a person, and what becomes of it.

    `paths` lead from a row to the contact ("donor", "payment__payer"; "pk" for the contact itself). `loose` finds rows
    of the person without such a key, by their address. `shows` are the fields that go into "my data".

    On erasure a row is deleted, or kept without what `blank` names: field to value, or to a function of the row.
    `files` are file fields whose files go too. `before` runs first, `refusal` may stop it all with a sentence.

    `age` is the date from which retention counts (None: kept as long as the person is); `ripe` says which rows it may
    touch at all, `least_months` what no rule may go below. `is_tie`: a row that young shows the person is with us.
    `is_pruned` is False where a row may go with its person only.
    """

    model: type[Model]
    label: Any
    paths: tuple[str, ...] = ("contact",)
    loose: Callable[[Person], Q | None] | None = None
    shows: tuple[str, ...] = ()
    on_erasure: OnErasure = OnErasure.DELETE
    blank: Mapping[str, Any] = field(default_factory=dict)
    why_kept: Any = ""
    files: tuple[str, ...] = ()
    before: Callable[[Contact], None] | None = None
    refusal: Callable[[Contact], str] | None = None
    age: str = ""
    ripe: Q = field(default_factory=Q)
    least_months: int = 0
    is_tie: bool = False
    is_pruned: bool = True

    @property
    def code(self) -> str:
        """The name of the kind, such as "donations.receipt"."""
        return self.model._meta.label_lower

    @property
    def is_kept(self) -> bool:
        return self.on_erasure is OnErasure.KEEP

    @property
    def is_kind(self) -> bool:
        """Whether there can be a retention rule for it: it has an age, and something that would go."""
        return bool(self.age) and self.is_pruned and (not self.is_kept or bool(self.blank))

    def querysets(self, person: Person) -> list[QuerySet]:
        """The person's rows. One queryset for each way to find them, so that each is read from its own index."""
        rows = self.model._default_manager.order_by("pk")
        found = [rows.filter(**{path: person.contact.pk}) for path in self.paths]
        if self.loose and (loosely := self.loose(person)) is not None:
            found.append(rows.filter(loosely))
        return found


_groups: list[tuple[Holding, ...]] = []
# What of some rows is not told in "my data", since it is between somebody else and us: of which rows, which field.
_withheld: dict[type[Model], list[tuple[str, Q]]] = {}


def register(*holdings: Holding) -> None:
    """Called by each app once, when it is ready, in the order in which a reader wants to see its tables."""
    _groups.append(holdings)


def withhold(model: type[Model], name: str, of: Q) -> None:
    """Leave the field `name` empty in "my data" where a row of `model` is like `of`: a wing says it of what it knows."""
    _withheld.setdefault(model, []).append((name, of))


def without_what_is_withheld(rows: QuerySet, *, chunk_size: int) -> Iterator[Model]:
    """Return `rows`, read in chunks, without what is not told of them."""
    hidden = [(name, set(rows.filter(of).values_list("pk", flat=True))) for name, of in _withheld.get(rows.model, ())]
    for row in rows.iterator(chunk_size=chunk_size):
        for name, pks in hidden:
            if row.pk in pks:
                setattr(row, name, None)
        yield row


def all_holdings() -> Iterator[Holding]:
    """Every holding, the person first and then wing by wing: the apps furthest from `members` are loaded first."""
    for group in reversed(_groups):
        yield from group


def same_text(name: str, text: str) -> Q:
    """The column `name` is `text` whatever the case of its letters, in the form that an index on `Upper` answers."""
    return Q(Exact(Upper(F(name)), text.upper()))


def any_of(name: str, texts: list[str]) -> Q | None:
    """As `same_text` for any of `texts`. None when there is none, since an empty condition would mean every row."""
    found: Q | None = None
    for text in texts:
        found = same_text(name, text) if found is None else found | same_text(name, text)
    return found


def mentions(text: str, words: list[str]) -> bool:
    """Whether one of `words` stands in `text`, as typed or in the form in which names are compared."""
    plain, folded = text.lower(), normalise_name(text)
    return any(word in plain or word in folded for word in words)


def plain_text(value: Any) -> str:
    """All texts inside a JSON value, as people read them."""
    if isinstance(value, dict):
        return " ".join(plain_text(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return " ".join(plain_text(part) for part in value)
    return str(value)
