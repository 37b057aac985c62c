"""Making one contact of two, and two of them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex

from members.domain.assemblies.merging import leave_one_vote
from members.domain.consent import record_consent
from members.domain.directory_merging import settle_entries, steps_to_take_back, what_both_allow
from members.domain.duplicates import read_facts
from members.domain.likeness import Score, likeness
from members.domain.merging_choices import chosen_values
from members.domain.merging_journal import Journal, Replay, leaned_on, row_name, touched
from members.domain.merging_rows import Pointer, absorb, combine, pointers_at, prefer, same_by
from members.domain.relationships import check_relationship
from members.domain.search import LONGEST_TERM, index_contacts, search_facts, search_terms
from members.exceptions import CannotMergeError, CannotUndoMergeError, CircularRelationshipError, SameContactError
from members.models import (
    Address,
    Consent,
    ConsentEvent,
    Contact,
    DirectoryEntry,
    DuplicatePair,
    Email,
    Merge,
    NotDuplicate,
    Phone,
    Relationship,
    SearchTerm,
    User,
)

_PAIRS = (DuplicatePair, NotDuplicate)
# Worked out from the contact's rows, so it is worked out again rather than moved.
_DERIVED = (SearchTerm, ReferenceIndex)

same_by(Phone, "number")
same_by(Address, "lines", "postcode", "city", "country", "season_from", "season_until")
same_by(Relationship, "type_id", "from_contact_id", "to_contact_id", "starts_on", "ends_on", "note")


def _is_newer_consent(kept: Consent, merged: Consent) -> bool:
    """The newest word counts; of two at one moment, the no."""
    if kept.event.happened_at == merged.event.happened_at:
        return kept.granted and not merged.granted
    return merged.event.happened_at > kept.event.happened_at


prefer(Consent, _is_newer_consent)
combine(DirectoryEntry, what_both_allow)


@transaction.atomic
def merge(kept: Contact, merged: Contact, choices: Mapping[str, str], *, by: User | None) -> Merge:
    """Make `merged` a part of `kept`, and return the note that can undo it.

    `choices` says field by field whose value stays (`merging_choices`). Everything that points at `merged`, in any
    table, points at `kept` afterwards. What cannot stay twice (an address that both have) is kept in the journal only.
    Of two words on consent the newer one counts, of two entries in the directory what both allow. A log-in stays;
    memberships both stay.

    Raises SameContactError, or CannotMergeError: for contacts of different kinds, with a log-in each, one of whom is
    gone or erased, if no name would be left, or if somebody would stand above themselves.
    """
    kept, merged = _locked(kept, merged)
    values = _values(kept, merged, choices)
    journal = Journal()
    events = ConsentEvent.objects.filter(contact__in=[kept, merged]).order_by("pk")
    known_events = list(events.values_list("pk", flat=True))
    _remove_derived(journal, kept, merged)
    _rewrite_pairs(journal, kept, merged)
    leave_one_vote(journal, kept, merged, by=by)
    absorb(journal, kept, merged, but=(*_PAIRS, SearchTerm))
    _refuse_circles(kept)
    _one_first_choice(journal, kept)
    name = merged.name
    journal.remove(merged)
    journal.change(kept, values)
    done = Merge.objects.create(
        kept=kept,
        merged_pk=merged.pk,
        merged_name=name,
        journal={"kept": kept.pk, "steps": journal.steps, "events": known_events},
        merged_by=by,
    )
    _derive(kept)
    log(kept, "sanduq.merged", user=by, data={"merge": done.pk, "merged": merged.pk})
    return done


def _locked(kept: Contact, merged: Contact) -> tuple[Contact, Contact]:
    """Both as they are on record now. Nobody else changes them, or adds anything to them, until the end of this."""
    if kept.pk == merged.pk:
        raise SameContactError
    rows = Contact.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk], erased_at=None).order_by("pk")
    found = {contact.pk: contact for contact in rows}
    if len(found) < 2:
        raise CannotMergeError(
            _("One of the two contacts is gone: a colleague merged, erased or deleted it meanwhile.")
        )
    return found[kept.pk], found[merged.pk]


def _values(kept: Contact, merged: Contact, choices: Mapping[str, str]) -> dict[str, Any]:
    if kept.kind != merged.kind:
        raise CannotMergeError(
            _("%(first)s and %(second)s are not of the same kind. Please change the kind of one of them first.")
            % {"first": kept, "second": merged}
        )
    if kept.user_id and merged.user_id:
        raise CannotMergeError(
            _("Both contacts have a log-in, and one person can have only one. Please remove one of the log-ins first.")
        )
    values = chosen_values(kept, merged, choices)
    one = Contact(kind=kept.kind)
    for name in ("given_name", "family_name", "organisation_name"):
        setattr(one, name, values.get(name, getattr(kept, name)))
    if not one.name:
        raise CannotMergeError(_("No name would be left. Please choose at least one."))
    one.fold_name()
    return {
        **values,
        "user_id": kept.user_id or merged.user_id,
        "search_name": one.search_name,
        "match_key": one.match_key,
        "version": kept.version + 1,
        "updated_at": timezone.now(),
    }


def _remove_derived(journal: Journal, *contacts: Contact) -> None:
    for contact in contacts:
        for rows in (contact.search_terms.all(), ReferenceIndex.get_references_for_object(contact)):
            for row in rows.order_by("pk"):
                journal.remove(row)


def _derive(contact: Contact) -> None:
    index_contacts([contact.pk])
    ReferenceIndex.create_or_update_for_object(contact)


def _rewrite_pairs(journal: Journal, kept: Contact, merged: Contact) -> None:
    """A pair is written the lower contact first, so it may have to be turned round; a pair with oneself is none."""
    for model in _PAIRS:
        for pair in model.objects.filter(Q(first=merged) | Q(second=merged)).order_by("pk"):
            other = pair.second_id if pair.first_id == merged.pk else pair.first_id
            first, second = sorted([kept.pk, other])
            twin = model.objects.filter(first=first, second=second).first()
            if other == kept.pk or twin:
                journal.remove(pair, for_the_sake_of=twin if other != kept.pk else None)
            else:
                journal.change(pair, {"first_id": first, "second_id": second})


def _refuse_circles(kept: Contact) -> None:
    """Two contacts may each stand rightly in a chain of guardians or employers that is a circle once they are one."""
    for relationship in kept.relationships_from.filter(type__is_hierarchical=True).select_related("type"):
        try:
            check_relationship(relationship)
        except CircularRelationshipError:
            raise CannotMergeError(
                _(
                    "%(name)s would stand above themselves: “%(relationship)s”. Please end or remove that relationship first."
                )
                % {"name": kept, "relationship": relationship}
            ) from None


def _one_first_choice(journal: Journal, kept: Contact) -> None:
    """What was the merged contact's first choice among addresses is the kept one's only if that had none."""
    moved = touched(journal.steps)
    for model in (Email, Phone, Address):
        first_choices = model.objects.filter(contact=kept, is_primary=True).order_by("pk")
        came = [row for row in first_choices if row_name(row) in moved]
        if len(came) < len(first_choices):
            for row in came:
                journal.change(row, {"is_primary": False})


# --- Two again -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Undone:
    """The two contacts after an undo, and sentences that say what was left as it is, because it changed since."""

    kept: Contact
    merged: Contact
    left: list[str]


@transaction.atomic
def undo_merge(merge: Merge, *, by: User | None) -> Undone:
    """Make two contacts of one again, each with what it had before.

    What was added since stays with the kept contact; what was changed since is left as it is and reported. If the
    kept contact took a consent back since, or showed less in the directory, the same counts for the other one: nobody
    knows who spoke.

    Raises CannotUndoMergeError: if it is undone already, if the kept contact is gone, or if another merge, which is
    named, must be undone first.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    kept = _locked_for_undo(merge)
    steps = steps_to_take_back(merge.journal["steps"], kept, since=merge.merged_at)
    kept.search_terms.all().delete()
    ReferenceIndex.get_references_for_object(kept).delete()
    replay = Replay()
    replay.take_back(steps)
    if (Contact._meta.label_lower, str(merge.merged_pk)) in replay.missing:
        raise CannotUndoMergeError(_("The merged contact cannot be put back."))
    kept = _with_folded_name(kept.pk)
    merged = Contact.objects.get(pk=merge.merged_pk)
    _settle_consents(kept, merged, known_events=merge.journal["events"], by=by)
    settle_entries(kept, merged, since=merge.merged_at)
    for contact in (kept, merged):
        _derive_if_needed(contact, is_changed=bool(replay.left))
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    for contact in (kept, merged):
        log(contact, "sanduq.merge_undone", user=by, data={"merge": merge.pk, "left": len(replay.left)})
    return Undone(kept, merged, replay.left)


def _locked_for_undo(merge: Merge) -> Contact:
    if merge.undone_at:
        raise CannotUndoMergeError(_("This merge has been undone already."))
    if not merge.journal.get("steps"):
        raise CannotUndoMergeError(_("Somebody whom this merge was about has been erased, so it cannot be undone."))
    pk = merge.journal["kept"]
    later = Merge.objects.filter(undone_at=None, pk__gt=merge.pk)
    if swallowed := later.filter(merged_pk=pk).first():
        raise CannotUndoMergeError(
            _("%(merged)s was itself merged into %(kept)s later. Please undo that merge first.")
            % {"merged": swallowed.merged_name, "kept": swallowed.kept}
        )
    kept = Contact.objects.select_for_update().filter(pk=pk, erased_at=None).first()
    if kept is None:
        raise CannotUndoMergeError(_("The contact into which it was merged has been erased or deleted."))
    mine = touched(merge.journal["steps"])
    for other in later.filter(kept=kept):
        if mine & leaned_on(other.journal.get("steps", [])):
            raise CannotUndoMergeError(
                _("The later merge of %(merged)s took something over from this one. Please undo that merge first.")
                % {"merged": other.merged_name}
            )
    return kept


def _with_folded_name(pk: int) -> Contact:
    """A name that was changed since may have got back one of its halves."""
    contact = Contact.objects.get(pk=pk)
    stored = (contact.search_name, contact.match_key)
    contact.fold_name()
    if stored != (contact.search_name, contact.match_key):
        Contact.objects.filter(pk=pk).update(search_name=contact.search_name, match_key=contact.match_key)
    return contact


def _settle_consents(kept: Contact, merged: Contact, *, known_events: list[int], by: User | None) -> None:
    """Only for what was said since the merge: it stays with the kept contact, but a no also counts for the other one."""
    since = kept.consent_events.exclude(pk__in=known_events).order_by("channel", "purpose")
    for channel, purpose in since.values_list("channel", "purpose").distinct():
        newest = {
            contact.pk: contact.consent_events.filter(channel=channel, purpose=purpose)
            .order_by("happened_at", "pk")
            .last()
            for contact in (kept, merged)
        }
        Consent.objects.filter(contact__in=[kept, merged], channel=channel, purpose=purpose).delete()
        for contact in (kept, merged):
            if event := newest[contact.pk]:
                Consent.objects.create(
                    contact=contact, channel=channel, purpose=purpose, granted=event.granted, event=event
                )
        earlier, latest = newest[merged.pk], newest[kept.pk]
        if earlier and earlier.granted and latest and not latest.granted:
            record_consent(
                merged,
                channel=channel,
                purpose=purpose,
                granted=False,
                source=_("Consent was taken back while two contacts were one"),
                actor=by,
            )


def _derive_if_needed(contact: Contact, *, is_changed: bool) -> None:
    """The rows put back are right, unless something was added or changed since the merge."""
    rows = contact.search_terms.values_list("term", "name")
    if set(rows) != {(term, contact.search_name[:LONGEST_TERM]) for term in search_terms(search_facts(contact))}:
        index_contacts([contact.pk])
    if is_changed:
        ReferenceIndex.create_or_update_for_object(contact)


# --- What a merge would do -----------------------------------------------------------------


def what_moves(merged: Contact) -> list[tuple[str, int]]:
    """Return how many things of each kind would be moved: ("gifts", 3)."""
    counts: dict[str, int] = {}
    for pointer in pointers_at(Contact, merged.pk):
        if pointer.model in (*_PAIRS, *_DERIVED, Consent, ModelLogEntry):
            continue
        if number := pointer.rows.count():
            counts[_called(pointer)] = counts.get(_called(pointer), 0) + number
    return sorted(counts.items())


def _called(pointer: Pointer) -> str:
    meta = pointer.model._meta
    if meta.auto_created:  # of a many-to-many relation: what is at its other end
        ends = [field for field in meta.concrete_fields if field.is_relation and field.attname != pointer.column]
        meta = ends[0].related_model._meta  # type: ignore[union-attr]
    return str(meta.verbose_name_plural)


def compare(first: Contact, second: Contact) -> Score:
    """Return how alike two contacts on record are."""
    facts = read_facts([first.pk, second.pk])
    return likeness(facts[first.pk], facts[second.pk])
