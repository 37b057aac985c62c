"""Coming in, proxies and the quorum."""

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members.domain.assemblies.attendance import check_in, close_check_in, open_check_in, undo_check_in
from members.domain.assemblies.desk import Looked, absence_of, look_up
from members.domain.assemblies.listing import add_voter, strike_voter
from members.domain.assemblies.proxies import give_proxy, take_back_proxy
from members.domain.assemblies.quorum import tally, votes_needed
from members.domain.cards import own_face, signed_address
from members.domain.decisions import Decision, decide
from members.domain.merging import merge
from members.exceptions import CheckInClosedError, NotFrozenError, ProxyRefusedError, StruckOffError, VoterIsHereError
from members.models import DecisionKind, ProxyEnd, QuorumKind, Voter
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import ContactFactory, MemberCardFactory, TermFactory

pytestmark = pytest.mark.django_db
PAGE = "https://sanduq.example/en/card/{}/"


def figures(assembly):
    assembly.refresh_from_db()
    now = tally(assembly)
    return now.present, now.by_proxy, now.is_reached


# --- Coming in


def test_coming_in_twice_is_coming_in_once_and_tells_when(hall, clerk):
    _assembly, amal = hall("Amal")
    first, second = check_in(amal, by=clerk), check_in(amal, by=clerk)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.attendance == second.attendance


def test_a_mistaken_check_in_is_undone_and_stays_on_record(hall, clerk):
    assembly, amal = hall("Amal")
    check_in(amal, by=clerk)
    undo_check_in(amal, by=clerk)
    assert figures(assembly)[0] == 0
    assert amal.attendances.get().undone_by == clerk
    assert undo_check_in(amal, by=clerk) is None
    assert check_in(amal, by=clerk).is_new


def test_nobody_comes_in_before_there_is_a_list(clerk):
    voter = Voter.objects.create(assembly=AssemblyFactory(), contact=ContactFactory(), position=1, name="Early")
    with pytest.raises(NotFrozenError):
        check_in(voter, by=clerk)


def test_who_was_struck_off_does_not_come_in_and_who_is_in_is_not_struck_off(hall, clerk):
    _assembly, amal, basma = hall("Amal", "Basma")
    strike_voter(amal, reason="Had left", by=clerk)
    with pytest.raises(StruckOffError):
        check_in(amal, by=clerk)
    check_in(basma, by=clerk)
    with pytest.raises(VoterIsHereError):
        strike_voter(basma, reason="Had left", by=clerk)


def test_once_closed_nobody_comes_in_and_the_figures_stay(hall, clerk):
    assembly, amal, basma = hall("Amal", "Basma", quorum_kind=QuorumKind.SHARE, quorum_value=50)
    check_in(amal, by=clerk)
    close_check_in(assembly, by=clerk)
    with pytest.raises(CheckInClosedError):
        check_in(basma, by=clerk)
    with pytest.raises(CheckInClosedError):
        add_voter(assembly, ContactFactory(), reason="Late", by=clerk)
    merge(amal.contact, basma.contact, {}, by=clerk)
    assert figures(assembly) == (1, 0, True)
    assert tally(assembly).voters == 2
    open_check_in(assembly, by=clerk)
    assembly.refresh_from_db()
    assert tally(assembly).voters == 1


# --- Proxies


@pytest.fixture
def proxies(hall, clerk):
    assembly, amal, basma, careem, dina = hall("Amal", "Basma", "Careem", "Dina", proxies_per_holder=2)
    check_in(amal, by=clerk)
    return assembly, amal, basma, careem, dina


def test_a_proxy_counts_while_its_holder_is_there(proxies, clerk):
    assembly, amal, basma, _careem, _dina = proxies
    give_proxy(basma, amal, by=clerk)
    assert figures(assembly)[:2] == (1, 1)
    undo_check_in(amal, by=clerk)
    assert figures(assembly)[:2] == (0, 0)
    check_in(amal, by=clerk)
    assert figures(assembly)[:2] == (1, 1)


def test_who_comes_in_person_takes_the_proxy_back(proxies, clerk):
    assembly, amal, basma, _careem, _dina = proxies
    proxy = give_proxy(basma, amal, by=clerk)
    arrival = check_in(basma, by=clerk)
    proxy.refresh_from_db()
    assert (arrival.ended, proxy.end) == (proxy, ProxyEnd.CAME)
    assert figures(assembly)[:2] == (2, 0)


def test_a_proxy_that_is_taken_back_counts_no_more(proxies, clerk):
    assembly, amal, basma, _careem, _dina = proxies
    take_back_proxy(give_proxy(basma, amal, by=clerk), by=clerk)
    assert figures(assembly)[:2] == (1, 0)
    give_proxy(basma, amal, by=clerk)
    assert figures(assembly)[:2] == (1, 1)


def test_proxies_against_the_rule_are_refused(proxies, clerk):
    _assembly, amal, basma, careem, dina = proxies
    give_proxy(basma, amal, by=clerk)
    refused = [
        (basma, amal),  # given already
        (amal, amal),  # to oneself
        (careem, basma),  # not there
        (careem, dina),  # not there
    ]
    for giver, holder in refused:
        with pytest.raises((ProxyRefusedError, VoterIsHereError)):
            give_proxy(giver, holder, by=clerk)
    give_proxy(careem, amal, by=clerk)
    with pytest.raises(ProxyRefusedError, match="2 proxies already"):
        give_proxy(dina, amal, by=clerk)
    check_in(dina, by=clerk)
    with pytest.raises(VoterIsHereError):
        give_proxy(dina, amal, by=clerk)


def test_proxies_make_no_chains(proxies, clerk):
    _assembly, amal, basma, _careem, dina = proxies
    give_proxy(basma, amal, by=clerk)
    check_in(dina, by=clerk)
    undo_check_in(amal, by=clerk)
    with pytest.raises(ProxyRefusedError, match="cannot be passed on"):
        give_proxy(amal, dina, by=clerk)


def test_an_assembly_without_proxies_has_none(hall, clerk):
    _assembly, amal, basma = hall("Amal", "Basma")
    check_in(amal, by=clerk)
    with pytest.raises(ProxyRefusedError, match="no proxies"):
        give_proxy(basma, amal, by=clerk)


def test_a_voter_of_another_assembly_holds_nothing(proxies, clerk, hall):
    _assembly, _amal, basma, _careem, _dina = proxies
    _other, stranger, *_others = hall("Stranger", proxies_per_holder=1)
    check_in(stranger, by=clerk)
    with pytest.raises(Voter.DoesNotExist):
        give_proxy(basma, stranger, by=clerk)


def test_who_is_struck_off_gives_and_holds_nothing(proxies, clerk):
    assembly, amal, basma, _careem, _dina = proxies
    give_proxy(basma, amal, by=clerk)
    strike_voter(basma, reason="Had left", by=clerk)
    assert figures(assembly)[:2] == (1, 0)


@pytest.mark.parametrize("who_is_in", ["both", "the first", "the second"])
def test_two_records_made_one_are_there_once_and_their_proxies_end(proxies, clerk, who_is_in):
    assembly, amal, basma, careem, _dina = proxies
    if who_is_in != "the first":
        check_in(basma, by=clerk)
    if who_is_in == "the second":
        undo_check_in(amal, by=clerk)
    struck = amal if who_is_in == "the second" else basma
    if who_is_in == "both":
        give_proxy(careem, basma, by=clerk)
    merge(amal.contact, basma.contact, {}, by=clerk)
    assert figures(assembly)[:2] == (1, 0)
    assert set(assembly.voters.exclude(struck_at=None)) == {struck}


# --- Quorum


@given(st.integers(1, 100), st.integers(0, 5000))
def test_a_share_is_reckoned_exactly(percent, voters):
    least = votes_needed(QuorumKind.SHARE, percent, voters=voters)
    assert 100 * least >= percent * voters > 100 * (least - 1)
    more = votes_needed(QuorumKind.MORE, percent, voters=voters)
    assert 100 * more > percent * voters >= 100 * (more - 1)


def test_the_quorum_is_noted_when_it_is_reached_and_forgotten_when_that_is_undone(hall, clerk):
    assembly, amal, basma, _careem = hall(
        "Amal", "Basma", "Careem", quorum_kind=QuorumKind.MORE, quorum_value=50, proxies_per_holder=1
    )
    check_in(amal, by=clerk)
    assembly.refresh_from_db()
    assert assembly.quorum_reached_at is None
    before = timezone.now()
    give_proxy(basma, amal, by=clerk)
    assembly.refresh_from_db()
    assert assembly.quorum_reached_at >= before
    undo_check_in(amal, by=clerk)
    assembly.refresh_from_db()
    assert (assembly.quorum_reached_at, tally(assembly).missing) == (None, 2)


# --- Look-ups


@pytest.fixture
def door(hall):
    assembly, amal, basma = hall("Amal", "Basma")
    card = MemberCardFactory(membership=amal.membership)
    return assembly, amal, basma, card


def text_of(card):
    return signed_address(own_face(card.membership, on=date(2026, 1, 1)), PAGE.format(card.token), on=date(2026, 1, 1))


def test_a_card_a_number_and_a_name_all_mean_the_line(door):
    assembly, amal, _basma, card = door
    texts = [text_of(card), PAGE.format(card.token), amal.number, "ama", "  AMAL "]
    assert [look_up(assembly, text).only_voter for text in texts] == [amal] * len(texts)
    assert look_up(assembly, text_of(card)).card.first_name == "Amal"


def test_a_card_that_was_changed_or_is_unknown_lets_nobody_in(door):
    assembly, _amal, _basma, card = door
    other = MemberCardFactory(membership=TermFactory().membership)
    fragment = text_of(other).partition("#")[2]
    assert look_up(assembly, f"{PAGE.format(card.token)}#{fragment}").kind == Looked.CARD_FORGED
    assert look_up(assembly, f"{PAGE.format(card.token)}#").kind == Looked.CARD_FORGED
    assert look_up(assembly, PAGE.format("a" * 22)).kind == Looked.CARD_UNKNOWN


def test_who_is_not_on_the_list_is_told_why(door, clerk):
    assembly, _amal, basma, _card = door
    late = TermFactory(
        membership__contact=ContactFactory(given_name="Late", family_name=""), starts_on=date(2026, 6, 2)
    )
    found = look_up(assembly, "late")
    assert (found.kind, found.others) == (Looked.NOT_LISTED, [late.membership.contact])
    assert absence_of(assembly, late.membership.contact).reason == "Membership starts later"
    stranger = absence_of(assembly, ContactFactory())
    assert (stranger.was_member, stranger.reason) == (False, "")
    strike_voter(basma, reason="Had left", by=clerk)
    assert absence_of(assembly, basma.contact).struck == basma
    assert look_up(assembly, "nobody of that name").kind == Looked.UNKNOWN
    assert look_up(assembly, "").kind == Looked.UNKNOWN


def test_one_who_might_vote_by_the_records_of_now_is_told_apart(door, clerk):
    assembly, *_rest = door
    member = TermFactory().membership
    decide(member, Decision(DecisionKind.SUSPENDED, date(2026, 5, 1), "other", ends_on=date(2026, 5, 31)), by=clerk)
    found = absence_of(assembly, member.contact)
    assert (found.was_member, found.reason, found.struck) == (True, "", None)
