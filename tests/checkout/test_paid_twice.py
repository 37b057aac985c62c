"""A second payment for one term is not lost: it waits for the next fee, and goes back with its money."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.renewal_links import renewal_token
from checkout.domain.undoing import follow_the_money
from checkout.models import Basket
from donations.domain.events import apply_event, receive_event
from donations.payments.interface import DisputeState
from donations.payments.sandbox import compose_dispute
from members.domain.credit import credit_of, grant_credit
from members.domain.memberships import renew
from members.models import CreditReason
from tests.factories.members import EmailFactory, MemberCardFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
FEE = Money(30, "JOD")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 12, 20), tick=False):
        yield


@pytest.fixture
def term():
    contact = EmailFactory(contact__user=UserFactory(), contact__given_name="Layla").contact
    term = TermFactory(membership__contact=contact, tier__price=FEE)
    MemberCardFactory(membership=term.membership)
    return term


@pytest.fixture
def second(client, term):
    """A basket that was filled with the link and paid after somebody else had renewed."""
    form = {"tier": term.tier_id, "gateway": "sandbox", "form_key": str(uuid.uuid4())}
    client.post(f"/en/pay/renew/link/{renewal_token(term)}/", form)
    renew(term.membership, tier=term.tier, on=date(2026, 12, 20))
    basket = Basket.objects.get()
    client.post(f"/en/sandbox/{basket.attempts.get().payment.reference}/", {"answer": "succeed"})
    return basket


def dispute(basket, state, minutes):
    at = timezone.now() + timedelta(minutes=minutes)
    charge = f"charge-{basket.attempts.get().payment.reference}"
    body, headers = compose_dispute(DisputeState(state), at, charge=charge, amount=FEE)
    with TestCase.captureOnCommitCallbacks(execute=True):
        apply_event(receive_event("sandbox", body=body, headers=headers))


def test_it_becomes_credit_and_the_payer_is_told(client, term, second):
    assert (term.membership.terms.count(), credit_of(term.membership)) == (2, [FEE])
    assert "for the next fee" in client.get(f"/en/pay/{second.pk}/").text


def test_it_goes_with_its_money_and_comes_back_with_it_once(term, second):
    dispute(second, "lost", 1)
    dispute(second, "lost", 2)
    assert credit_of(term.membership) == []
    dispute(second, "won", 3)
    dispute(second, "won", 4)
    assert credit_of(term.membership) == [FEE]
    assert term.membership.terms.count() == 2


def test_other_credit_stays_however_often_it_is_looked_at(term, second):
    other = Money(7, "JOD")
    grant_credit(term.membership, other, reason=CreditReason.CORRECTED)
    dispute(second, "lost", 1)
    for _time in range(2):
        follow_the_money(second)
    assert credit_of(term.membership) == [other]


def test_member_and_staff_see_how_far_it_goes(client, term, second):
    term.tier.price = Money(100, "JOD")
    term.tier.save()
    client.force_login(term.membership.contact.user)
    words = "JOD 30 of JOD 100 paid for the next term"
    assert words in client.get("/en/me/").text.replace("\xa0", " ")
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(reverse("members_membership", args=[term.membership_id])).text.replace("\xa0", " ")
    assert words in page
