"""Who of the staff may do what about privacy, and that it is written down."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from members.models import ConsentEvent, Contact, Erasure, RetentionRule
from members.privacy_views import privacy_buttons
from tests.factories.donations import RecurringGiftFactory
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.privacy import person_in_all_wings

pytestmark = pytest.mark.django_db

A_NO = {"channel": "email", "purpose": "news", "granted": "no", "basis": "consent", "source": "Call", "reason": "Asked"}


@pytest.fixture
def person():
    return ContactFactory(given_name="Layla", family_name="Haddad", birth_date=date(1980, 1, 1))


def url(name, contact):
    return reverse(f"members_{name}", args=[contact.pk])


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("administrator", {"change_consent", "hand_out", "erase", "erasures", "retention"}),
        ("membership", {"change_consent"}),
        ("fundraising", {"change_consent"}),
        ("volunteers", set()),
        ("feedback", set()),
        ("outreach", set()),
        ("auditor", {"erasures"}),
    ],
)
def test_each_role_opens_its_pages_and_gets_403_for_the_others(staff, person, role, may):
    client = staff(role)
    pages = {name: url(name, person) for name in ("change_consent", "hand_out", "erase")}
    pages |= {name: reverse(f"members_{name}") for name in ("erasures", "retention")}
    answers = {name: (client.get(page).status_code, client.post(page, {}).status_code) for name, page in pages.items()}
    assert {name for name, codes in answers.items() if 403 not in codes} == may
    assert {codes for name, codes in answers.items() if name not in may} <= {(403, 403)}


def test_the_buttons_are_those_that_one_may_press(person):
    boss, nobody = UserFactory(is_superuser=True), UserFactory()
    assert [button.url for button in privacy_buttons(person, boss)] == [
        url("change_consent", person), url("hand_out", person), url("erase", person),
    ]  # fmt: skip
    assert privacy_buttons(person, nobody) == []


def test_staff_change_consent_with_a_reason_and_it_stands_in_the_history(staff, person):
    client = staff("membership")
    answer = {**A_NO, "granted": "yes", "wording": "May we write?"}
    assert "reason" in client.post(url("change_consent", person), {**answer, "reason": ""}).context["form"].errors
    assert not ConsentEvent.objects.exists()
    client.post(url("change_consent", person), answer)
    event = ConsentEvent.objects.get()
    assert (event.granted, event.wording, event.source, event.reason) == (True, "May we write?", "Call", "Asked")
    assert ModelLogEntry.objects.get(action="sanduq.consent").object_id == str(person.pk)
    page = client.get(reverse(Contact.snippet_viewset.get_url_name("inspect"), args=[person.pk])).content.decode()
    for words in ("May we write?", "Call", "Asked", event.actor.email):
        assert words in page


def test_a_yes_needs_the_words_that_were_said_yes_to(staff, person):
    page = staff("membership").post(url("change_consent", person), {**A_NO, "granted": "yes"})
    assert "wording" in page.context["form"].errors


def test_a_minors_own_yes_is_refused_with_the_sentence(staff):
    child = ContactFactory(birth_date=timezone.localdate() - timedelta(days=10 * 365))
    answer = {**A_NO, "granted": "yes", "wording": "May we write?"}
    page = staff("membership").post(url("change_consent", child), answer)
    assert "needs a guardian" in page.content.decode()
    assert not ConsentEvent.objects.exists()


def test_data_handed_out_is_logged_and_not_kept_by_any_cache(staff):
    known = person_in_all_wings(seed=7)
    response = staff("administrator").post(url("hand_out", known.contact))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert json.loads(archive.read("data.json"))["number"] == known.contact.pk
    assert "no-store" in response["Cache-Control"]
    assert ModelLogEntry.objects.filter(action="sanduq.data_handed_out", object_id=str(known.contact.pk)).exists()


def test_an_erasure_needs_a_reason_and_the_name_typed(staff, person):
    client, page = staff("administrator"), url("erase", person)
    for wrong in ({"reason": "Asked", "confirmation": "Leyla"}, {"reason": "", "confirmation": "Layla Haddad"}):
        client.post(page, wrong)
    client.post(page, {"reason": "Layla asked", "confirmation": "Layla Haddad"})
    assert not Erasure.objects.exists()
    client.post(page, {"reason": "Asked by letter", "confirmation": "layla  haddad"})
    assert Erasure.objects.get().reason == "Asked by letter"
    assert ModelLogEntry.objects.filter(action="sanduq.erased").count() == 1
    assert client.get(page, follow=True).status_code == 404
    assert "Asked by letter" in client.get(reverse("members_erasures")).content.decode()


def test_the_page_says_what_must_be_done_first_and_has_no_button(staff, person):
    RecurringGiftFactory(donor=person)
    text = staff("administrator").get(url("erase", person)).content.decode()
    assert "A regular donation is active" in text
    assert "Erase for good" not in text


def test_rules_are_saved_previewed_and_refused_below_the_law(staff):
    client, page = staff("administrator"), reverse("members_retention")
    refused = client.post(page, {"donations-receipt-months": "12"})
    assert "at least 120 months" in refused.content.decode()
    assert not RetentionRule.objects.exists()
    client.post(
        page,
        {"donations-receipt-months": "120", "members-interaction-months": "24", "members-interaction-is_active": "on"},
    )
    assert set(RetentionRule.objects.values_list("kind", "months", "is_active")) == {
        ("donations.receipt", 120, False), ("members.interaction", 24, True),
    }  # fmt: skip
    assert client.get(page, {"preview": "1"}).status_code == 200
    client.post(page, {})
    assert not RetentionRule.objects.exists()
