"""What becomes of a message, with a real mail server that may refuse, stall or break off."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from members.domain.consent import record_consent
from members.models import Channel, Purpose
from outreach.domain import sending
from outreach.domain.messages import queue_message
from outreach.domain.sending import claim, send_due, settle_uncertain
from outreach.exceptions import NotUncertainError
from outreach.models import Delivery, DeliveryState, Suppression
from tests.factories.members import ContactFactory, EmailFactory
from tests.factories.outreach import CampaignTextFactory, DeliveryFactory

pytestmark = pytest.mark.django_db


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def test_a_message_goes_out_once_with_plain_text_and_html_in_the_readers_language(smtp):
    delivery = DeliveryFactory(language="ar")
    assert send_due(at=timezone.now()) == 1
    assert send_due(at=timezone.now()) == 0
    [message] = smtp.messages
    assert message["To"] == delivery.address
    assert message["Content-Language"] == "ar"
    assert message["Subject"] == "رمز الدخول: 123456"
    assert str(delivery.token) in message["Message-ID"]
    assert "123456" in message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert 'dir="rtl"' in html
    assert "123456" in html
    assert state_of(delivery) == DeliveryState.SENT


def test_a_code_is_forgotten_once_it_is_sent(smtp):
    delivery = DeliveryFactory()
    send_due(at=timezone.now())
    delivery.refresh_from_db()
    assert delivery.context == {}


def test_asking_for_the_same_message_twice_sends_it_once(smtp):
    for _time in range(2):
        queue_message("login-code", key="receipt-1", to="a@people.example", language="en", context={"code": "1"})
    assert send_due(at=timezone.now()) == 1


def test_values_are_never_read_as_markup(smtp):
    DeliveryFactory(context={"code": "<script>alert(1)</script>"})
    send_due(at=timezone.now())
    html = smtp.messages[0].get_body(("html",)).get_content()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_line_break_in_a_name_cannot_add_a_header(smtp):
    DeliveryFactory(context={"code": "1\r\nBcc: everybody@people.example"})
    send_due(at=timezone.now())
    assert smtp.messages[0]["Bcc"] is None


def test_a_refused_recipient_is_final_and_the_others_go_on(smtp):
    refused, fine = DeliveryFactory(address="gone@people.example"), DeliveryFactory()
    smtp.refuse["gone@people.example"] = "550 No such user"
    assert send_due(at=timezone.now()) == 1
    assert (state_of(refused), state_of(fine)) == (DeliveryState.FAILED, DeliveryState.SENT)


def test_a_busy_mailbox_is_tried_again_later(smtp):
    now = timezone.now()
    delivery = DeliveryFactory(address="busy@people.example", due_at=now)
    smtp.refuse["busy@people.example"] = "451 Try later"
    send_due(at=now)
    assert state_of(delivery) == DeliveryState.QUEUED
    assert delivery.due_at > now
    smtp.refuse.clear()
    send_due(at=now + timedelta(minutes=2))
    assert state_of(delivery) == DeliveryState.SENT
    assert len(smtp.messages) == 1


def test_a_line_that_breaks_after_the_data_leaves_it_uncertain_and_is_not_sent_again(smtp):
    delivery = DeliveryFactory()
    smtp.hang_up_after_data = True
    send_due(at=timezone.now())
    assert state_of(delivery) == DeliveryState.UNCERTAIN
    smtp.hang_up_after_data = False
    send_due(at=timezone.now() + timedelta(days=1))
    assert len(smtp.messages) == 1


def test_a_mail_server_that_is_down_loses_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    delivery = DeliveryFactory()
    assert send_due(at=timezone.now()) == 0
    assert state_of(delivery) == DeliveryState.QUEUED


def test_a_worker_killed_while_sending_leaves_it_for_a_person_to_decide(smtp):
    now = timezone.now()
    delivery = DeliveryFactory(due_at=now)
    claim(at=now, most=10)
    send_due(at=now + timedelta(minutes=1))
    assert state_of(delivery) == DeliveryState.SENDING
    send_due(at=now + timedelta(minutes=16))
    assert state_of(delivery) == DeliveryState.UNCERTAIN
    assert smtp.messages == []


def test_consent_is_asked_at_the_moment_of_sending(smtp):
    contact = EmailFactory().contact
    record_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test")
    text = CampaignTextFactory()
    willing = DeliveryFactory(contact=contact, campaign=text.campaign, template="", purpose=Purpose.NEWS)
    other = DeliveryFactory(contact=ContactFactory(), campaign=text.campaign, template="", purpose=Purpose.NEWS)
    taken_back = DeliveryFactory(contact=contact, campaign=text.campaign, template="", purpose=Purpose.SURVEYS)
    send_due(at=timezone.now())
    assert [state_of(d) for d in (willing, other, taken_back)] == [
        DeliveryState.SENT,
        DeliveryState.SKIPPED,
        DeliveryState.SKIPPED,
    ]


def test_nothing_goes_to_a_suppressed_address(smtp):
    delivery = DeliveryFactory(address="Gone@people.example")
    Suppression.objects.create(address="gone@people.example", reason="bounced")
    send_due(at=timezone.now())
    assert state_of(delivery) == DeliveryState.SKIPPED


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_message(smtp):
    Delivery.objects.bulk_create(DeliveryFactory.build(contact=None) for _number in range(40))

    def work():
        try:
            sending.send_due(at=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [message["Message-ID"] for message in smtp.messages]
    assert len(sent) == len(set(sent)) == 40


def test_a_person_settles_what_is_uncertain_once(smtp):
    arrived, lost = (DeliveryFactory(state=DeliveryState.UNCERTAIN) for _number in range(2))
    now = timezone.now()
    settle_uncertain(arrived, arrived=True, at=now)
    settle_uncertain(lost, arrived=False, at=now)
    send_due(at=now)
    assert (state_of(arrived), state_of(lost)) == (DeliveryState.SENT, DeliveryState.SENT)
    assert [message["To"] for message in smtp.messages] == [lost.address]
    with pytest.raises(NotUncertainError):
        settle_uncertain(lost, arrived=False, at=now)
