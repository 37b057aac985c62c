"""A campaign from the button to the inbox, and out of it by one click."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from members.domain.consent import has_consent, record_consent
from members.models import Channel, Purpose
from outreach.domain.campaigns import Audience, audience, send_campaign
from outreach.domain.sending import send_due
from outreach.exceptions import CampaignAlreadySentError, CampaignWithoutTextError
from outreach.models import Delivery
from tests.factories.members import ContactFactory, EmailFactory
from tests.factories.outreach import CampaignFactory, CampaignTextFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def reader(address, *, consents=True, language="en"):
    contact = EmailFactory(address=address, contact__preferred_language=language).contact
    if consents:
        record_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test")
    return contact


@pytest.fixture
def campaign():
    text = CampaignTextFactory(language="en")
    CampaignTextFactory(campaign=text.campaign, language="ar", subject="أخبار", body="<p>تحية {name}</p>")
    return text.campaign


def send(campaign):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return send_campaign(campaign, at=timezone.now(), on=TODAY)


def test_a_campaign_reaches_those_who_agreed_each_in_their_language(smtp, campaign):
    reader("en@people.example")
    reader("ar@people.example", language="ar")
    reader("fa@people.example", language="fa")
    reader("no@people.example", consents=False)
    ContactFactory()
    assert audience(campaign, on=TODAY) == Audience(in_segment=5, without_consent=2, without_address=0)

    assert send(campaign) == 3
    send_due(at=timezone.now())

    subjects = {message["To"]: message["Subject"] for message in smtp.messages}
    assert subjects["ar@people.example"] == subjects["fa@people.example"] == "أخبار"
    assert subjects["en@people.example"].startswith("News for Layla")
    campaign.refresh_from_db()
    assert campaign.status == "sent"


def test_a_couple_who_share_an_address_get_one_message(campaign):
    reader("family@people.example")
    reader("family@people.example")
    assert send(campaign) == 1


def test_a_campaign_is_sent_once(campaign):
    reader("en@people.example")
    send(campaign)
    with pytest.raises(CampaignAlreadySentError):
        send(campaign)
    assert Delivery.objects.count() == 1


def test_a_campaign_without_words_is_not_sent():
    with pytest.raises(CampaignWithoutTextError):
        send(CampaignFactory())


def one_click(message):
    """What a mail program does by RFC 8058: one POST to the address in the header, with no cookie."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = urlsplit(message["List-Unsubscribe"].strip().strip("<>")).path
    return Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})


def test_one_click_unsubscribes_and_the_next_campaign_leaves_that_person_out(smtp, campaign):
    leaving, staying = reader("leaving@people.example"), reader("staying@people.example")
    send(campaign)
    send_due(at=timezone.now())
    [message] = [message for message in smtp.messages if message["To"] == "leaving@people.example"]

    assert one_click(message).status_code == 200

    assert not has_consent(leaving, channel=Channel.EMAIL, purpose=Purpose.NEWS)
    assert has_consent(staying, channel=Channel.EMAIL, purpose=Purpose.NEWS)
    following = CampaignTextFactory().campaign
    assert send(following) == 1
    assert following.deliveries.get().contact == staying


def test_who_unsubscribes_while_a_campaign_is_under_way_gets_no_more(smtp, campaign):
    contact = reader("leaving@people.example")
    send(campaign)
    record_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=False, source="test")
    send_due(at=timezone.now())
    assert smtp.messages == []


def test_opening_the_link_alone_changes_nothing(smtp, campaign, client):
    contact = reader("reader@people.example")
    send(campaign)
    page = client.get(f"/en/messages/unsubscribe/{Delivery.objects.get().token}/")
    assert page.status_code == 200
    assert has_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS)


def test_everybody_at_a_shared_address_is_unsubscribed(campaign, client):
    first, second = reader("family@people.example"), reader("family@people.example")
    send(campaign)
    client.post(f"/en/messages/unsubscribe/{Delivery.objects.get().token}/")
    assert not any(has_consent(c, channel=Channel.EMAIL, purpose=Purpose.NEWS) for c in (first, second))


def test_an_unknown_link_is_not_found(client):
    assert client.post("/en/messages/unsubscribe/00000000-0000-4000-8000-000000000000/").status_code == 404
