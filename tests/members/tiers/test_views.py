"""Changing the rules of a tier: first the preview, then the change."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from djmoney.money import Money

from members.models import Concession, Tier
from tests.factories.members import ConcessionFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 7, 2)):
        yield


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def values_of(page):
    """What a browser would send back from the form of `page`, as it stands."""
    form = BeautifulSoup(page.text, "html.parser").find(id="w-editor-form")
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name = field.get("name")
        if not name or (field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True)
            value = chosen["value"] if chosen else ""
        else:
            value = field.text.lstrip("\n") if field.name == "textarea" else field.get("value", "")
        data[name] = value
    return data


def test_a_new_fee_is_shown_before_it_is_saved_and_saved_the_second_time(staff):
    tier = TierFactory(price=Money(25, "JOD"))
    TermFactory(tier=tier, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    address = reverse("wagtailsnippets_members_tier:edit", args=[tier.pk])
    typed = {**values_of(staff.get(address)), "price_0": "30"}
    preview = staff.post(address, typed)
    assert [(one.before, one.after, one.number) for one in preview.context["effects"]] == [
        ("JOD\xa025", "JOD\xa030", 1)
    ]
    assert Tier.objects.get().price == Money(25, "JOD")
    confirmed = {**typed, "confirmed": preview.context["form"]["confirmed"].value()}
    assert staff.post(address, {**confirmed, "price_0": "31"}).status_code == 200  # that was not what was shown
    assert Tier.objects.get().price == Money(25, "JOD")
    assert staff.post(address, confirmed).status_code == 302
    assert Tier.objects.get().price == Money(30, "JOD")


def test_what_concerns_nobody_is_saved_at_once(staff):
    tier = TierFactory()
    address = reverse("wagtailsnippets_members_tier:edit", args=[tier.pk])
    assert staff.post(address, {**values_of(staff.get(address)), "grace_days": "5"}).status_code == 302
    assert Tier.objects.get().grace_days == 5


def test_a_concession_is_previewed_as_well(staff):
    tier = TierFactory()
    TermFactory(tier=tier, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    concession = ConcessionFactory(percent=50)
    address = reverse("wagtailsnippets_members_concession:edit", args=[concession.pk])
    preview = staff.post(address, {**values_of(staff.get(address)), "percent": "40"})
    assert [(one.before, one.after, one.number) for one in preview.context["effects"]] == [("50 % off", "40 % off", 1)]
    assert Concession.objects.get().percent == 50
