"""The staff's lists ask the database as often for three rows as for one."""

import pytest
from django.urls import reverse

from members.domain.consent import record_consent
from members.models import Channel, ConsentEvent, Membership, Purpose, Term, Tier
from outreach.models import Campaign, Delivery, Segment, Suppression
from tests.factories.members import ContactFactory, TermFactory, TierFactory
from tests.factories.outreach import CampaignTextFactory, DeliveryFactory, SegmentFactory

pytestmark = pytest.mark.django_db


def consent():
    record_consent(ContactFactory(), channel=Channel.EMAIL, purpose=Purpose.NEWS, granted=True, source="test")


def suppression():
    Suppression.objects.create(address=f"gone{Suppression.objects.count()}@people.example", reason="bounced")


@pytest.mark.parametrize(
    ("model", "add_one"),
    [
        (Membership, TermFactory),
        (Term, TermFactory),
        (Tier, TierFactory),
        (ConsentEvent, consent),
        (Campaign, CampaignTextFactory),
        (Segment, SegmentFactory),
        (Delivery, DeliveryFactory),
        (Suppression, suppression),
    ],
)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(staff, model, add_one, django_assert_max_num_queries):
    client = staff("administrator")
    url = reverse(model.snippet_viewset.get_url_name("list"))
    add_one()
    client.get(url)
    with django_assert_max_num_queries(25) as one:
        client.get(url)
    add_one()
    add_one()
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(url)
