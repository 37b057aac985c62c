"""The staff's screens of outreach: a segment put together, a campaign looked at and sent, a message settled."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from dashboard.domain.roles import sync_roles
from members.domain.consent import record_consent
from members.models import Channel, Purpose
from outreach.domain.defaults import default_messages
from outreach.domain.messages import title_of
from outreach.models import Campaign, Delivery, DeliveryState, Segment
from tests.factories.members import EmailFactory, UserFactory
from tests.factories.outreach import CampaignTextFactory, DeliveryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(client):
    """Somebody of outreach, logged in."""
    sync_roles()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name="outreach"))
    client.force_login(user)
    return user


def add_url(model):
    return reverse(model.snippet_viewset.get_url_name("add"))


def segment_form(**changes):
    return {
        "name": "Members who have not given",
        "match": "all",
        "condition_0_0": "",
        "condition_0_1": "membership:current",
        "condition_1_0": "not",
        "condition_1_1": "gave:this_year",
        **changes,
    }


def test_a_segment_is_built_from_its_form_and_shown_again_as_built(client, colleague):
    client.post(add_url(Segment), segment_form())
    segment = Segment.objects.get()
    assert segment.tree == {
        "match": "all",
        "nodes": [
            {"criterion": "membership", "value": "current", "negate": False},
            {"criterion": "gave", "value": "this_year", "negate": True},
        ],
    }
    page = client.get(reverse(Segment.snippet_viewset.get_url_name("edit"), args=[segment.pk])).content.decode()
    assert '<option value="gave:this_year" selected>' in page
    assert '<option value="not" selected>' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"condition_0_1": "", "condition_1_1": ""}, "Please choose at least one condition."),
        ({"condition_0_1": "password:x"}, "Select a valid choice"),
        ({"match": "none"}, "Select a valid choice"),
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 200}, "at most 120 characters"),
    ],
)
def test_a_segment_that_makes_no_sense_is_refused_at_its_field(client, colleague, changes, sentence):
    page = client.post(add_url(Segment), segment_form(**changes))
    assert sentence in page.content.decode()
    assert not Segment.objects.exists()


def test_a_campaign_shows_whom_it_reaches_and_is_sent_by_its_button(client, colleague):
    contact = EmailFactory().contact
    record_consent(contact, channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test")
    EmailFactory()
    campaign = CampaignTextFactory().campaign
    url = reverse("outreach_campaign", args=[campaign.pk])
    assert "Send to 1 person now" in client.get(url).content.decode()

    sent = client.post(reverse("outreach_campaign_send", args=[campaign.pk]), follow=True).content.decode()
    again = client.post(reverse("outreach_campaign_send", args=[campaign.pk]), follow=True).content.decode()

    assert "The campaign goes out to 1 person." in sent
    assert "has been sent already" in again
    assert Delivery.objects.count() == 1
    assert Campaign.objects.get().status == "sending"


def test_the_preview_is_the_message_itself(client, colleague):
    campaign = CampaignTextFactory().campaign
    page = client.get(reverse("outreach_campaign_preview", args=[campaign.pk, "en"]))
    assert "Dear Reader, here is the news." in page.content.decode()
    unknown = client.get(reverse("outreach_campaign_preview", args=[campaign.pk, "xx"]), follow=True)
    assert unknown.status_code == 404


def test_an_uncertain_message_is_settled_by_whoever_found_out(client, colleague):
    delivery = DeliveryFactory(state=DeliveryState.UNCERTAIN)
    page = client.get(reverse(Delivery.snippet_viewset.get_url_name("inspect"), args=[delivery.pk])).content.decode()
    assert "Did it arrive?" in page
    client.post(reverse("outreach_settle", args=[delivery.pk]), {"arrived": "yes"})
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    again = client.post(reverse("outreach_settle", args=[delivery.pk]), {"arrived": "no"}, follow=True)
    assert "Somebody has settled this already." in again.content.decode()


def test_an_auditor_settles_nothing(client, colleague):
    colleague.groups.set([Group.objects.get(name="auditor")])
    delivery = DeliveryFactory(state=DeliveryState.UNCERTAIN)
    assert client.post(reverse("outreach_settle", args=[delivery.pk]), {"arrived": "no"}).status_code == 403


def test_every_message_has_a_name_before_it_has_a_subject():
    for key in default_messages("en"):
        assert title_of(DeliveryFactory.build(template=key)) != key
