from datetime import UTC, date, datetime

import pytest
import time_machine

from members.domain.consent import age_on, has_consent, record_consent
from members.exceptions import GuardianNeededError, NotGuardianError
from members.models import Channel, Consent, ConsentEvent, LegalBasis, Purpose, Relationship, RelationshipType
from tests.factories.members import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def answer(contact, granted, purpose=Purpose.NEWS):
    return record_consent(contact, channel=Channel.EMAIL, purpose=purpose, granted=granted, source="test")


def may_write(contact, purpose=Purpose.NEWS):
    return has_consent(contact, channel=Channel.EMAIL, purpose=purpose)


def test_silence_is_a_no():
    assert not may_write(ContactFactory())


def test_the_newest_answer_counts_and_all_are_kept():
    contact = ContactFactory()
    events = [answer(contact, granted) for granted in (True, False, True, False)]
    assert not may_write(contact)
    assert list(contact.consent_events.order_by("pk")) == events
    assert Consent.objects.get().event == events[-1]


def test_a_yes_to_one_purpose_is_none_to_another():
    contact = ContactFactory()
    answer(contact, True)
    assert may_write(contact)
    assert not may_write(contact, Purpose.FUNDRAISING)
    assert not has_consent(contact, channel=Channel.SMS, purpose=Purpose.NEWS)


# --- Minors: 16 is the age of consent of an untouched profile

TODAY = date(2026, 6, 1)


@pytest.fixture
def child():
    return ContactFactory(birth_date=date(2011, 6, 2))  # turns 15 tomorrow


@pytest.fixture
def guardian(child):
    mother = ContactFactory(given_name="Mother")
    kind = RelationshipType.objects.get(code="guardian")
    Relationship.objects.create(type=kind, from_contact=mother, to_contact=child)
    return mother


def say_yes(contact, **fields):
    return record_consent(
        contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test", **{"on": TODAY, **fields}
    )


def test_an_event_keeps_basis_wording_reason_guardian_and_actor(child, guardian):
    actor = UserFactory()
    event = say_yes(child, guardian=guardian, actor=actor, wording="May we write?", reason="She signed the form")
    stored = ConsentEvent.objects.get()
    assert stored == event
    assert (stored.basis, stored.wording, stored.reason, stored.guardian, stored.actor) == (
        LegalBasis.CONSENT, "May we write?", "She signed the form", guardian, actor,
    )  # fmt: skip


def test_a_minors_own_yes_is_refused_and_leaves_silence(child):
    with pytest.raises(GuardianNeededError, match="younger than 16"):
        say_yes(child)
    assert not ConsentEvent.objects.exists()
    assert not may_write(child)


def test_a_minors_own_no_is_always_taken(child, guardian):
    say_yes(child, guardian=guardian)
    answer(child, False)
    assert not may_write(child)


def test_only_a_guardian_of_that_day_says_yes_for_a_minor(child, guardian):
    with pytest.raises(NotGuardianError):
        say_yes(child, guardian=ContactFactory())
    Relationship.objects.update(ends_on=date(2026, 5, 31))
    with pytest.raises(NotGuardianError):
        say_yes(child, guardian=guardian)


def test_the_ward_of_a_guardian_is_not_the_guardian(child, guardian):
    with pytest.raises(NotGuardianError):
        say_yes(guardian, guardian=child)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        pytest.param(date(2026, 6, 1), True, id="while a minor"),
        pytest.param(date(2027, 6, 1), True, id="the day before coming of age"),
        pytest.param(date(2027, 6, 2), False, id="the day of coming of age"),
    ],
)
def test_a_guardians_yes_ends_when_the_person_comes_of_age(child, guardian, day, counts):
    say_yes(child, guardian=guardian)
    assert has_consent(child, channel=Channel.EMAIL, purpose=Purpose.NEWS, on=day) is counts


def test_a_yes_counts_again_once_the_person_of_age_says_it(child, guardian):
    say_yes(child, guardian=guardian)
    grown_up = datetime(2027, 7, 1, 12, tzinfo=UTC)
    with time_machine.travel(grown_up):
        say_yes(child, on=grown_up.date())
        assert may_write(child)


def test_a_yes_given_as_a_minor_does_not_count_once_the_age_is_known():
    contact = ContactFactory()
    say_yes(contact)
    assert may_write(contact)
    contact.birth_date = date(2020, 1, 1)
    contact.save()
    assert not may_write(contact)


def test_a_deleted_guardian_leaves_a_minor_without_a_yes(child, guardian):
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        say_yes(child, guardian=guardian)
        guardian.delete()
        assert not may_write(child)


def test_what_needs_no_consent_needs_no_guardian(child):
    event = say_yes(child, basis=LegalBasis.CONTRACT)
    assert (event.granted, may_write(child)) == (True, True)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 3, 1), date(2026, 2, 28), 15),
        (date(2010, 3, 1), date(2026, 3, 1), 16),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
    ],
)
def test_age_is_completed_years(born, day, age):
    assert age_on(born, day) == age
