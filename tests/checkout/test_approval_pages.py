"""An application on the staff's desk: what stands there, and who may decide."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from djmoney.money import Money
from wagtail.models import ModelLogEntry

from checkout.models import ApplicationState, EventKind
from dashboard.domain.roles import sync_roles
from tests.factories.checkout import ApplicationFactory, TierQuestionFactory
from tests.factories.members import ContactFactory, EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


@pytest.fixture
def application():
    question = TierQuestionFactory(field__code="motive", tier__approval="before", tier__price=Money(25, "JOD"))
    return ApplicationFactory(tier=question.tier, answers={"motive": "To help"})


def log_in(client, role):
    sync_roles()
    user = UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def address(application):
    return reverse("checkout_application", args=[application.pk])


def test_its_page_shows_answers_and_fee_in_few_queries(staff, application, django_assert_max_num_queries):
    with django_assert_max_num_queries(35):
        page = staff.get(address(application)).text.replace("\xa0", " ")
    assert all(words in page for words in ("Layla Haddad", "To help", "JOD 25", application.email))


def test_somebody_alike_on_record_is_named(staff, application):
    known = ContactFactory(given_name="Layla", family_name="Haddad")
    EmailFactory(contact=known, address=application.email)
    assert reverse("contacts:inspect", args=[known.pk]) in staff.get(address(application)).text


@pytest.mark.parametrize(
    ("verb", "text", "state", "kind"),
    [
        ("approve", "", ApplicationState.APPROVED, EventKind.APPROVED),
        ("ask", "Where?", ApplicationState.ASKED, EventKind.ASKED),
        ("decline", "Full", ApplicationState.DECLINED, EventKind.DECLINED),
    ],
)
def test_what_was_decided_is_done_and_logged_with_who_did_it(client, application, verb, text, state, kind):
    log_in(client, "membership")
    client.post(address(application), {"verb": verb, f"{verb}-text": text})
    application.refresh_from_db()
    event = application.events.get()
    assert (application.state, event.kind, event.text) == (state, kind, text)
    entry = ModelLogEntry.objects.get(action=f"sanduq.application_{verb}")
    assert (event.actor, entry.user, entry.object_id) == (entry.user, event.actor, str(application.pk))


@pytest.mark.parametrize("verb", ["ask", "decline"])
def test_without_words_nothing_is_sent(staff, application, verb):
    page = staff.post(address(application), {"verb": verb, f"{verb}-text": " "}).text
    application.refresh_from_db()
    assert "This field is required" in page
    assert application.state == ApplicationState.WAITING


def test_who_decides_too_late_is_told(staff, application):
    application.state = ApplicationState.WITHDRAWN
    application.save()
    page = staff.post(address(application), {"verb": "approve"}, follow=True).text
    assert "This cannot be done any more" in page


@pytest.mark.parametrize("role", ["auditor", "fundraising"])
def test_only_those_who_may_decide_decide(client, application, role):
    log_in(client, role)
    client.post(address(application), {"verb": "approve"})
    application.refresh_from_db()
    assert application.state == ApplicationState.WAITING


def test_the_auditor_reads_and_sees_nothing_to_press(client, application):
    log_in(client, "auditor")
    page = client.get(address(application)).text
    assert "To help" in page
    assert 'name="verb"' not in page


def test_what_is_still_being_filled_in_is_its_writers_own(staff, application):
    application.state = ApplicationState.DRAFT
    application.save()
    assert staff.get(address(application), follow=True).status_code == 404
    assert application.applicant_name not in staff.get(reverse("wagtailsnippets_checkout_application:list")).text
