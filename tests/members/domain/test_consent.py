import pytest

from members.domain.consent import has_consent, record_consent
from members.models import Channel, Consent, Purpose
from tests.factories.members import ContactFactory

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
