"""Belonging through a household or an organisation: seats, invitations, and who looks after it."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.domain.relationships import belonging_through
from members.domain.seats import (
    BILLING,
    OFFERED_FOR,
    accept,
    billing_contact_of,
    check_seat,
    give_up_seat,
    invite,
    kinds_offered,
    memberships_managed_by,
    seats_of,
    withdraw_invitation,
)
from members.exceptions import InvitationOverError, NotConferredError, SeatsTakenError
from members.models import ContactKind, Relationship, RelationshipType, SeatInvitation
from tests.factories.members import ContactFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 2)
AT = datetime(2026, 7, 2, 9, tzinfo=UTC)


def kind(code):
    # A test with real transactions before this one may have emptied the tables that a migration fills.
    kinds = {"from_kind": ContactKind.INDIVIDUAL, "to_kind": ContactKind.HOUSEHOLD}
    facts = {"name": code, "reverse_name": code, **kinds}
    return RelationshipType.objects.get_or_create(code=code, defaults=facts)[0]


@pytest.fixture
def membership():
    """A household's, with two seats."""
    tier = TierFactory(seats=2)
    tier.confers_to.add(kind("household-member"))
    household = ContactFactory(kind=ContactKind.HOUSEHOLD, organisation_name="Haddad")
    return TermFactory(
        tier=tier, membership__contact=household, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    ).membership


def offer(membership, email="lina@people.example", at=AT):
    return invite(membership, kind=kind("household-member"), email=email, language="ar", by=None, at=at, on=at.date())


def take(invitation, person=None, at=AT):
    return accept(invitation, person or ContactFactory(), at=at, on=at.date())


def people(membership, day=DAY):
    return set(belonging_through(membership, on=day))


def test_whoever_takes_an_invitation_up_belongs_from_that_day(membership):
    person = ContactFactory()
    relationship = take(offer(membership), person)
    assert (relationship.starts_on, people(membership)) == (DAY, {person})
    assert people(membership, DAY - timedelta(days=1)) == set()


def test_a_link_works_once(membership):
    invitation = offer(membership)
    take(invitation)
    with pytest.raises(InvitationOverError):
        take(invitation)
    assert len(people(membership)) == 1


@pytest.mark.parametrize("over", ["expired", "withdrawn", "lapsed"])
def test_a_link_that_is_over_gives_no_seat(membership, over):
    invitation = offer(membership)
    at = AT
    if over == "expired":
        at = AT + OFFERED_FOR
    elif over == "withdrawn":
        assert withdraw_invitation(invitation, at=AT)
        assert not withdraw_invitation(invitation, at=AT)
    else:
        membership.terms.update(ends_on=DAY - timedelta(days=1))
    with pytest.raises(InvitationOverError):
        take(invitation, at=at)
    assert not Relationship.objects.exists()


def test_an_open_invitation_holds_a_seat_and_gives_it_back(membership):
    offer(membership, "one@people.example")
    second = offer(membership, "two@people.example")
    with pytest.raises(SeatsTakenError):
        offer(membership, "three@people.example")
    withdraw_invitation(second, at=AT)
    offer(membership, "three@people.example")
    offer(membership, "four@people.example", at=AT + OFFERED_FOR)


def test_the_same_address_is_invited_once(membership):
    assert offer(membership, "Lina@People.example") == offer(membership, "lina@people.example")
    assert SeatInvitation.objects.count() == 1


def test_when_somebody_leaves_the_seat_is_free_from_that_day(membership):
    person = ContactFactory()
    Relationship.objects.create(
        type=kind("household-member"),
        from_contact=person,
        to_contact=membership.contact,
        starts_on=date(2026, 1, 1),
    )
    give_up_seat(membership, person, on=DAY)
    assert (people(membership), people(membership, DAY - timedelta(days=1))) == (set(), {person})
    assert seats_of(membership, at=AT, on=DAY).left == 2


def test_a_seat_taken_and_given_up_on_one_day_leaves_no_trace(membership):
    person = ContactFactory()
    take(offer(membership), person)
    give_up_seat(membership, person, on=DAY)
    assert not Relationship.objects.exists()


def test_a_limit_lowered_below_the_seats_taken_throws_nobody_out_and_lets_nobody_in(membership):
    first, waiting = ContactFactory(), offer(membership, "late@people.example")
    take(offer(membership), first)
    membership.terms.get().tier.__class__.objects.update(seats=1)
    assert people(membership) == {first}
    with pytest.raises(SeatsTakenError):
        take(waiting)
    assert seats_of(membership, at=AT, on=DAY).left == 0


def test_staff_are_held_to_the_limit_as_well(membership):
    for _ in range(2):
        take(offer(membership))
    third = Relationship(
        type=kind("household-member"), from_contact=ContactFactory(), to_contact=membership.contact, starts_on=DAY
    )
    with transaction.atomic(), pytest.raises(SeatsTakenError):
        check_seat(third, on=DAY)
    third.type = kind("household-head")
    with transaction.atomic():
        check_seat(third, on=DAY)


def test_a_membership_that_makes_nobody_a_member_offers_nothing():
    membership = TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).membership
    assert kinds_offered(membership, on=DAY) == []
    with pytest.raises(NotConferredError):
        offer(membership)


def test_heads_and_representatives_look_after_it_until_they_leave(membership):
    head, representative, child = ContactFactory(), ContactFactory(), ContactFactory()
    for person, code in ((head, "household-head"), (representative, "representative"), (child, "household-member")):
        Relationship.objects.create(type=kind(code), from_contact=person, to_contact=membership.contact, ends_on=DAY)
    for person, manages in ((head, True), (representative, True), (child, False)):
        assert memberships_managed_by(person, on=DAY).exists() is manages
        assert not memberships_managed_by(person, on=DAY + timedelta(days=1)).exists()


def test_money_is_written_about_to_the_billing_contact_first(membership):
    holder = membership.contact
    assert billing_contact_of(holder, on=DAY) == holder
    for code in ("household-head", "representative", BILLING):
        person = ContactFactory()
        Relationship.objects.create(type=kind(code), from_contact=person, to_contact=holder)
        assert billing_contact_of(holder, on=DAY) == person


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(["invite", "take", "leave", "withdraw"]), st.integers(0, 4)), max_size=14))
def test_conferred_memberships_are_what_the_relationships_of_that_day_say_and_never_more_than_seats(steps):
    with transaction.atomic():
        tier = TierFactory(seats=2)
        tier.confers_to.add(kind("household-member"))
        household = ContactFactory(kind=ContactKind.HOUSEHOLD, organisation_name="Haddad")
        membership = TermFactory(
            tier=tier, membership__contact=household, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        ).membership
        persons = [ContactFactory() for _ in range(5)]
        for verb, number in steps:
            email = f"{number}@people.example"
            mine = membership.invitations.open_at(AT).filter(email=email).first()
            try:
                if verb == "invite":
                    offer(membership, email)
                elif verb == "take" and mine:
                    take(mine, persons[number])
                elif verb == "leave":
                    give_up_seat(membership, persons[number], on=DAY)
                elif mine:
                    withdraw_invitation(mine, at=AT)
            except (SeatsTakenError, InvitationOverError):
                continue
        related = Relationship.objects.in_force_on(DAY).filter(to_contact=household)
        assert people(membership) == {relationship.from_contact for relationship in related}
        assert len(people(membership)) <= 2
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_one_link_at_once_one_gets_the_seat(membership):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one by one anyhow.")
    invitation, late = offer(membership), []
    persons = [ContactFactory() for _ in range(4)]

    def press(person):
        try:
            take(invitation, person)
        except InvitationOverError:
            late.append(person)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=[person]) for person in persons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(people(membership)), len(late)) == (1, 3)
