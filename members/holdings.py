"""What the members' wing holds about people."""

from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from members.domain.holdings import Holding, OnErasure, Person, any_of, mentions, register
from members.models import (
    AUDIENCE_COLUMNS,
    IMPORT_ENDED,
    Address,
    Attendance,
    Audience,
    Calendar,
    CodeUse,
    ConferredCard,
    Consent,
    ConsentEvent,
    Contact,
    CreditEntry,
    DirectoryEntry,
    DirectoryEvent,
    DuplicatePair,
    Email,
    FollowUpFeed,
    ImportRow,
    ImportRun,
    Interaction,
    MemberCard,
    Membership,
    MembershipDecision,
    Merge,
    NotDuplicate,
    NotRenewing,
    PaperRecipient,
    PaperRun,
    PaperState,
    Phone,
    Proxy,
    Relationship,
    SavedView,
    SeatInvitation,
    Term,
    User,
    Voter,
)
from members.models.directory import TEXTS as DIRECTORY_TEXTS
from members.names import normalise_name


def still_works_here(contact: Contact) -> str:
    """Staff's log-ins stand in the books as who did what."""
    if contact.user and (contact.user.is_superuser or contact.user.has_perm("wagtailadmin.access_admin")):
        return _(
            "This person's log-in opens the staff's area. Take them out of their groups under Settings → Users first."
        )
    return ""


def is_being_imported(contact: Contact) -> str:
    """An import that is under way would write the person down again."""
    if contact.import_rows.exclude(run__state__in=IMPORT_ENDED).exists():
        return _("An import with this person in it is under way. Wait until it has ended, or cancel it, first.")
    return ""


def rejected_rows(person: Person) -> Q | None:
    """Rows that were rejected, so that no key leads to anybody, and that name the person.

    In files with a row of theirs the name is enough; in any other it may be a namesake's, so there an address or a
    number must say that it is they.
    """
    rejected = ImportRow.objects.filter(contact=None).exclude(cells=[])
    runs = ImportRun.objects.filter(rows__contact=person.contact).distinct()
    beside = rejected.filter(run__in=list(runs))
    pks = {row.pk for row in beside.iterator() if mentions(" ".join(map(str, row.cells)), person.words)}
    numbers = [str(phone.number.national_number) for phone in person.contact.phones.all()]
    signs = [Q(cells__icontains=sign) for sign in (*person.own_emails, *numbers)]
    if signs:
        pks.update(rejected.filter(reduce(or_, signs)).values_list("pk", flat=True))
    return Q(pk__in=pks) if pks else None


def _name_in_list(voter: Voter) -> str:
    """A line is the member's; one whose representative is erased keeps the name of whom they stood for."""
    return "" if voter.contact.erased_at else voter.name


def _number_in_list(voter: Voter) -> str:
    return "" if voter.contact.erased_at else voter.number


def _words_in_list(voter: Voter) -> str:
    return f" {normalise_name(f'{_name_in_list(voter)} {_number_in_list(voter)}')}"


def log_of(person: Person) -> Q:
    """What was written down about the contact's own page: Wagtail keeps it by type and number."""
    return Q(content_type=ContentType.objects.get_for_model(Contact), object_id=str(person.contact.pk))


def declare() -> None:
    """Called once, when the app is ready. Rows are erased in the opposite order, so what points at others comes later."""
    register(
        Holding(
            Contact,
            gettext_lazy("Who it is"),
            paths=("pk",),
            shows=(
                "kind",
                "given_name",
                "family_name",
                "organisation_name",
                "salutation",
                "birth_date",
                "died_on",
                "photo",
                "tags",
                "custom",
                "preferred_language",
                "calendar",
                "created_at",
                "updated_at",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("An empty record stays, so that the sums of gifts still add up. It has no name."),
            blank={
                "given_name": "",
                "family_name": "",
                "organisation_name": "",
                "salutation": "",
                "birth_date": None,
                "died_on": None,
                "photo": "",
                "custom": {},
                "search_name": "",
                "match_key": "",
                "owner": None,
                "user": None,
                "calendar": Calendar.GREGORIAN,
            },
            files=("photo",),
            before=lambda contact: contact.tags.clear(),
        ),
        Holding(Email, gettext_lazy("E-mail addresses"), shows=("address", "is_primary", "is_undeliverable")),
        Holding(Phone, gettext_lazy("Telephones"), shows=("number", "is_primary")),
        Holding(
            Address,
            gettext_lazy("Addresses"),
            shows=("kind", "lines", "postcode", "city", "country", "season_from", "season_until", "is_undeliverable"),
        ),
        Holding(
            User,
            gettext_lazy("Log-in"),
            shows=("email", "first_name", "last_name", "date_joined", "last_login"),
            refusal=still_works_here,
            age="last_login",
            is_tie=True,
            is_pruned=False,
        ),
        Holding(
            EmailAddress,
            gettext_lazy("Addresses to log in with"),
            paths=("user__contact",),
            shows=("email", "verified", "primary"),
        ),
        Holding(
            Authenticator,
            gettext_lazy("Passkeys and second factors"),
            paths=("user__contact",),
            shows=("type", "created_at", "last_used_at"),
        ),
        Holding(UserProfile, gettext_lazy("Settings of the log-in"), paths=("user__contact",), shows=()),
        Holding(
            SeatInvitation,
            gettext_lazy("Invitations to memberships"),
            paths=("membership__contact", "invited_by", "relationship__from_contact"),
            loose=lambda person: any_of("email", person.own_emails),
            shows=("created_at", "email", "accepted_at", "withdrawn_at"),
            age="created_at",
        ),
        Holding(FollowUpFeed, gettext_lazy("Calendar feed"), paths=("user__contact",), shows=("made_at",)),
        Holding(SavedView, gettext_lazy("Saved views"), paths=("user__contact",), shows=("name", "list_code")),
        Holding(
            Relationship,
            gettext_lazy("Relationships"),
            paths=("from_contact", "to_contact"),
            shows=("from_contact", "type", "to_contact", "starts_on", "ends_on", "note"),
        ),
        Holding(
            Membership,
            gettext_lazy("Memberships"),
            shows=("number", "joined_on"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("Counted in the figures of past years. The member number goes."),
            blank={"number": lambda membership: f"x{membership.pk}"},
        ),
        Holding(
            Term,
            gettext_lazy("Membership terms"),
            paths=("membership__contact",),
            shows=("tier", "starts_on", "ends_on", "fee", "paid_until", "cut_reason"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("Counted in the figures of past years."),
            age="ends_on",
            is_tie=True,
        ),
        Holding(
            MembershipDecision,
            gettext_lazy("What was decided about a membership"),
            paths=("membership__contact",),
            shows=("kind", "starts_on", "ends_on", "reason", "note"),
        ),
        Holding(
            NotRenewing,
            gettext_lazy("Answers not to renew"),
            paths=("membership__contact",),
            shows=("said_at", "reason", "taken_back_at"),
        ),
        Holding(
            CreditEntry,
            gettext_lazy("Credit of a membership"),
            paths=("membership__contact",),
            shows=("amount", "reason", "created_at"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("It belongs to a payment in the books."),
        ),
        Holding(
            CodeUse,
            gettext_lazy("Discount codes used"),
            paths=("term__membership__contact",),
            shows=("code",),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("Counted in the figures of past years."),
        ),
        Holding(
            MemberCard,
            gettext_lazy("Membership card"),
            paths=("membership__contact",),
            shows=("issued_on", "membership"),
        ),
        Holding(
            Voter,
            gettext_lazy("Voters' lists of general assemblies"),
            paths=("contact", "representative"),
            shows=(
                "assembly",
                "position",
                "name",
                "number",
                "tier_name",
                "representative_name",
                "added_at",
                "added_reason",
                "struck_at",
                "struck_reason",
            ),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("How many could vote stays on record, and that the list is the same. The name goes."),
            blank={
                "name": _name_in_list,
                "number": _number_in_list,
                "search_words": _words_in_list,
                "representative_name": "",
                # Without it nobody finds out by guessing whose line it was.
                "salt": "",
                "added_reason": "",
                "struck_reason": "",
            },
        ),
        Holding(
            Attendance,
            gettext_lazy("Attendance at general assemblies"),
            paths=("voter__contact",),
            shows=("voter", "arrived_at", "by_card", "undone_at"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("How many were there stays on record."),
        ),
        Holding(
            Proxy,
            gettext_lazy("Proxies at general assemblies"),
            paths=("giver__contact", "holder__contact"),
            shows=("giver", "holder", "noted_at", "withdrawn_at", "end"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("How many were represented stays on record."),
        ),
        Holding(
            ConferredCard,
            gettext_lazy("Card of somebody who belongs through another"),
            paths=("contact", "membership__contact"),
            shows=("issued_on", "membership"),
        ),
        Holding(
            PaperRecipient,
            gettext_lazy("Letters, labels and cards printed"),
            shows=("run",),
            age="run__created_at",
        ),
        Holding(
            PaperRun,
            gettext_lazy("Files of printed papers"),
            paths=(),
            loose=lambda person: Q(pk__in=PaperRecipient.objects.filter(contact=person.contact).values("run")),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy(
                "That something was printed stays on record; the file goes, since the person may be in it."
            ),
            blank={"file": ""},
            files=("file",),
            age="created_at",
            ripe=~Q(state__in=[PaperState.WAITING, PaperState.RUNNING]),
        ),
        Holding(
            Interaction,
            gettext_lazy("Calls, meetings, notes"),
            shows=("happened_at", "kind", "subject", "text", "outcome", "follow_up_on", "followed_up_on"),
            age="happened_at",
            ripe=Q(follow_up_on=None) | Q(followed_up_on__isnull=False),
            is_tie=True,
        ),
        Holding(
            ConsentEvent,
            gettext_lazy("Consent, as it was said"),
            shows=("happened_at", "channel", "purpose", "granted", "basis", "wording", "source", "reason", "guardian"),
        ),
        Holding(Consent, gettext_lazy("Consent, as it stands"), shows=("channel", "purpose", "granted")),
        Holding(
            DirectoryEntry,
            gettext_lazy("Member directory: what I show, and to whom"),
            shows=(*DIRECTORY_TEXTS, *AUDIENCE_COLUMNS.values(), "hidden_at", "hidden_reason", "changed_at"),
            age="changed_at",
            # What lists somebody goes when they say so, or with them, but not because it is old.
            ripe=Q(name_audience=Audience.NOBODY, hidden_at=None),
        ),
        Holding(
            DirectoryEvent,
            gettext_lazy("Member directory: what I chose, as I chose it"),
            shows=("happened_at", "field", "audience", "wording", "source"),
        ),
        Holding(DuplicatePair, gettext_lazy("Possible duplicates"), paths=("first", "second")),
        Holding(NotDuplicate, gettext_lazy("Decided to be no duplicates"), paths=("first", "second")),
        Holding(
            Merge,
            gettext_lazy("Merged records"),
            paths=("kept",),
            shows=("merged_name", "merged_at"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy(
                "That two records were merged stays on record; what was in them goes, so it cannot be undone."
            ),
            blank={"merged_name": "", "journal": {}},
            age="merged_at",
        ),
        Holding(
            ImportRow,
            gettext_lazy("Rows of imported files"),
            loose=rejected_rows,
            shows=("number", "verdict", "cells"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("How many rows a file had stays on record; what stood in them goes."),
            blank={"cells": [], "before": {}, "reasons": [], "contact": None},
            refusal=is_being_imported,
            age="run__created_at",
            ripe=Q(run__state__in=IMPORT_ENDED),
        ),
        Holding(
            ImportRun,
            gettext_lazy("Imported files"),
            paths=(),
            loose=lambda person: Q(pk__in=ImportRow.objects.filter(contact=person.contact).values("run")),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy(
                "That there was an import stays on record; the file goes, since the person is in it."
            ),
            blank={"file": "", "problem": ""},
            files=("file",),
            age="created_at",
            ripe=Q(state__in=IMPORT_ENDED),
        ),
        Holding(
            ModelLogEntry,
            gettext_lazy("Who of the staff opened or changed the record"),
            paths=(),
            loose=log_of,
            shows=("timestamp", "action"),
            on_erasure=OnErasure.KEEP,
            why_kept=gettext_lazy("What staff did stays accountable. The name goes."),
            blank={"data": {}, "label": ""},
            age="timestamp",
            least_months=12,
        ),
    )
