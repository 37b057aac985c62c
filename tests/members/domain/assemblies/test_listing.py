"""The frozen list: what stands in it stays, and every correction says who, when and why."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.domain.assemblies.fingerprint import check
from members.domain.assemblies.listing import add_voter, freeze, strike_voter
from members.domain.decisions import Decision, decide
from members.domain.erasing import erase
from members.domain.merging import merge, undo_merge
from members.exceptions import (
    AlreadyFrozenError,
    AlreadyVoterError,
    DayOfRecordToComeError,
    NobodyMayVoteError,
    StruckOffError,
)
from members.models import ConferredVote, DecisionKind, Membership, RelationshipType, Voter
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import ContactFactory, TermFactory, TierFactory
from tests.factories.people import RelationshipFactory

pytestmark = pytest.mark.django_db


def lines(assembly):
    return [(voter.position, voter.name, voter.is_struck) for voter in assembly.voters.order_by("position")]


def test_the_list_is_written_in_the_order_of_the_names_with_number_and_tier(hall):
    assembly, amal, basma = hall("Basma", "Amal")
    assert [(amal.position, amal.name), (basma.position, basma.name)] == [(1, "Amal"), (2, "Basma")]
    assert (amal.number, str(amal.tier_name)) == (amal.membership.number, "Supporting member")
    assert len(assembly.fingerprint) == 64
    assert check(assembly).is_sound
    entry = ModelLogEntry.objects.get(action="sanduq.assembly_frozen")
    assert entry.data == {"voters": 2, "fingerprint": assembly.fingerprint}


def test_what_becomes_of_a_membership_later_does_not_change_the_list(hall, clerk):
    assembly, amal, _basma = hall("Amal", "Basma")
    suspended = Decision(DecisionKind.SUSPENDED, date(2026, 5, 1), "other")
    decide(amal.membership, suspended, by=clerk)
    TermFactory(membership__contact=ContactFactory(given_name="Late"))
    assert lines(assembly) == [(1, "Amal", False), (2, "Basma", False)]
    assert check(assembly).is_sound


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Amal Haddad"},
        {"number": "2026-9999"},
        {"tier_name": "Patron"},
        {"representative_name": "Somebody"},
        {"position": 9},
        {"name": "Somebody", "salt": ""},
    ],
)
def test_tampering_with_a_line_is_found(hall, change):
    assembly, amal, _basma = hall("Amal", "Basma")
    Voter.objects.filter(pk=amal.pk).update(**change)
    found = check(assembly)
    assert not found.is_sound
    assert found.changed == [change.get("position", 1)]


def test_a_line_whose_digest_was_worked_out_anew_changes_the_fingerprint(hall):
    from members.domain.assemblies.fingerprint import digest_of

    assembly, amal, _basma = hall("Amal", "Basma")
    amal.name = "Somebody else"
    amal.digest = digest_of(amal)
    amal.save()
    assert check(assembly).changed == []
    assert not check(assembly).is_same


def test_a_line_that_is_gone_or_slipped_in_changes_the_fingerprint(hall):
    assembly, amal, _basma = hall("Amal", "Basma")
    Voter.objects.filter(pk=amal.pk).update(added_at=timezone.now())
    assert not check(assembly).is_same


def test_another_rule_changes_the_fingerprint(hall):
    assembly, _amal = hall("Amal")
    assembly.frozen_rule = {**assembly.frozen_rule, "minimum_age": 16}
    assert not check(assembly).is_same


def test_a_list_is_frozen_once(hall, clerk):
    assembly, _amal = hall("Amal")
    with pytest.raises(AlreadyFrozenError):
        freeze(assembly, by=clerk)


def test_a_list_is_not_frozen_before_the_day_of_record(clerk):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DayOfRecordToComeError):
        freeze(AssemblyFactory(record_day=tomorrow), by=clerk)


def test_a_list_of_nobody_is_not_frozen(clerk):
    with pytest.raises(NobodyMayVoteError):
        freeze(AssemblyFactory(), by=clerk)


def test_an_addition_stands_at_the_end_with_who_and_why_and_leaves_the_fingerprint_alone(hall, clerk):
    assembly, _amal = hall("Amal")
    late = TermFactory(membership__contact=ContactFactory(given_name="Late", family_name="")).membership

    voter = add_voter(assembly, late.contact, reason="Paid in time, entered late", by=clerk)

    assert lines(assembly) == [(1, "Amal", False), (2, "Late", False)]
    assert (voter.added_by, voter.added_reason, voter.number) == (clerk, "Paid in time, entered late", late.number)
    assert check(assembly).is_sound
    with pytest.raises(AlreadyVoterError):
        add_voter(assembly, late.contact, reason="Again", by=clerk)


def test_somebody_without_a_membership_may_be_added_too(hall, clerk):
    assembly, _amal = hall("Amal")
    voter = add_voter(assembly, ContactFactory(given_name="Honorary", family_name=""), reason="By the board", by=clerk)
    assert (voter.name, voter.number, voter.membership) == ("Honorary", "", None)


def test_a_line_is_struck_off_and_stays_as_struck_off(hall, clerk):
    assembly, amal, _basma = hall("Amal", "Basma")
    strike_voter(amal, reason="Had left", by=clerk)
    amal.refresh_from_db()
    assert lines(assembly) == [(1, "Amal", True), (2, "Basma", False)]
    assert (amal.struck_by, amal.struck_reason) == (clerk, "Had left")
    assert check(assembly).is_sound
    with pytest.raises(StruckOffError):
        strike_voter(amal, reason="Again", by=clerk)
    again = add_voter(assembly, amal.contact, reason="Had not left after all", by=clerk)
    assert again.position == 3


def test_an_erased_person_keeps_the_line_without_the_name_and_the_fingerprint_still_holds(hall, clerk):
    assembly, amal, _basma = hall("Amal", "Basma")
    erase(amal.contact, reason="asked", by=clerk)
    amal.refresh_from_db()
    assert (amal.name, amal.number, amal.search_words.strip(), amal.salt) == ("", "", "", "")
    assert str(amal) == "Erased person"
    found = check(assembly)
    assert (found.is_sound, found.erased, assembly.voters.standing().count()) == (True, 1, 2)


def test_an_erased_representative_goes_from_the_line_of_the_organisation(clerk):
    shop = TermFactory(membership__contact=ContactFactory(kind="organisation", given_name="", family_name="",
                                                          organisation_name="Shop")).membership.contact  # fmt: skip
    person = ContactFactory(given_name="Rana")
    RelationshipFactory(type=RelationshipType.objects.get(code="representative"), from_contact=person, to_contact=shop)
    assembly = freeze(AssemblyFactory(conferred=ConferredVote.REPRESENTATIVE), by=clerk)
    assert assembly.voters.get().representative_name.startswith("Rana")

    erase(person, reason="asked", by=clerk)

    line = assembly.voters.get()
    assert (line.name, line.representative_name) == ("Shop", "")
    assert "rana" not in line.search_words
    assert check(assembly).is_sound


def test_two_records_made_one_have_one_vote(hall, clerk):
    assembly, amal, twin = hall("Amal", "Amal B")
    merge(amal.contact, twin.contact, {}, by=clerk)
    twin.refresh_from_db()
    assert lines(assembly) == [(1, "Amal", False), (2, "Amal B", True)]
    assert twin.struck_reason == "Two records of one person were made one"
    assert (twin.contact, twin.struck_by) == (amal.contact, clerk)
    assert check(assembly).is_sound


def test_a_merge_that_is_undone_gives_both_their_lines_back(hall, clerk):
    assembly, amal, twin = hall("Amal", "Amal B")
    done = merge(amal.contact, twin.contact, {}, by=clerk)
    undo_merge(done, by=clerk)
    twin.refresh_from_db()
    assert lines(assembly) == [(1, "Amal", False), (2, "Amal B", False)]
    assert twin.contact != amal.contact


def test_one_who_is_only_on_one_list_brings_the_line_along(hall, clerk):
    assembly, amal = hall("Amal")
    other = ContactFactory()
    merge(other, amal.contact, {}, by=clerk)
    assert assembly.voters.get().contact == other


def test_a_person_with_two_memberships_stands_on_the_list_once(clerk):
    contact, tier = ContactFactory(), TierFactory()
    for number in range(2):
        membership = Membership.objects.create(contact=contact, number=f"m{number}", joined_on=date(2026, 1, 1))
        TermFactory(membership=membership, tier=tier)
    assert freeze(AssemblyFactory(), by=clerk).voters.count() == 1
