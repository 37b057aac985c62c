"""Recurring gifts in "my area": what the donor does there, and nobody else."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone
from djmoney.money import Money

from donations.domain.recurring_cards import card_token
from donations.models import CardSetup, RecurringGift, RecurringStatus
from donations.payments.sandbox import REFUSED_LATER
from tests.factories.donations import FundFactory, RecurringGiftFactory
from tests.factories.members import EmailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(client):
    contact = EmailFactory(contact__user=UserFactory()).contact
    client.force_login(contact.user)
    due = timezone.localdate() + timedelta(days=10)
    return RecurringGiftFactory(
        donor=contact, started_on=timezone.localdate() - timedelta(days=21), next_charge_on=due, card_last4="4242"
    )


def page_of(client, gift) -> str:
    return client.get(f"/en/me/giving/{gift.pk}/").content.decode()


def test_amount_and_purpose_are_changed(client, gift):
    fund = FundFactory()
    client.post(f"/en/me/giving/{gift.pk}/change/", {"amount": "12.5", "fund": fund.pk})
    gift.refresh_from_db()
    assert (gift.amount, gift.shares.get().fund) == (Money("12.5", "JOD"), fund)
    assert "A year:" in page_of(client, gift)


def test_pause_skip_and_go_on(client, gift):
    until = timezone.localdate() + timedelta(days=90)
    client.post(f"/en/me/giving/{gift.pk}/pause/", {"until": until.isoformat()})
    gift.refresh_from_db()
    assert gift.paused_until == until
    client.post(f"/en/me/giving/{gift.pk}/resume/")
    gift.refresh_from_db()
    assert gift.paused_until is None
    due = gift.next_charge_on
    client.post(f"/en/me/giving/{gift.pk}/skip/")
    gift.refresh_from_db()
    assert (gift.paused_until, gift.next_charge_on > due) == (due + timedelta(days=1), True)


def test_the_day_is_moved_and_a_day_out_of_reach_is_said(client, gift):
    far = {"day": (timezone.localdate() + timedelta(days=300)).isoformat()}
    assert "too near or too far" in client.post(f"/en/me/giving/{gift.pk}/day/", far).content.decode()
    day = timezone.localdate() + timedelta(days=14)
    client.post(f"/en/me/giving/{gift.pk}/day/", {"day": day.isoformat()})
    gift.refresh_from_db()
    assert gift.next_charge_on == day


def test_stopping_asks_why_and_needs_no_answer(client, gift):
    client.post(f"/en/me/giving/{gift.pk}/stop/", {"cause": "", "words": ""})
    gift.refresh_from_db()
    assert gift.status == RecurringStatus.STOPPED
    assert "Nothing more is charged" in page_of(client, gift)


@pytest.mark.parametrize("name", ["", "change/", "day/", "pause/", "stop/"])
def test_another_persons_gift_is_not_there(client, gift, name):
    client.force_login(EmailFactory(contact__user=UserFactory()).contact.user)
    assert client.get(f"/en/me/giving/{gift.pk}/{name}").status_code == 404


@pytest.mark.parametrize("name", ["skip/", "resume/", "card/"])
def test_what_changes_something_takes_a_button(client, gift, name):
    assert client.get(f"/en/me/giving/{gift.pk}/{name}").status_code == 405


def test_another_card_by_a_link_without_logging_in_lets_the_failed_charge_be_tried_again(client, gift):
    RecurringGift.objects.update(failing_since=timezone.localdate(), gateway_reference=f"subscription-x{REFUSED_LATER}")
    client.logout()
    link = f"/en/me/giving/card/{card_token(gift)}/"
    assert gift.donor.email not in client.get(link).content.decode()
    client.post(link)
    setup = CardSetup.objects.get()
    client.post(f"/en/sandbox/card/{setup.reference}/", {"answer": "succeed"})
    page = client.get(f"/en/me/giving/given/{setup.reference}/").content.decode()
    gift.refresh_from_db()
    assert "4242" in page
    assert gift.gateway_reference == f"subscription-card-{setup.reference}"
    assert gift.changes.get().kind == "card"


@pytest.mark.parametrize(
    "token",
    ["nonsense", signing.Signer(salt="checkout.renewal_link").sign_object(["ABC"])],
    ids=["nonsense", "signed for something else"],
)
def test_a_link_that_we_did_not_sign_for_this_opens_nothing(client, gift, token):
    client.logout()
    assert client.get(f"/en/me/giving/card/{token}/").status_code == 404


def test_the_link_of_a_stopped_gift_says_so(client, gift):
    token = card_token(gift)
    RecurringGift.objects.update(status="stopped", stopped_on=timezone.localdate())
    answer = client.get(f"/en/me/giving/card/{token}/")
    assert (answer.status_code, "does not work any more" in answer.content.decode()) == (404, True)
