"""Factories of outreach."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from outreach.models import Campaign, CampaignText, Delivery, Segment
from tests.factories.members import ContactFactory


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = Segment

    name = "Everybody"
    tree = factory.LazyFunction(lambda: {"match": "all", "nodes": []})


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    name = "Spring letter"
    segment = factory.SubFactory(SegmentFactory)


class CampaignTextFactory(DjangoModelFactory):
    class Meta:
        model = CampaignText

    campaign = factory.SubFactory(CampaignFactory)
    language = "en"
    subject = "News for {name}"
    body = "<p>Dear {name}, here is the news.</p>"


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    key = factory.Sequence(lambda number: f"test-{number}")
    contact = factory.SubFactory(ContactFactory)
    address = factory.Sequence(lambda number: f"reader{number}@people.example")
    language = "en"
    template = "login-code"
    context = factory.LazyFunction(lambda: {"code": "123456"})
    due_at = factory.LazyFunction(timezone.now)
