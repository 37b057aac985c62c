"""Segments in the office's own words, and campaigns to those who were ticked."""

from datetime import date

import pytest
from django.urls import reverse
from i18nfield.strings import LazyI18nString

from members.domain.merging import merge
from members.models import Contact, CustomFieldChoice
from outreach.domain.campaigns import campaign_to_chosen
from outreach.domain.segments import SegmentError, contacts_in, describe
from outreach.models import Campaign
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.people import CustomFieldFactory, TagFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def who(criterion, value, **leaf):
    tree = {"match": "all", "nodes": [{"criterion": criterion, "value": str(value), **leaf}]}
    return sorted(contact.given_name for contact in contacts_in(tree, on=DAY))


@pytest.fixture
def size():
    field = CustomFieldFactory(code="size", kind="choice", label=LazyI18nString({"en": "Shirt"}))
    CustomFieldChoice.objects.create(field=field, code="m", label=LazyI18nString({"en": "Medium"}))
    return field


def test_a_tag_is_asked_for(size):
    tag = TagFactory()
    ContactFactory(given_name="Tagged").tags.add(tag)
    ContactFactory(given_name="Plain")
    assert who("tag", tag.pk) == ["Tagged"]
    assert who("tag", tag.pk, negate=True) == ["Plain"]


def test_a_field_of_ones_own_is_asked_for(size):
    CustomFieldFactory(code="driver", kind="yes_no")
    ContactFactory(given_name="Medium", custom={"size": "m", "driver": False})
    ContactFactory(given_name="None", custom={})
    ContactFactory(given_name="Driver", custom={"driver": True})
    assert who("own_size", "m") == ["Medium"]
    assert who("own_driver", "yes") == ["Driver"]
    assert who("own_driver", "no") == ["Medium"]


def test_what_the_office_has_no_word_for_is_refused(size):
    with pytest.raises(SegmentError):
        who("own_size", "xxl")


def test_it_is_described_in_the_office_s_words(size):
    tree = {"match": "all", "nodes": [{"criterion": "own_size", "value": "m", "negate": True}]}
    assert describe(tree) == ["not: Shirt: Medium"]


def test_nobody_who_has_died_is_in_a_segment():
    ContactFactory(given_name="Alive")
    ContactFactory(given_name="Dead", died_on=date(2026, 1, 1))
    assert [contact.given_name for contact in contacts_in({}, on=DAY)] == ["Alive"]


def test_those_who_were_ticked_get_a_campaign_of_their_own(client):
    client.force_login(UserFactory(is_superuser=True))
    chosen = ContactFactory(given_name="Chosen")
    ContactFactory(given_name="Other")
    address = reverse("wagtail_bulk_action", args=["members", "contact", "message"])
    page = client.post(f"{address}?id={chosen.pk}")
    campaign = Campaign.objects.get()
    assert page.url == reverse("wagtailsnippets_outreach_campaign:edit", args=[campaign.pk])
    assert list(contacts_in(campaign.segment.tree, on=DAY)) == [chosen]
    assert client.get(page.url).status_code == 200
    assert Contact.objects.count() == 2


def test_whoever_was_ticked_and_merged_since_is_written_to_as_the_contact_they_became():
    gone, became = ContactFactory.create_batch(2)
    campaign = campaign_to_chosen([gone.pk], name="Chosen", by=UserFactory())
    merge(became, gone, {}, by=None)
    assert list(contacts_in(campaign.segment.tree, on=DAY)) == [became]
