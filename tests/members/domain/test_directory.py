"""The member directory: who finds whom, however what was chosen and what happened since combine."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain import directory
from members.domain.consent import age_on
from members.domain.decisions import Decision, decide, take_back
from members.domain.directory import (
    PER_PAGE,
    Choice,
    as_seen_by,
    choose,
    draft,
    entry_of,
    hide_entry,
    leave_directory,
    listed_for,
    page_after,
    preview_for,
    search,
    show_entry_again,
    years_before,
)
from members.domain.erasing import erase
from members.domain.merging import merge, undo_merge
from members.domain.retention import apply_retention, save_rule
from members.domain.undoing import undo_term
from members.exceptions import TooYoungForEveryoneError, TooYoungToBeListedError
from members.models import (
    Audience,
    Contact,
    CutReason,
    DecisionKind,
    DirectoryEntry,
    DirectoryEvent,
    DirectoryField,
    DirectoryScope,
    LeavingReason,
    MembershipDecision,
    Tier,
)
from tests.factories.directory import DirectoryEntryFactory, shown_to
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, UserFactory
from tests.factories.people import PhoneFactory, RelationshipFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
PUBLIC, FOR_MEMBERS = DirectoryScope.PUBLIC, DirectoryScope.MEMBERS
MEMBERS, EVERYONE, NOBODY = Audience.MEMBERS, Audience.EVERYONE, Audience.NOBODY


def a_member(**fields) -> Contact:
    """Somebody whose membership runs through all of 2026."""
    return TermFactory(membership__contact=ContactFactory(**fields)).membership.contact


def an_entry(contact=None, **fields) -> DirectoryEntry:
    return DirectoryEntryFactory(contact=contact or a_member(), **fields)


def names_for(reader, *, scope=PUBLIC, on=TODAY, **asked):
    return [entry.shown_name for entry in search(listed_for(reader, scope=scope, on=on), reader, **asked)]


def say(contact, *, texts=None, on=TODAY, **audiences):
    """Choose by field: `say(contact, name=MEMBERS)`."""
    choices = {DirectoryField(name): Choice(audience, f"{name}? {audience}") for name, audience in audiences.items()}
    texts = {"shown_name": contact.name} if texts is None else texts
    return choose(contact, texts=texts, choices=choices, source="test", actor=None, on=on)


# --- Who is listed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "audience", "seen_by"),
    [
        ("off", EVERYONE, []),
        ("members", NOBODY, []),
        ("members", MEMBERS, [MEMBERS]),
        ("members", EVERYONE, [MEMBERS]),
        ("public", NOBODY, []),
        ("public", MEMBERS, [MEMBERS]),
        ("public", EVERYONE, [MEMBERS, EVERYONE]),
    ],
)
def test_both_the_office_and_the_member_have_to_open_it(scope, audience, seen_by):
    an_entry(name_audience=audience)
    assert [reader for reader in (MEMBERS, EVERYONE) if names_for(reader, scope=scope)] == seen_by


@pytest.mark.parametrize(
    ("day", "is_listed"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_an_entry_is_gone_the_day_the_membership_ends_and_back_when_it_is_renewed(day, is_listed):
    entry = an_entry(name_audience=EVERYONE)
    assert [bool(names_for(reader, on=day)) for reader in (MEMBERS, EVERYONE)] == [is_listed] * 2
    TermFactory(membership=entry.contact.memberships.get(), starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    assert names_for(MEMBERS, on=date(2027, 1, 1)) == [entry.shown_name]


def test_whoever_belongs_through_somebody_else_is_listed_while_that_lasts():
    head = a_member()
    link = RelationshipFactory(to_contact=head, ends_on=date(2026, 6, 30))
    entry = an_entry(link.from_contact)
    assert names_for(MEMBERS) == []
    head.memberships.get().terms.get().tier.confers_to.add(link.type)
    assert names_for(MEMBERS) == [entry.shown_name]
    assert names_for(MEMBERS, on=date(2026, 7, 1)) == []


def stop(kind):
    def act(contact):
        decide(contact.memberships.get(), Decision(kind, TODAY, LeavingReason.OTHER), by=None)

    return act


def send_back(reason):
    return lambda contact: undo_term(contact.memberships.get().terms.get(), on=TODAY, reason=reason)


def bury(contact):
    Contact.objects.filter(pk=contact.pk).update(died_on=TODAY)


WAYS_OUT = {
    "suspended": stop(DecisionKind.SUSPENDED),
    "cancelled": stop(DecisionKind.CANCELLED),
    "refunded": send_back(CutReason.REFUNDED),
    "disputed": send_back(CutReason.DISPUTED),
    "deceased": bury,
    "erased": lambda contact: erase(contact, reason="Asked for it", by=None),
}


@pytest.mark.parametrize("leave", WAYS_OUT.values(), ids=WAYS_OUT)
@pytest.mark.parametrize("is_grace_long", [True, False])
def test_whoever_is_no_member_any_more_is_gone_the_same_day(leave, is_grace_long):
    others = an_entry(name_audience=EVERYONE)
    entry = an_entry(name_audience=EVERYONE)
    Tier.objects.update(grace_days=365 if is_grace_long else 0)
    assert len(names_for(EVERYONE)) == len(names_for(MEMBERS)) == 2
    leave(entry.contact)
    assert [names_for(reader) for reader in (MEMBERS, EVERYONE)] == [[others.shown_name]] * 2
    entry = DirectoryEntry.objects.filter(pk=entry.pk).select_related("contact").first()
    if entry:
        assert [preview_for(reader, entry, scope=PUBLIC, on=TODAY) for reader in (MEMBERS, EVERYONE)] == [None, None]


@pytest.mark.parametrize("leave", [WAYS_OUT[name] for name in ("suspended", "cancelled", "refunded")])
def test_whoever_belonged_through_them_is_gone_that_day_as_well(leave):
    head = a_member()
    link = RelationshipFactory(to_contact=head)
    head.memberships.get().terms.get().tier.confers_to.add(link.type)
    entry = an_entry(link.from_contact)
    assert names_for(MEMBERS) == [entry.shown_name]
    leave(head)
    assert names_for(MEMBERS) == []


def test_somebody_is_back_on_the_day_on_which_a_suspension_is_taken_back():
    entry = an_entry()
    stop(DecisionKind.SUSPENDED)(entry.contact)
    take_back(MembershipDecision.objects.get(), before=date(2026, 7, 1), by=None)
    days = [date(2026, 6, 14), TODAY, date(2026, 6, 30), date(2026, 7, 1)]
    assert [names_for(MEMBERS, on=day) == [entry.shown_name] for day in days] == [True, False, False, True]


def test_two_memberships_make_one_entry():
    entry = an_entry()
    TermFactory(membership__contact=entry.contact)
    assert names_for(MEMBERS) == [entry.shown_name]


def test_whoever_has_died_or_is_erased_or_hidden_is_gone_at_once():
    dead, erased, hidden = an_entry(), an_entry(), an_entry()
    Contact.objects.filter(pk=dead.contact.pk).update(died_on=TODAY)
    erase(erased.contact, reason="Asked for it", by=None)
    hide_entry(hidden, reason="Sold things", by=UserFactory())
    assert names_for(MEMBERS) == []
    show_entry_again(hidden)
    assert names_for(MEMBERS) == [hidden.shown_name]
    assert not DirectoryEntry.objects.filter(pk=erased.pk).exists()


@pytest.mark.parametrize(("age", "seen_by"), [(15, []), (16, [MEMBERS]), (17, [MEMBERS]), (18, [MEMBERS, EVERYONE])])
def test_minors_are_never_shown_to_everyone_and_children_to_nobody(age, seen_by):
    born = years_before(TODAY, age)
    an_entry(a_member(birth_date=born), name_audience=EVERYONE, counts_if_born_by=TODAY)
    assert [reader for reader in (MEMBERS, EVERYONE) if names_for(reader)] == seen_by


def test_a_choice_that_turns_out_to_be_a_childs_does_not_count_when_they_have_grown_up():
    contact = a_member()
    say(contact, name=EVERYONE, on=date(2026, 2, 1))
    contact.birth_date = years_before(date(2026, 2, 2), 16)
    contact.save()
    assert names_for(MEMBERS) == []
    say(contact, name=NOBODY)
    say(contact, name=MEMBERS)
    assert names_for(MEMBERS) == [contact.name]


@given(st.dates(date(1940, 1, 1), date(2030, 12, 31)), st.integers(0, 30), st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_whoever_was_born_by_that_day_has_completed_the_years(day, years, born):
    assert (born <= years_before(day, years)) == (age_on(born, day) >= years)


# --- What is shown, whatever the combination -----------------------------------------------

MARKS = {
    "name": "Nxname", "about": "Nxabout", "organisation": "Nxorganisation", "city": "Nxcity",
    "email": "nxemail@people.example", "phone": "+962791234567", "website": "https://nxwebsite.example/",
}  # fmt: skip
audiences = st.sampled_from(Audience)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scope=st.sampled_from(DirectoryScope),
    chosen=st.fixed_dictionaries(dict.fromkeys(DirectoryField, audiences)),
    term=st.sampled_from(["none", "past", "current", "future"]),
    is_hidden=st.booleans(),
    has_died=st.booleans(),
    born=st.sampled_from([None, 10, 16, 17, 18, 40]),
    was_old_enough=st.booleans(),
)
def test_a_reader_sees_exactly_what_is_allowed(scope, chosen, term, is_hidden, has_died, born, was_old_enough, db):
    DirectoryEntry.objects.all().delete()
    contact = EmailFactory(address=MARKS["email"], contact__birth_date=born and years_before(TODAY, born)).contact
    PhoneFactory(contact=contact, number=MARKS["phone"])
    contact.died_on = TODAY if has_died else None
    contact.photo = "photos/some.jpg"
    contact.save()
    years = {"past": 2025, "current": 2026, "future": 2027}
    if term in years:
        TermFactory(membership__contact=contact, starts_on=date(years[term], 1, 1), ends_on=date(years[term], 12, 31))
    texts = {name: MARKS[name] for name in ("about", "organisation", "city", "website")}
    columns = {f"{field.value}_audience": audience for field, audience in chosen.items()}
    entry = DirectoryEntryFactory(
        contact=contact, shown_name=MARKS["name"], **texts, **columns,
        counts_if_born_by=TODAY if was_old_enough else date(1900, 1, 1),
        hidden_at=datetime(2026, 1, 1, tzinfo=UTC) if is_hidden else None,
    )  # fmt: skip

    for reader, least_age, opened in ((MEMBERS, 16, {"members", "public"}), (EVERYONE, 18, {"public"})):
        shows = {
            field.value
            for field, audience in chosen.items()
            if audience in ({MEMBERS, EVERYONE} if reader == MEMBERS else {EVERYONE})
        }
        is_old_enough = born is None or (was_old_enough and born >= least_age)
        is_listed = (
            scope in opened
            and "name" in shows
            and term == "current"
            and is_old_enough
            and not is_hidden
            and not has_died
        )
        listed = listed_for(reader, scope=scope, on=TODAY)
        seen = [as_seen_by(reader, found) for found in listed]
        expected = {name for name in MARKS if name in shows} if is_listed else set()
        shown = {
            name
            for one in seen
            for name in MARKS
            if MARKS[name].replace(" ", "") == str(getattr(one, name)).replace(" ", "")
        }
        assert shown == expected
        assert [one.has_photo for one in seen] == ([("photo" in shows)] if is_listed else [])
        assert preview_for(reader, DirectoryEntry.objects.get(pk=entry.pk), scope=scope, on=TODAY) == (
            seen[0] if seen else None
        )
        # What is not shown cannot be found out by searching for it either.
        found_by = {name for name in MARKS if search(listed, reader, text=MARKS[name].split("@")[0]).exists()}
        assert found_by == expected & {"name", "about", "organisation", "city"}
        assert search(listed, reader, city="nxci").exists() == ("city" in expected)


# --- Searching and paging ------------------------------------------------------------------


def test_the_search_forgives_spelling_order_and_the_article():
    an_entry(shown_name="أحمد الخطيب", about="طبيبة أسنان", about_audience=MEMBERS, city="عمّان", city_audience=MEMBERS)
    an_entry(shown_name="سلمى النابلسي")
    found = [
        names_for(MEMBERS, text=text)
        for text in ("احمد", "خطيب احم", "الخطيب", "طبيبه", "احمد عمان", "مد", "احمد سلمى")
    ]
    assert found == [["أحمد الخطيب"]] * 5 + [[], []]
    assert names_for(MEMBERS, city="عمان") == ["أحمد الخطيب"]
    assert names_for(MEMBERS, text="%") == names_for(MEMBERS, text="") != []


def test_pages_follow_each_other_without_gap_or_repetition_even_if_somebody_leaves(django_assert_num_queries):
    for number in range(2 * PER_PAGE + 3):
        contact = EmailFactory(contact=a_member()).contact
        an_entry(contact, shown_name=f"Same name {number // 5:02}", email_audience=MEMBERS)
    listed = listed_for(MEMBERS, scope=PUBLIC, on=TODAY)
    with django_assert_num_queries(4):  # the age of consent, the entries, their addresses, their numbers
        first = page_after(listed_for(MEMBERS, scope=PUBLIC, on=TODAY), MEMBERS)
    say(DirectoryEntry.objects.get(pk=first.next_after).contact, texts={}, name=NOBODY)
    second = page_after(listed, MEMBERS, after=first.next_after)
    third = page_after(listed, MEMBERS, after=second.next_after)
    keys = [person.pk for page in (first, second, third) for person in page.entries]
    assert [len(page.entries) for page in (first, second, third)] == [PER_PAGE, PER_PAGE, 3]
    assert len(set(keys)) == len(keys)
    assert third.next_after is None
    assert page_after(listed, MEMBERS, after=10**9).entries[0] == first.entries[0]


def test_a_page_takes_as_many_queries_for_many_as_for_one(django_assert_num_queries):
    for rows in (1, 10):
        for _row in range(rows):
            contact = EmailFactory(contact=a_member()).contact
            PhoneFactory(contact=contact)
            an_entry(contact, **shown_to(EVERYONE))
        with django_assert_num_queries(4):
            assert len(page_after(listed_for(EVERYONE, scope=PUBLIC, on=TODAY), EVERYONE).entries) >= rows


# --- Choosing ------------------------------------------------------------------------------


def test_nothing_is_shared_until_somebody_says_so():
    entry = entry_of(a_member())
    assert {entry.audience_of(field) for field in DirectoryField} == {NOBODY}
    entry.save()
    assert names_for(MEMBERS) == []


def test_each_choice_is_an_event_with_the_words_that_were_read_and_only_if_it_is_new():
    contact = a_member()
    say(contact, name=MEMBERS, city=NOBODY)
    say(contact, name=MEMBERS, city=EVERYONE)
    say(contact, name=EVERYONE, city=EVERYONE)
    events = DirectoryEvent.objects.order_by("pk").values_list("field", "audience", "wording", "source")
    assert list(events) == [
        ("name", "members", "name? members", "test"),
        ("city", "everyone", "city? everyone", "test"),
        ("name", "everyone", "name? everyone", "test"),
    ]


def test_leaving_takes_everything_out_and_forgets_what_was_written_but_not_that_the_office_hid_it():
    contact = a_member()
    entry = say(contact, texts={"shown_name": "Layla", "about": "Baker"}, name=EVERYONE, about=MEMBERS)
    hide_entry(entry, reason="Sold things", by=UserFactory())
    leave_directory(contact, wording="Take me out", source="test", actor=None)
    entry.refresh_from_db()
    assert {entry.audience_of(field) for field in DirectoryField} == {NOBODY}
    assert (entry.shown_name, entry.about, entry.search_name, entry.about_words) == ("", "", "", "")
    assert entry.hidden_reason == "Sold things"
    newest = DirectoryEvent.objects.values_list("field", "audience", "wording")[:2]
    assert sorted(newest) == [("about", "nobody", "Take me out"), ("name", "nobody", "Take me out")]


def test_leaving_without_an_entry_changes_nothing():
    assert leave_directory(a_member(), wording="Out", source="test", actor=None) is None
    assert not DirectoryEntry.objects.exists()


def test_a_member_who_saves_at_that_moment_does_not_undo_that_the_office_hid_them(monkeypatch):
    contact = a_member()
    entry = say(contact, name=MEMBERS)
    # Between the reading of the entry and its saving.
    monkeypatch.setattr(
        directory, "_refuse_minors", lambda *_facts, **_day: hide_entry(entry, reason="Sold things", by=UserFactory())
    )
    say(contact, name=EVERYONE)
    assert names_for(MEMBERS) == []
    assert DirectoryEntry.objects.get().name_audience == EVERYONE


@pytest.mark.parametrize(
    ("age", "audience", "refusal"),
    [
        (15, MEMBERS, TooYoungToBeListedError),
        (15, EVERYONE, TooYoungToBeListedError),
        (16, MEMBERS, None),
        (16, EVERYONE, TooYoungForEveryoneError),
        (18, EVERYONE, None),
    ],
)
def test_the_young_are_told_and_nothing_is_written(age, audience, refusal):
    contact = a_member(birth_date=years_before(TODAY, age))
    if refusal is None:
        say(contact, name=audience)
        assert names_for(audience) == [contact.name]
    else:
        with pytest.raises(refusal):
            say(contact, name=audience)
        with pytest.raises(refusal):
            draft(contact, texts={}, audiences={DirectoryField.NAME: audience}, on=TODAY)
        assert not DirectoryEntry.objects.exists()


def test_taking_back_is_never_refused():
    contact = a_member()
    say(contact, name=EVERYONE, city=EVERYONE)
    contact.birth_date = years_before(TODAY, 10)
    contact.save()
    say(contact, name=NOBODY, city=MEMBERS)
    assert DirectoryEntry.objects.get().city_audience == MEMBERS


def test_direction_and_control_characters_do_not_get_into_an_entry():
    entry = say(a_member(), texts={"shown_name": "Layla\u202e  evil\x07"}, name=MEMBERS)
    assert entry.shown_name == "Layla evil"


# --- Merging -------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept_ones=st.tuples(audiences, audiences), merged_ones=st.tuples(audiences, audiences), hides=st.booleans())
def test_of_two_entries_the_stricter_choice_wins_and_an_undo_gives_each_its_own_back(kept_ones, merged_ones, hides, db):
    kept, merged = a_member(), a_member()
    names = ("name_audience", "city_audience")
    DirectoryEntryFactory(contact=kept, **dict(zip(names, kept_ones, strict=True)))
    other = DirectoryEntryFactory(contact=merged, **dict(zip(names, merged_ones, strict=True)))
    if hides:
        hide_entry(other, reason="Sold things", by=UserFactory())
    order = list(Audience)
    done = merge(kept, merged, {}, by=None)
    entry = DirectoryEntry.objects.get(contact=kept)
    assert [getattr(entry, name) for name in names] == [
        min(pair, key=order.index) for pair in zip(kept_ones, merged_ones, strict=True)
    ]
    assert (entry.hidden_at is not None) == hides
    undo_merge(done, by=None)
    for contact, chosen in ((kept, kept_ones), (merged, merged_ones)):
        back = DirectoryEntry.objects.get(contact=contact.pk)
        assert tuple(getattr(back, name) for name in names) == chosen
        assert (back.hidden_at is not None) == (hides and contact is merged)


def test_the_only_entry_goes_with_the_merge_and_back():
    kept, merged = a_member(), a_member()
    say(merged, name=MEMBERS)
    done = merge(kept, merged, {}, by=None)
    assert DirectoryEntry.objects.get().contact == kept
    assert kept.directory_events.count() == 1
    undo_merge(done, by=None)
    assert DirectoryEntry.objects.get().contact_id == merged.pk


def test_whoever_left_while_two_contacts_were_one_is_out_as_both():
    kept, merged = a_member(), a_member()
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        say(kept, name=EVERYONE, city=EVERYONE)
        say(merged, name=MEMBERS, city=MEMBERS)
    with time_machine.travel(datetime(2026, 5, 2, tzinfo=UTC), tick=False):
        done = merge(kept, merged, {}, by=None)
    with time_machine.travel(datetime(2026, 5, 3, tzinfo=UTC), tick=False):
        leave_directory(kept, wording="Out", source="test", actor=None)
    undo_merge(done, by=None)
    assert DirectoryEntry.objects.count() == 2
    assert names_for(MEMBERS) == []


def test_whom_the_office_hid_while_two_contacts_were_one_is_hidden_as_both():
    kept, merged = a_member(), a_member()
    say(kept, name=MEMBERS)
    say(merged, name=MEMBERS)
    done = merge(kept, merged, {}, by=None)
    hide_entry(DirectoryEntry.objects.get(), reason="Sold things", by=UserFactory())
    undo_merge(done, by=None)
    assert names_for(MEMBERS) == []


# --- Retention -----------------------------------------------------------------------------


def test_retention_takes_only_old_entries_that_show_nothing_and_are_not_hidden():
    with time_machine.travel(datetime(2024, 1, 1, tzinfo=UTC), tick=False):
        shown, left, hidden = an_entry(), an_entry(), an_entry(name_audience=NOBODY)
        leave_directory(left.contact, wording="Out", source="test", actor=None)
        hide_entry(hidden, reason="Sold things", by=UserFactory())
    save_rule("members.directoryentry", months=12, is_active=True)
    apply_retention(TODAY)
    assert set(DirectoryEntry.objects.all()) == {shown, hidden}
