""" "My data" in my area: one's own, freshly proven, and erasure asked for."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.domain.terms import add_months
from members.models import Address, ConsentEvent, Contact, Interaction, Phone
from tests.factories.members import ContactFactory, EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    user = UserFactory(email="layla@people.example", password="a-long-pass-phrase")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return EmailFactory(contact__user=user, contact__given_name="Layla", address=user.email).contact


def log_in(client, person, *, minutes_ago=0):
    with time_machine.travel(timezone.now() - timedelta(minutes=minutes_ago)):
        client.post("/en/account/login/", {"login": person.user.email, "password": "a-long-pass-phrase"})


def test_ones_own_data_is_downloaded_and_that_is_logged(client, person):
    log_in(client, person)
    response = client.post(reverse("portal:my_data"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert json.loads(archive.read("data.json"))["data"]["members.contact"][0]["given_name"] == "Layla"
    assert "no-store" in response["Cache-Control"]
    assert ModelLogEntry.objects.get(action="sanduq.data_downloaded").object_id == str(person.pk)


@pytest.mark.parametrize("name", ["portal:my_data", "portal:ask_for_erasure"])
def test_an_old_log_in_must_be_proven_again(client, person, name):
    log_in(client, person, minutes_ago=20)
    response = client.post(reverse(name))
    assert response.status_code == 302
    assert "/reauthenticate/" in response["Location"]
    assert not Interaction.objects.exists()


def test_whoever_logs_in_by_code_logs_in_once_more(client, person):
    log_in(client, person, minutes_ago=20)
    person.user.set_unusable_password()
    type(person.user).objects.filter(pk=person.user.pk).update(password=person.user.password)
    client.force_login(person.user)
    response = client.get(reverse("portal:my_data"))
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_asked_to_log_in(client):
    for name in ("portal:my_data", "portal:ask_for_erasure"):
        assert "/account/login/" in client.get(reverse(name))["Location"]


def test_a_request_for_erasure_is_due_in_a_month_and_noted_once(client, person):
    log_in(client, person)
    for _time in range(2):
        client.post(reverse("portal:ask_for_erasure"))
    request = Interaction.objects.get()
    assert (request.contact, request.owner, request.follow_up_on) == (
        person, None, add_months(timezone.localdate(), 1),
    )  # fmt: skip
    assert "You have asked us" in client.get(reverse("portal:my_data")).content.decode()


def test_each_way_to_be_reached_is_asked_about_and_the_words_are_kept(client, person):
    Phone.objects.create(contact=person, number="+962791234567")
    Address.objects.create(contact=person, lines="Rainbow Street 1")
    log_in(client, person)
    client.post(reverse("portal:preferences"), {"language": "en", "sms": ["news"], "post": ["fundraising"]})
    assert set(ConsentEvent.objects.values_list("channel", "purpose", "wording", "source")) == {
        ("sms", "news", "Send me text messages about: News and invitations", "my area"),
        ("post", "fundraising", "Send me letters about: Appeals for donations", "my area"),
    }


def test_nobody_is_asked_about_a_way_in_which_they_cannot_be_reached(client, person):
    log_in(client, person)
    client.post(reverse("portal:preferences"), {"language": "en", "sms": ["news"]})
    assert not ConsentEvent.objects.exists()


def test_a_minor_cannot_say_yes_and_can_say_no(client, person):
    log_in(client, person)
    client.post(reverse("portal:preferences"), {"language": "en", "email": ["news"]})
    Contact.objects.filter(pk=person.pk).update(birth_date=date(timezone.localdate().year - 10, 1, 1))
    page = client.post(reverse("portal:preferences"), {"language": "en", "email": ["news", "surveys"]})
    assert "needs a guardian" in page.content.decode()
    assert ConsentEvent.objects.count() == 1


def test_somebody_without_a_record_gets_404(client):
    user = UserFactory(password="a-long-pass-phrase")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    log_in(client, ContactFactory.build(user=user))
    assert client.get(reverse("portal:my_data")).status_code == 404
