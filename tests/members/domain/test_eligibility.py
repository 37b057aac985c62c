"""Who may choose a tier: age, place, and the tier one has."""

import uuid
from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from members.domain.concessions import Payee
from members.domain.decisions import Decision, decide
from members.domain.eligibility import (
    HELD_FOR,
    check_may_have_next,
    check_may_join,
    give_up_place,
    hold_place,
    may_have_next,
    places_left,
)
from members.domain.tier_changes import quotes_for_change
from members.exceptions import (
    AgeUnknownError,
    CannotMoveToTierError,
    TierFullError,
    TierNotOfferedError,
    WrongAgeError,
)
from members.models import DecisionKind, LeavingReason, OpenTo, PlaceHold, Tier
from tests.factories.members import ContactFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 2)
AT = datetime(2026, 7, 2, 9, tzinfo=timezone.get_default_timezone())
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def left(tier):
    return places_left(tier, at=AT, on=DAY)


def term_on(tier, **kwargs):
    return TermFactory(tier=tier, **{"starts_on": FIRST, "ends_on": LAST, **kwargs})


@pytest.mark.parametrize(
    ("born_on", "outcome"),
    [
        (None, AgeUnknownError),
        (date(2010, 7, 3), WrongAgeError),
        (date(2010, 7, 2), None),
        (date(2000, 7, 3), None),
        (date(2000, 7, 2), WrongAgeError),
    ],
)
def test_ages_count_from_birthday_to_birthday(born_on, outcome):
    tier = TierFactory(minimum_age=16, maximum_age=25)
    payee = Payee(birth_date=born_on)
    if outcome is None:
        check_may_join(tier, payee, on=DAY)
    else:
        with pytest.raises(outcome):
            check_may_join(tier, payee, on=DAY)


def test_the_day_of_birth_on_record_counts_before_one_that_was_typed():
    contact = ContactFactory(birth_date=date(1980, 1, 1))
    with pytest.raises(WrongAgeError):
        check_may_join(TierFactory(maximum_age=25), Payee(contact, date(2005, 1, 1)), on=DAY)


@pytest.mark.parametrize("rule", [{"open_to": OpenTo.MEMBERS}, {"open_to": OpenTo.OFFICE}, {"is_offered": False}])
def test_nobody_joins_a_tier_that_is_not_open_to_everyone(rule):
    with pytest.raises(TierNotOfferedError):
        check_may_join(TierFactory(**rule), Payee(), on=DAY)


def test_the_site_offers_what_is_open_to_everyone():
    everyone = TierFactory()
    TierFactory(open_to=OpenTo.MEMBERS)
    TierFactory(open_to=OpenTo.OFFICE)
    assert list(Tier.objects.joinable()) == [everyone]


def test_members_are_offered_what_is_open_to_members_and_what_they_have():
    mine, members, office = (
        TierFactory(is_offered=False),
        TierFactory(open_to=OpenTo.MEMBERS),
        TierFactory(open_to=OpenTo.OFFICE),
    )
    assert set(Tier.objects.renewable_by(mine)) == {mine, members}
    assert set(Tier.objects.renewable_by(office)) == {office, members}


def test_one_moves_only_from_the_tiers_that_were_named():
    student, other, full = TierFactory(), TierFactory(), TierFactory()
    full.moves_from.add(student)
    check_may_have_next(full, term_on(student).membership, on=DAY)
    with pytest.raises(CannotMoveToTierError):
        check_may_have_next(full, term_on(other).membership, on=DAY)


def test_the_tier_one_has_stays_open_to_one_until_one_is_too_old():
    tier = TierFactory(open_to=OpenTo.OFFICE, is_offered=False, maximum_age=25)
    unknown = term_on(tier).membership
    grown = term_on(tier, membership__contact=ContactFactory(birth_date=date(1990, 1, 1))).membership
    assert may_have_next(tier, unknown, on=DAY)
    assert not may_have_next(tier, grown, on=DAY)


def test_a_change_is_offered_only_where_the_rules_allow_it():
    mine, open_one, for_others = TierFactory(), TierFactory(), TierFactory()
    for_others.moves_from.add(open_one)
    TierFactory(open_to=OpenTo.OFFICE)
    TierFactory(minimum_age=16)
    membership = term_on(mine).membership
    assert list(quotes_for_change(membership, on=DAY)) == [open_one]


def test_without_a_limit_places_are_not_counted():
    assert left(TierFactory()) is None


def test_taken_are_places_of_the_upcoming_the_current_and_those_in_grace():
    tier = TierFactory(capacity=10)
    term_on(tier, starts_on=DAY + timedelta(days=1))
    term_on(tier)
    term_on(tier, starts_on=date(2025, 1, 1), ends_on=DAY - timedelta(days=30))
    term_on(tier, starts_on=date(2025, 1, 1), ends_on=DAY - timedelta(days=31))
    assert left(tier) == 7


def test_who_left_died_or_moved_gives_the_place_back():
    tier = TierFactory(capacity=10)
    cancelled = term_on(tier).membership
    decide(cancelled, Decision(DecisionKind.CANCELLED, DAY, LeavingReason.OTHER), by=None)
    term_on(tier, membership__contact=ContactFactory(died_on=date(2026, 5, 1)))
    moved = term_on(tier, ends_on=DAY - timedelta(days=1))
    TermFactory(membership=moved.membership, tier=TierFactory(), starts_on=DAY, ends_on=LAST)
    assert left(tier) == 10


def test_who_is_suspended_keeps_the_place():
    tier = TierFactory(capacity=1)
    suspended = term_on(tier).membership
    decide(suspended, Decision(DecisionKind.SUSPENDED, DAY, LeavingReason.CONDUCT), by=None)
    assert left(tier) == 0


def test_a_limit_below_what_is_taken_leaves_none_and_takes_nobodys_place():
    tier = TierFactory(capacity=1)
    members = [term_on(tier).membership, term_on(tier).membership]
    assert left(tier) == 0
    assert all(may_have_next(tier, membership, on=DAY) for membership in members)


def test_the_last_place_is_held_for_who_asked_first_and_free_again_after_an_hour():
    tier = TierFactory(capacity=1)
    first, second = uuid.uuid4(), uuid.uuid4()
    hold_place(tier, key=first, at=AT, on=DAY)
    hold_place(tier, key=first, at=AT, on=DAY)  # the same form, sent twice
    with pytest.raises(TierFullError):
        hold_place(tier, key=second, at=AT + HELD_FOR - timedelta(seconds=1), on=DAY)
    hold_place(tier, key=second, at=AT + HELD_FOR, on=DAY)
    assert PlaceHold.objects.count() == 2
    with pytest.raises(TierFullError):
        hold_place(tier, key=first, at=AT + HELD_FOR, on=DAY)
    give_up_place(second)
    assert left(tier) == 0  # the first one holds it still, at this moment


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_place_at_once_one_gets_it():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one by one anyhow.")
    tier = TierFactory(capacity=1)
    refused = []

    def ask():
        try:
            hold_place(tier, key=uuid.uuid4(), at=AT, on=DAY)
        except TierFullError:
            refused.append(1)
        finally:
            connections.close_all()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (PlaceHold.objects.count(), len(refused)) == (1, 5)
