"""The member directory: what members show of themselves, to whom, and until when.

Somebody is listed on a day only if all of this holds on that very day: the office has a directory for that reader, they
share their name with that reader, they are a member, alive and on record, old enough, and the office has not hidden
them. All of it is asked in one query when the page is read, so that there is no list to be kept up to date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from members.domain.consent import age_of_consent, age_on
from members.domain.relationships import belongs_on
from members.exceptions import TooYoungForEveryoneError, TooYoungToBeListedError
from members.models import (
    AUDIENCE_COLUMNS,
    Audience,
    Contact,
    DirectoryEntry,
    DirectoryEvent,
    DirectoryField,
    DirectoryScope,
    User,
    stricter,
    wide_enough_for,
)
from members.models.directory import TEXTS
from members.names import clean_line, normalise_name, without_article

ADULT_AGE = 18  # years; nobody younger is shown to everyone, whatever a law lets them agree to
PER_PAGE = 24
MOST_WORDS = 8
# What may be searched besides the name: nothing by which somebody is reached.
_SEARCHED = (DirectoryField.ABOUT, DirectoryField.ORGANISATION, DirectoryField.CITY)


# --- Who is listed -------------------------------------------------------------------------


def is_open(scope: str, reader: Audience) -> bool:
    """Whether there is a directory for `reader` (MEMBERS or EVERYONE) while the office has it as `scope`."""
    return scope == DirectoryScope.PUBLIC or (scope == DirectoryScope.MEMBERS and reader == Audience.MEMBERS)


def is_member_on(contact: Contact, on: date) -> bool:
    """Whether `contact` is a member on that day, and so may read what is for members."""
    return Contact.objects.filter(belongs_on(on), pk=contact.pk, erased_at=None, died_on=None).exists()


def listed_for(reader: Audience, *, scope: str, on: date) -> QuerySet[DirectoryEntry]:
    """The entries that `reader` (MEMBERS or EVERYONE) may know of on the day `on`, in the order of the names."""
    if not is_open(scope, reader):
        return DirectoryEntry.objects.none()
    return DirectoryEntry.objects.filter(
        _old_enough_for(reader, on=on),
        belongs_on(on, contact="contact"),
        name_audience__in=wide_enough_for(reader),
        hidden_at=None,
        contact__erased_at=None,
        contact__died_on=None,
    ).order_by("search_name", "pk")


def least_age(reader: Audience) -> int:
    """From which age, in years, somebody may show themselves to `reader`."""
    return max(ADULT_AGE, age_of_consent()) if reader == Audience.EVERYONE else age_of_consent()


def _old_enough_for(reader: Audience, *, on: date) -> Q:
    """A birth date that is learnt later also tells how old they were when they chose."""
    born = "contact__birth_date"
    then_and_now = Q(**{f"{born}__lte": F("counts_if_born_by")}) & Q(
        **{f"{born}__lte": years_before(on, least_age(reader))}
    )
    return Q(**{born: None}) | then_and_now


def years_before(day: date, years: int) -> date:
    """The latest birth date of somebody who has completed `years` years of life on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


# --- What is shown -------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One entry as one reader sees it. What they may not see is empty, so that no page can show it by mistake."""

    pk: int | None
    name: str
    about: str = ""
    organisation: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    has_photo: bool = False

    @property
    def website_label(self) -> str:
        """The website as people say it."""
        return self.website.partition("://")[2].removeprefix("www.").rstrip("/")

    @property
    def phone_href(self) -> str:
        """The number as a `tel:` link wants it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def as_seen_by(reader: Audience, entry: DirectoryEntry) -> Shown:
    """What of `entry`, which `reader` may know of, they may see."""
    allowed = wide_enough_for(reader)
    contact = entry.contact
    found = {
        DirectoryField.ABOUT: lambda: entry.about,
        DirectoryField.ORGANISATION: lambda: entry.organisation,
        DirectoryField.CITY: lambda: entry.city,
        DirectoryField.EMAIL: lambda: contact.email,
        DirectoryField.PHONE: lambda: contact.phone,
        DirectoryField.WEBSITE: lambda: entry.website,
    }
    texts = {field.value: read() for field, read in found.items() if entry.audience_of(field) in allowed}
    has_photo = entry.photo_audience in allowed and bool(contact.photo)
    return Shown(pk=entry.pk, name=entry.shown_name, has_photo=has_photo, **texts)


def preview_for(reader: Audience, entry: DirectoryEntry, *, scope: str, on: date) -> Shown | None:
    """How `reader` would see `entry`, which may be unsaved; None if they would not see it at all."""
    contact = entry.contact
    is_listed = (
        is_open(scope, reader)
        and entry.audience in wide_enough_for(reader)
        and entry.hidden_at is None
        and _is_old_enough(entry, reader, on=on)
        and is_member_on(contact, on)
    )
    return as_seen_by(reader, entry) if is_listed else None


def _is_old_enough(entry: DirectoryEntry, reader: Audience, *, on: date) -> bool:
    born, by = entry.contact.birth_date, entry.counts_if_born_by
    return born is None or (by is not None and born <= by and born <= years_before(on, least_age(reader)))


# --- Searching and paging ------------------------------------------------------------------


def search(entries: QuerySet[DirectoryEntry], reader: Audience, *, text: str = "", city: str = ""):
    """Those of `entries` that have every word of `text` and of `city`, as far as `reader` may see where they stand.

    Words match from their beginning, in any order and spelling. What somebody does not show cannot be found out by
    searching for it either.
    """
    for word in _words(text):
        found = Q(name_words__contains=word)
        for field in _SEARCHED:
            found |= _shown_words(field, word, reader)
        entries = entries.filter(found)
    for word in _words(city):
        entries = entries.filter(_shown_words(DirectoryField.CITY, word, reader))
    return entries


def _words(text: str) -> list[str]:
    """What stands in the folded columns before each word is a space; they hold each word without its article as well."""
    return [f" {without_article(word)}" for word in dict.fromkeys(normalise_name(text[:200]).split())][:MOST_WORDS]


def _shown_words(field: DirectoryField, word: str, reader: Audience) -> Q:
    return Q(**{f"{AUDIENCE_COLUMNS[field]}__in": wide_enough_for(reader), f"{field.value}_words__contains": word})


@dataclass(frozen=True)
class DirectoryPage:
    """Some entries, and after which of them the next page begins (None on the last one)."""

    entries: list[Shown]
    next_after: int | None


def page_after(entries: QuerySet[DirectoryEntry], reader: Audience, *, after: int | None = None) -> DirectoryPage:
    """The page of `entries` that follows the entry `after`, listed any more or not; the first one without it.

    It is the first one as well where `after` is gone, or its member took the name away a moment ago.

    Nothing is counted or skipped, so the last page costs what the first one does. At most four queries.
    """
    if after is not None and (last := DirectoryEntry.objects.filter(pk=after).values_list("search_name", "pk").first()):
        name, pk = last
        entries = entries.filter(Q(search_name__gt=name) | Q(search_name=name, pk__gt=pk))
    rows = entries.select_related("contact").prefetch_related("contact__emails", "contact__phones")
    found = list(rows[: PER_PAGE + 1])
    shown = [as_seen_by(reader, entry) for entry in found[:PER_PAGE]]
    return DirectoryPage(shown, found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


# --- What a member chooses -----------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """To whom somebody shows one thing, and the words in which they were asked."""

    audience: Audience
    wording: str


def entry_of(contact: Contact) -> DirectoryEntry:
    """The entry of `contact`, or a new one that is not saved and shows nothing to anybody."""
    found = DirectoryEntry.objects.filter(contact=contact).first() or DirectoryEntry(shown_name=contact.name)
    found.contact = contact
    return found


@transaction.atomic
def choose(
    contact: Contact,
    *,
    texts: Mapping[str, str],
    choices: Mapping[DirectoryField, Choice],
    source: str,
    actor: User | None,
    on: date,
) -> DirectoryEntry:
    """Write down what `contact` shows to whom, and each choice that is new as an event with the words that were read.

    `texts` are those of the entry (`shown_name`, `about`, `organisation`, `city`, `website`); `source` names the form,
    `on` is today. Whoever takes something back is never refused. Raises TooYoungToBeListedError for anyone below the
    age of consent who shows more than before, and TooYoungForEveryoneError for a minor who shows more to everyone.
    """
    entry = _locked_entry(contact)
    changed = _change(entry, texts, {field: choice.audience for field, choice in choices.items()}, on=on)
    _save(entry, {field: choices[field] for field in changed}, source=source, actor=actor)
    return entry


def draft(
    contact: Contact, *, texts: Mapping[str, str], audiences: Mapping[DirectoryField, Audience], on: date
) -> DirectoryEntry:
    """The entry as it would be after `choose`, unsaved, so that it can be looked at first. Raises what `choose` does."""
    entry = entry_of(contact)
    _change(entry, texts, audiences, on=on)
    return entry


def _change(
    entry: DirectoryEntry, texts: Mapping[str, str], audiences: Mapping[DirectoryField, Audience], *, on: date
) -> list[DirectoryField]:
    """Set what was written and chosen, and return the fields whose audience is another than before."""
    before = {field: entry.audience_of(field) for field in audiences}
    changed = [field for field, audience in audiences.items() if audience != before[field]]
    wider = [audiences[field] for field in changed if stricter(audiences[field], before[field]) == before[field]]
    _refuse_minors(entry.contact, wider, on=on)
    for name, text in texts.items():
        setattr(entry, name, clean_line(text))
    for field in changed:
        setattr(entry, AUDIENCE_COLUMNS[field], audiences[field])
    if wider:
        entry.counts_if_born_by = years_before(on, age_of_consent())
    return changed


@transaction.atomic
def leave_directory(contact: Contact, *, wording: str, source: str, actor: User | None) -> DirectoryEntry | None:
    """Show nothing of `contact` to anybody any more, and forget what was written for the directory alone.

    That the office has hidden somebody stays so. None if there was no entry.
    """
    entry = _locked_entry(contact)
    if entry.pk is None:
        return None
    changed = [field for field in DirectoryField if entry.audience_of(field) != Audience.NOBODY]
    for name in TEXTS:
        setattr(entry, name, "")
    for field in changed:
        setattr(entry, AUDIENCE_COLUMNS[field], Audience.NOBODY)
    _save(entry, dict.fromkeys(changed, Choice(Audience.NOBODY, wording)), source=source, actor=actor)
    return entry


def _locked_entry(contact: Contact) -> DirectoryEntry:
    # Choices of one person take turns, so that each is compared with the one before it.
    return entry_of(Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk, erased_at=None))


def _refuse_minors(contact: Contact, wider: list[Audience], *, on: date) -> None:
    if not wider or contact.birth_date is None:
        return
    age = age_on(contact.birth_date, on)
    if age < (least := least_age(Audience.MEMBERS)):
        raise TooYoungToBeListedError(least)
    if Audience.EVERYONE in wider and age < (least := least_age(Audience.EVERYONE)):
        raise TooYoungForEveryoneError(least)


def _save(entry: DirectoryEntry, changes: Mapping[DirectoryField, Choice], *, source: str, actor: User | None) -> None:
    columns = [*TEXTS, *AUDIENCE_COLUMNS.values(), "counts_if_born_by", "changed_at"]
    # Not what the office says of the entry, which it may be saying at this moment.
    entry.save(update_fields=columns if entry.pk else None)
    DirectoryEvent.objects.bulk_create(
        DirectoryEvent(
            contact=entry.contact,
            field=field,
            audience=choice.audience,
            wording=choice.wording,
            source=source,
            actor=actor,
        )
        for field, choice in changes.items()
    )


# --- What the office does ------------------------------------------------------------------


def hide_entry(entry: DirectoryEntry, *, reason: str, by: User) -> None:
    """Take `entry` out of the directory, whatever its member chooses, until the office shows it again."""
    entry.hidden_at, entry.hidden_by, entry.hidden_reason = timezone.now(), by, reason
    entry.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])


def show_entry_again(entry: DirectoryEntry) -> None:
    """Let the member's own choices count again."""
    entry.hidden_at, entry.hidden_by, entry.hidden_reason = None, None, ""
    entry.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
