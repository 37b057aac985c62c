"""Factories of the till."""

import uuid
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from checkout.models import Application, ApplicationState, AutomaticRenewal
from members.models import Approval, TierQuestion
from tests.factories.donations import SavedCardFactory
from tests.factories.members import MembershipFactory, TierFactory
from tests.factories.people import CustomFieldFactory


class TierQuestionFactory(DjangoModelFactory):
    class Meta:
        model = TierQuestion

    tier = factory.SubFactory(TierFactory)
    field = factory.SubFactory(CustomFieldFactory)
    is_required = True


class ApplicationFactory(DjangoModelFactory):
    """One that was sent and waits for the office."""

    class Meta:
        model = Application

    form_key = factory.LazyFunction(uuid.uuid4)
    tier = factory.SubFactory(TierFactory, approval=Approval.BEFORE_PAYING)
    approval = factory.SelfAttribute("tier.approval")
    state = ApplicationState.WAITING
    given_name = "Layla"
    family_name = "Haddad"
    email = factory.Sequence(lambda number: f"applicant{number}@people.example")
    language = "en"
    gateway = "sandbox"
    sent_at = datetime(2026, 7, 1, 9, tzinfo=UTC)


class AutomaticRenewalFactory(DjangoModelFactory):
    """One in force, with a card of the member's own."""

    class Meta:
        model = AutomaticRenewal

    membership = factory.SubFactory(MembershipFactory)
    card = factory.SubFactory(SavedCardFactory, contact=factory.SelfAttribute("..membership.contact"))
    wording = "Renew it."
    language = "en"
    agreed_at = datetime(2026, 1, 1, 9, tzinfo=UTC)
