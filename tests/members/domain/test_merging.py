"""One contact of two, and two of them again."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from checkout.models import Basket
from members.domain.consent import has_consent, record_consent
from members.domain.merging import merge, undo_merge, what_moves
from members.domain.merging_choices import KEPT, MERGED, fields_to_choose
from members.domain.merging_journal import files_in
from members.domain.search import find_contacts
from members.exceptions import CannotMergeError, CannotUndoMergeError, SameContactError
from members.models import (
    Address,
    Channel,
    Consent,
    ConsentEvent,
    Contact,
    ContactKind,
    DuplicatePair,
    Email,
    ImportRow,
    ImportRun,
    Interaction,
    Merge,
    NotDuplicate,
    Phone,
    Purpose,
    Relationship,
    RelationshipType,
    Tag,
    Verdict,
)
from tests.factories.complaints import CaseFactory
from tests.factories.donations import GiftFactory, RecurringGiftFactory
from tests.factories.members import ContactFactory, EmailFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.outreach import DeliveryFactory
from tests.factories.volunteers import HoursEntryFactory, ShiftFactory, SignUpFactory
from volunteers.models import HoursStatus, SignUpStatus

pytestmark = pytest.mark.django_db

NEWS_BY_EMAIL = {"channel": Channel.EMAIL, "purpose": Purpose.NEWS}
NOT_COMPARED = {"members_figuremark", "members_merge", "wagtailcore_modellogentry"}


def database() -> dict[str, list[tuple]]:
    """Every row of every table, but the merges themselves, the log, and the notes of what is to be counted again."""
    tables = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - NOT_COMPARED:
            cursor.execute(f'SELECT * FROM "{table}"')
            tables[table] = sorted(map(repr, cursor.fetchall()))
    return tables


def say(contact: Contact, *, granted: bool) -> ConsentEvent:
    return record_consent(contact, **NEWS_BY_EMAIL, granted=granted, source="form")


def relate(first: Contact, second: Contact, code: str = "spouse") -> Relationship:
    return Relationship.objects.create(
        type=RelationshipType.objects.get(code=code), from_contact=first, to_contact=second
    )


@pytest.fixture
def kept():
    return ContactFactory(given_name="Layla", family_name="Haddad")


@pytest.fixture
def merged():
    return ContactFactory(given_name="Leila", family_name="Hadad")


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


# --- What a merge does ---------------------------------------------------------------------


def test_everything_of_both_belongs_to_one(kept, merged, staff):
    gift, membership = GiftFactory(donor=merged), TermFactory(membership__contact=merged).membership
    case, delivery = CaseFactory(contact=merged), DeliveryFactory(contact=merged)
    email = EmailFactory(contact=merged)
    done = merge(kept, merged, {}, by=staff)
    for thing, key in ((gift, "donor"), (gift.payment, "payer"), (membership, "contact"), (case, "contact")):
        thing.refresh_from_db()
        assert getattr(thing, key) == kept
    for thing in (delivery, email):
        thing.refresh_from_db()
        assert thing.contact == kept
    assert not Contact.objects.filter(pk=merged.pk).exists()
    assert (done.kept, done.merged_pk, done.merged_name, done.merged_by) == (kept, merged.pk, "Leila Hadad", staff)


def test_the_chosen_values_stay_and_empty_ones_are_filled(kept, merged, staff):
    Contact.objects.filter(pk=kept.pk).update(salutation="Ms Haddad", custom={"shoe": 38, "vegan": True})
    Contact.objects.filter(pk=merged.pk).update(
        salutation="Dr Haddad", birth_date=date(1980, 5, 17), owner=staff, custom={"shoe": 40, "car": "none"}
    )
    merge(kept, merged, {"given_name": MERGED, "custom.shoe": MERGED, "salutation": KEPT}, by=staff)
    kept.refresh_from_db()
    assert {
        "name": kept.name,
        "salutation": kept.salutation,
        "birth_date": kept.birth_date,
        "owner": kept.owner,
        "custom": kept.custom,
        "search_name": kept.search_name,
        "version": kept.version,
    } == {
        "name": "Leila Haddad",
        "salutation": "Ms Haddad",
        "birth_date": date(1980, 5, 17),
        "owner": staff,
        "custom": {"shoe": 40, "vegan": True, "car": "none"},
        "search_name": "leila haddad",
        "version": 2,
    }


def test_the_one_contact_is_found_by_what_both_were_found_by(kept, merged):
    EmailFactory(contact=merged, address="leila@people.example")
    merge(kept, merged, {}, by=None)
    assert list(find_contacts("leila@people")) == [kept]
    assert list(find_contacts("Hadad")) == []


def test_fields_that_both_leave_empty_are_not_asked_about(kept, merged):
    Contact.objects.filter(pk=merged.pk).update(birth_date=date(1980, 5, 17))
    merged.refresh_from_db()
    asked = [(choice.code, choice.differs, choice.chosen) for choice in fields_to_choose(kept, merged)]
    assert asked == [
        ("given_name", True, KEPT),
        ("family_name", True, KEPT),
        ("birth_date", True, MERGED),
        ("preferred_language", False, KEPT),
        ("calendar", False, KEPT),
    ]


def test_what_both_have_stays_once(kept, merged):
    tag, other_tag = Tag.objects.create(name="donor"), Tag.objects.create(name="friend")
    kept.tags.add(tag)
    merged.tags.add(tag, other_tag)
    for contact, address in ((kept, "layla@people.example"), (merged, "Layla@People.example")):
        EmailFactory(contact=contact, address=address)
        Phone.objects.create(contact=contact, number="+962790000001")
        Address.objects.create(contact=contact, lines="12 King Hussein Street", city="Amman")
    merge(kept, merged, {}, by=None)
    assert list(kept.tags.values_list("name", flat=True)) == ["donor", "friend"]
    assert [email.address for email in kept.emails.all()] == ["layla@people.example"]
    assert (kept.phones.count(), kept.addresses.count()) == (1, 1)


def test_the_kept_contacts_first_choice_among_addresses_stays_the_first(merged):
    kept = ContactFactory()
    EmailFactory(contact=merged, address="other@people.example")
    EmailFactory(contact=kept, address="first@people.example")
    merge(kept, merged, {}, by=None)
    assert [(email.address, email.is_primary) for email in kept.emails.order_by("address")] == [
        ("first@people.example", True),
        ("other@people.example", False),
    ]


def test_a_relationship_between_the_two_goes_and_others_stay(kept, merged):
    child = ContactFactory()
    relate(kept, merged)
    relate(merged, kept)
    stays = relate(merged, child, "guardian")
    merge(kept, merged, {}, by=None)
    assert list(Relationship.objects.values_list("pk", "from_contact", "to_contact")) == [(stays.pk, kept.pk, child.pk)]


def test_pairs_are_rewritten_in_order_and_none_is_with_oneself():
    low, kept, merged, high = (ContactFactory() for _ in range(4))
    for model, more in ((DuplicatePair, {"score": 80}), (NotDuplicate, {})):
        for first, second in ((low, merged), (kept, merged), (kept, high), (merged, high)):
            model.objects.create(first=first, second=second, **more)
    merge(kept, merged, {}, by=None)
    for model in (DuplicatePair, NotDuplicate):
        assert sorted(model.objects.values_list("first", "second")) == [(low.pk, kept.pk), (kept.pk, high.pk)]


@pytest.mark.parametrize("is_kept_first", [True, False])
@pytest.mark.parametrize("last_word", [True, False])
def test_of_two_words_on_consent_the_newer_counts(kept, merged, last_word, is_kept_first):
    first, second = (kept, merged) if is_kept_first else (merged, kept)
    say(first, granted=not last_word)
    say(second, granted=last_word)
    merge(kept, merged, {}, by=None)
    assert has_consent(kept, **NEWS_BY_EMAIL) is last_word
    assert Consent.objects.get().event == ConsentEvent.objects.first()
    assert kept.consent_events.count() == 2


@pytest.mark.parametrize("kept_said", [True, False])
def test_of_two_words_at_one_moment_the_no_counts(kept, merged, kept_said):
    say(kept, granted=kept_said)
    say(merged, granted=not kept_said)
    ConsentEvent.objects.update(happened_at=datetime(2026, 1, 1, tzinfo=UTC))
    merge(kept, merged, {}, by=None)
    assert not has_consent(kept, **NEWS_BY_EMAIL)


def test_a_confirmed_sign_up_stays_rather_than_a_waiting_one_and_approved_hours_rather_than_reported(kept, merged):
    shift = ShiftFactory()
    SignUpFactory(contact=kept, shift=shift, status=SignUpStatus.WAITING, place=None)
    confirmed = SignUpFactory(contact=merged, shift=shift)
    HoursEntryFactory(contact=kept, shift=shift, opportunity=shift.opportunity)
    approved = HoursEntryFactory(
        contact=merged, shift=shift, opportunity=shift.opportunity, status=HoursStatus.APPROVED
    )
    merge(kept, merged, {}, by=None)
    assert [list(kept.sign_ups.all()), list(kept.volunteer_hours.all())] == [[confirmed], [approved]]


def test_the_log_in_of_either_stays(kept, merged):
    user = UserFactory()
    Contact.objects.filter(pk=merged.pk).update(user=user)
    merge(kept, merged, {}, by=None)
    kept.refresh_from_db()
    assert kept.user == user


def test_a_merge_is_logged_and_the_merged_contacts_log_goes_on(kept, merged, staff):
    log(merged, "sanduq.seen", user=staff)
    merge(kept, merged, {}, by=staff)
    entries = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Contact), object_id=kept.pk)
    assert sorted(entries.values_list("action", "user")) == [("sanduq.merged", staff.pk), ("sanduq.seen", staff.pk)]


def test_what_would_move_is_counted_by_kind(kept, merged):
    GiftFactory(donor=merged), GiftFactory(donor=merged)
    merged.tags.add(Tag.objects.create(name="donor"))
    say(merged, granted=True)
    assert what_moves(merged) == [("consent events", 1), ("gifts", 2), ("payments", 2), ("tags", 1)]
    assert what_moves(kept) == []


def test_a_journal_names_the_files_that_only_it_remembers(kept, merged):
    for contact in (kept, merged):
        contact.photo.save("face.jpg", ContentFile(b"a face"))
    done = merge(kept, merged, {"photo": MERGED}, by=None)
    names = sorted([kept.photo.name, merged.photo.name])
    assert files_in(done.journal["steps"]) == [["members.contact", "photo", name] for name in names]


# --- What a merge refuses ------------------------------------------------------------------


def test_two_log_ins_two_kinds_and_one_contact_twice_are_refused(kept, merged):
    with pytest.raises(SameContactError):
        merge(kept, kept, {}, by=None)
    organisation = ContactFactory(kind=ContactKind.ORGANISATION, organisation_name="Amal")
    with pytest.raises(CannotMergeError, match="same kind"):
        merge(kept, organisation, {}, by=None)
    for contact in (kept, merged):
        Contact.objects.filter(pk=contact.pk).update(user=UserFactory())
    before = database()
    with pytest.raises(CannotMergeError, match="log-in"):
        merge(kept, merged, {}, by=None)
    assert database() == before


def test_no_name_left_is_refused():
    kept, merged = ContactFactory(family_name=""), ContactFactory(given_name="")
    with pytest.raises(CannotMergeError, match="No name"):
        merge(kept, merged, {"given_name": MERGED, "family_name": KEPT}, by=None)


def test_nobody_comes_to_stand_above_themselves(kept, merged):
    kind = RelationshipType.objects.filter(is_hierarchical=True, from_kind=kept.kind, to_kind=kept.kind).first()
    middle = ContactFactory(given_name="Mona")
    for first, second in ((kept, middle), (middle, merged)):
        Relationship.objects.create(type=kind, from_contact=first, to_contact=second)
    before = database()
    with pytest.raises(CannotMergeError, match="above themselves"):
        merge(kept, merged, {}, by=None)
    assert database() == before
    middle.relationships_from.all().delete()
    merge(kept, merged, {}, by=None)


@pytest.mark.parametrize("gone", ["deleted", "erased", "merged"])
def test_whoever_is_gone_meanwhile_is_not_merged(kept, merged, gone):
    if gone == "deleted":
        Contact.objects.filter(pk=merged.pk).delete()
    elif gone == "erased":
        Contact.objects.filter(pk=merged.pk).update(erased_at=timezone.now())
    else:
        merge(ContactFactory(), merged, {}, by=None)
    with pytest.raises(CannotMergeError, match="gone"):
        merge(kept, merged, {}, by=None)


def test_a_merge_that_breaks_off_has_not_happened(kept, merged, monkeypatch):
    GiftFactory(donor=merged)
    before = database()
    monkeypatch.setattr("members.domain.merging.index_contacts", lambda ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(kept, merged, {}, by=None)
    assert database() == before


# --- Undone --------------------------------------------------------------------------------


def give_things(contact: Contact, other: Contact, shared: dict, amounts: list[int]) -> None:
    """Things in every wing; `amounts` say how many of each."""
    emails, phones, words, gifts, cases, hours, links, notes, extras, terms = amounts
    for number in range(emails):
        EmailFactory(contact=contact, **({"address": f"shared{number}@people.example"} if number < 2 else {}))
    for number in range(phones):
        Phone.objects.create(contact=contact, number=f"+96279000000{number}")
        Address.objects.create(contact=contact, lines=f"{number} King Hussein Street", city="Amman")
    for number in range(words):
        say(contact, granted=number % 2 == 0)
        record_consent(contact, channel=Channel.SMS, purpose=Purpose.NEWS, granted=number % 2 == 1, source="form")
    for _number in range(gifts):
        GiftFactory(donor=contact)
        RecurringGiftFactory(donor=contact)
    for _number in range(cases):
        CaseFactory(contact=contact)
        DeliveryFactory(contact=contact)
        Basket.objects.create(
            form_key=uuid.uuid4(), given_name="L", email="l@x.example", language="ar", contact=contact
        )
    give_ties(contact, other, shared, [hours, links, notes, extras, terms])


def give_ties(contact: Contact, other: Contact, shared: dict, amounts: list[int]) -> None:
    """Things by which the two, and others, hang together."""
    hours, links, notes, extras, terms = amounts
    for shift in shared["shifts"][:hours]:
        SignUpFactory(contact=contact, shift=shift)
        HoursEntryFactory(contact=contact, shift=shift, opportunity=shift.opportunity)
    for number in range(links):
        relate(contact, other) if number == 0 else relate(contact, shared["friend"])
        relate(shared["friend"], contact, "guardian")
    for number in range(notes):
        Interaction.objects.create(contact=contact, subject=f"Call {number}", created_by=shared["staff"])
        contact.tags.add(shared["tags"][number])
        ImportRow.objects.create(
            run=shared["run"], number=contact.pk * 10 + number, verdict=Verdict.CREATE, contact=contact
        )
    for number in range(extras):
        third = ContactFactory()
        if number:
            merge(contact, third, {}, by=None)
        else:
            first, second = sorted([contact.pk, third.pk])
            DuplicatePair.objects.create(first_id=first, second_id=second, score=80, reasons=["email"])
            NotDuplicate.objects.create(first_id=first, second_id=second)
            ConsentEvent.objects.create(contact=third, guardian=contact, granted=True, source="form", **NEWS_BY_EMAIL)
    for _number in range(terms):
        TermFactory(membership=MemberCardFactory(membership__contact=contact).membership)


def fill(contact: Contact, staff, number: int) -> None:
    contact.salutation = ["", "Dr Haddad"][number % 2]
    contact.birth_date = [None, date(1980, 5, 17), date(1981, 1, 1)][number]
    contact.custom = [{}, {"shoe": 38.5, "note": "é\u2028"}, {"shoe": None, "vegan": False}][number]
    contact.owner = staff if number else None
    if number == 2:
        contact.photo.save("face.jpg", ContentFile(b"a face"), save=False)
    contact.save()


counts = st.lists(st.integers(0, 2), min_size=10, max_size=10)
FIELDS = ["given_name", "family_name", "salutation", "birth_date", "owner", "photo", "custom.shoe", "custom.vegan"]


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=counts,
    second=counts,
    fills=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    choices=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from([KEPT, MERGED])),
    is_older_kept=st.booleans(),
    user=st.sampled_from([None, 0, 1]),
)
def test_merge_then_undo_restores_every_table(first, second, fills, choices, is_older_kept, user):
    with transaction.atomic():
        people = [ContactFactory(), ContactFactory()]
        shared = {
            "staff": UserFactory(),
            "friend": ContactFactory(),
            "shifts": [ShiftFactory() for _ in range(3)],
            "tags": [Tag.objects.create(name=f"tag {number}") for number in range(3)],
            "run": ImportRun.objects.create(file_name="people.csv"),
        }
        # Wagtail writes its index of references once a transaction is committed.
        with TestCase.captureOnCommitCallbacks(execute=True):
            for contact, other, amounts, number in zip(people, people[::-1], (first, second), fills, strict=True):
                fill(contact, shared["staff"], number)
                give_things(contact, other, shared, amounts)
        if user is not None:
            Contact.objects.filter(pk=people[user].pk).update(user=UserFactory())
        kept, merged = people if is_older_kept else people[::-1]
        before = database()
        done = merge(kept, merged, choices, by=shared["staff"])
        assert not Contact.objects.filter(pk=merged.pk).exists()
        undone = undo_merge(done, by=shared["staff"])
        assert database() == before
        assert undone.left == []
        transaction.set_rollback(True)


def test_a_second_undo_is_refused(kept, merged):
    done = merge(kept, merged, {}, by=None)
    undo_merge(done, by=None)
    with pytest.raises(CannotUndoMergeError, match="already"):
        undo_merge(done, by=None)


def test_what_came_later_stays_and_what_was_changed_since_is_left_and_told(kept, merged):
    old_gift = GiftFactory(donor=merged)
    old_email = EmailFactory(contact=merged)
    done = merge(kept, merged, {"given_name": MERGED, "family_name": MERGED}, by=None)
    new_gift = GiftFactory(donor=kept)
    kept.refresh_from_db()
    kept.family_name = "Mansour"
    kept.save()
    Email.objects.get(pk=old_email.pk).delete()
    undone = undo_merge(done, by=None)
    for gift in (old_gift, new_gift):
        gift.refresh_from_db()
    assert (old_gift.donor, new_gift.donor) == (undone.merged, undone.kept)
    assert (undone.kept.name, undone.merged.name) == ("Layla Mansour", "Leila Hadad")
    assert undone.left == [
        "Family name: changed since the merge, and left as it is now.",
        "E-mail addresses: 1 was deleted or given to somebody else since, and stays so.",
    ]
    assert list(find_contacts("mansour")) == [kept]
    assert list(find_contacts("leila")) == [merged]


def test_a_place_that_was_taken_since_is_told_not_taken_back(kept, merged):
    shift = ShiftFactory(capacity=2)
    SignUpFactory(contact=kept, shift=shift, place=1)
    SignUpFactory(contact=merged, shift=shift, place=2)
    done = merge(kept, merged, {}, by=None)
    taken = SignUpFactory(contact=ContactFactory(), shift=shift, place=2)
    undone = undo_merge(done, by=None)
    assert (kept.sign_ups.count(), undone.merged.sign_ups.count(), taken.place) == (1, 0, 2)
    assert len(undone.left) == 1


def test_a_log_in_that_went_elsewhere_since_is_not_taken_back(kept, merged):
    user = UserFactory()
    Contact.objects.filter(pk=merged.pk).update(user=user)
    done = merge(kept, merged, {}, by=None)
    Contact.objects.filter(pk=kept.pk).update(user=None)
    other = ContactFactory(user=user)
    undone = undo_merge(done, by=None)
    other.refresh_from_db()
    assert (other.user, undone.merged.user, undone.kept.user) == (user, None, None)
    assert len(undone.left) == 2


@pytest.mark.parametrize("last_word", [True, False])
def test_a_no_that_was_said_since_counts_for_both(kept, merged, last_word):
    say(merged, granted=True)
    say(kept, granted=True)
    done = merge(kept, merged, {}, by=None)
    say(kept, granted=last_word)
    undone = undo_merge(done, by=None)
    assert has_consent(undone.kept, **NEWS_BY_EMAIL) is last_word
    assert has_consent(undone.merged, **NEWS_BY_EMAIL) is last_word


def test_a_yes_that_was_said_since_stays_with_the_kept_contact(kept, merged):
    say(merged, granted=False)
    done = merge(kept, merged, {}, by=None)
    say(kept, granted=True)
    undone = undo_merge(done, by=None)
    assert has_consent(undone.kept, **NEWS_BY_EMAIL)
    assert not has_consent(undone.merged, **NEWS_BY_EMAIL)
    assert [consent.event.contact for consent in Consent.objects.order_by("contact")] == [undone.kept, undone.merged]


def test_the_contact_into_which_it_was_merged_must_be_unmerged_first(kept, merged):
    last = ContactFactory(given_name="Omar")
    before_all = database()
    first = merge(kept, merged, {}, by=None)
    between = database()
    second = merge(last, kept, {}, by=None)
    with pytest.raises(CannotUndoMergeError, match="Layla Haddad was itself merged into Omar"):
        undo_merge(first, by=None)
    undo_merge(second, by=None)
    assert database() == between
    undo_merge(Merge.objects.get(pk=first.pk), by=None)
    assert database() == before_all


def test_two_merges_into_one_are_undone_in_either_order(kept, merged):
    third = ContactFactory()
    gifts = [GiftFactory(donor=contact) for contact in (kept, merged, third)]
    first = merge(kept, merged, {}, by=None)
    second = merge(kept, third, {}, by=None)
    undo_merge(first, by=None)
    undo_merge(second, by=None)
    for gift in gifts:
        gift.refresh_from_db()
    assert [gift.donor for gift in gifts] == [kept, merged, third]
    assert sorted(Contact.objects.values_list("search_name", flat=True)) == sorted(
        contact.search_name for contact in (kept, merged, third)
    )


def test_a_merge_whose_things_a_later_merge_leans_on_waits_for_that_one(kept, merged):
    third = ContactFactory(given_name="Omar", family_name="")
    for contact in (merged, third):
        EmailFactory(contact=contact, address="shared@people.example")
    before = database()
    first = merge(kept, merged, {}, by=None)
    second = merge(kept, third, {}, by=None)
    with pytest.raises(CannotUndoMergeError, match="merge of Omar"):
        undo_merge(first, by=None)
    undo_merge(second, by=None)
    undo_merge(first, by=None)
    assert database() == before


def test_an_erased_contact_is_not_unmerged(kept, merged):
    done = merge(kept, merged, {}, by=None)
    Contact.objects.filter(pk=kept.pk).update(erased_at=timezone.now() - timedelta(days=1))
    with pytest.raises(CannotUndoMergeError, match="erased"):
        undo_merge(done, by=None)
