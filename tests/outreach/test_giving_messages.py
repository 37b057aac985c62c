"""What donors and those whom they think of are told, once, and only while it is true."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from donations.models import RecurringGift, Refund, RefundStatus, Tribute
from members.domain.seats import BILLING
from members.models import Relationship, RelationshipType
from outreach.domain.giving_messages import queue_giving_messages
from outreach.domain.sending import send_due
from outreach.models import Delivery
from tests.factories.donations import GiftFactory, RecurringGiftFactory
from tests.factories.members import ContactFactory, EmailFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)


@pytest.fixture
def gift():
    donor = EmailFactory(contact__preferred_language="en").contact
    return RecurringGiftFactory(donor=donor, card_last4="4242", card_expires_on=date(2030, 1, 31))


def told() -> list[str]:
    """The subjects of what goes out when the clock strikes twice."""
    for _time in range(2):
        queue_giving_messages(on=TODAY, at=timezone.now())
    send_due(at=timezone.now())
    return [message.subject for message in mail.outbox]


def test_a_failed_charge_is_told_once_with_a_link_that_works_without_logging_in(gift, client):
    RecurringGift.objects.update(failing_since=TODAY)
    assert told() == ["Your regular donation could not be charged"]
    link = next(word for word in mail.outbox[0].body.split() if "/me/giving/card/" in word).strip("<>()")
    page = client.get(link.split("//", 1)[1].split("/", 1)[1].join(["/", ""]))
    assert page.status_code == 200
    assert "JOD" in page.content.decode()


def test_an_organisation_hears_at_the_address_of_whoever_sees_to_its_money(gift):
    organisation = ContactFactory(kind="organisation", organisation_name="Haddad & Sons", preferred_language="en")
    kind, _is_new = RelationshipType.objects.get_or_create(code=BILLING)
    Relationship.objects.create(type=kind, from_contact=gift.donor, to_contact=organisation)
    RecurringGift.objects.update(donor=organisation, failing_since=TODAY)
    told()
    assert [message.to for message in mail.outbox] == [[gift.donor.email]]


def test_the_next_failure_is_told_again(gift):
    RecurringGift.objects.update(failing_since=TODAY)
    told()
    RecurringGift.objects.update(failing_since=TODAY + timedelta(days=31))
    assert len(told()) == 2


def test_what_works_again_before_the_letter_went_out_is_not_told(gift):
    RecurringGift.objects.update(failing_since=TODAY)
    queue_giving_messages(on=TODAY, at=timezone.now())
    RecurringGift.objects.update(failing_since=None)
    send_due(at=timezone.now())
    assert mail.outbox == []


def test_a_letter_that_waited_until_the_next_failure_is_not_sent_beside_the_new_one(gift):
    RecurringGift.objects.update(failing_since=TODAY)
    queue_giving_messages(on=TODAY, at=timezone.now())
    RecurringGift.objects.update(failing_since=TODAY + timedelta(days=31))
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("expires_on", "count"),
    [
        pytest.param(TODAY + timedelta(days=29), 1, id="soon"),
        pytest.param(TODAY + timedelta(days=30), 0, id="not yet"),
        pytest.param(None, 0, id="nobody knows"),
    ],
)
def test_a_card_that_runs_out_is_told_a_month_before(gift, expires_on, count):
    RecurringGift.objects.update(card_expires_on=expires_on)
    assert len(told()) == count


def test_a_stopped_gift_is_told_nothing(gift):
    RecurringGift.objects.update(failing_since=TODAY, status="stopped", stopped_on=TODAY)
    assert told() == []


@pytest.fixture
def tribute():
    return Tribute.objects.create(
        gift=GiftFactory(payment__language="en"),
        kind="memory",
        honoree="Salma",
        from_name="Layla Haddad",
        card_name="Huda",
        card_email="huda@people.example",
        card_words="In our thoughts",
        card_on=TODAY,
    )


def test_a_card_goes_out_on_its_day_and_says_nothing_of_the_amount(tribute):
    assert told() == ["Layla Haddad has given in memory of Salma"]
    [message] = mail.outbox
    assert message.to == ["huda@people.example"]
    assert "In our thoughts" in message.body
    assert "25" not in message.body


def test_a_card_does_not_go_out_before_its_day(tribute):
    Tribute.objects.update(card_on=TODAY + timedelta(days=1))
    assert told() == []


def test_a_card_for_a_gift_that_went_back_is_never_sent(tribute):
    Refund.objects.create(
        payment=tribute.gift.payment, amount=tribute.gift.amount, status=RefundStatus.SETTLED, settled_at=timezone.now()
    )
    assert told() == []
    assert Delivery.objects.get().state != "sent"
