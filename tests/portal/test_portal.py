""" "My area": everybody sees their own, and nobody else's."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.roles import sync_roles
from donations.domain.receipts import ReceiptLine, issue_receipt
from members.domain.consent import has_consent
from members.models import Channel, Contact, Purpose, User
from outreach.domain.sending import send_due
from portal.domain.logins import ensure_login
from tests.factories.donations import GiftFactory, PaymentFactory, RecurringGiftFactory
from tests.factories.members import ContactFactory, EmailFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.volunteers import ShiftFactory, SignUpFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    """Somebody logged in who is a member, a donor and a volunteer."""
    contact = EmailFactory(contact__user=UserFactory(), contact__given_name="Layla").contact
    today = timezone.localdate()
    term = TermFactory(
        membership__contact=contact, starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=60)
    )
    MemberCardFactory(membership=term.membership)
    GiftFactory(donor=contact)
    client.force_login(contact.user)
    return contact


def receipt_for(contact):
    payment = PaymentFactory(payer=contact, settled=True)
    return issue_receipt(payment, lines=[ReceiptLine("Gift", payment.amount)], on=date(2026, 11, 22))


def test_a_stranger_is_asked_to_log_in(client):
    for address in (reverse("portal:home"), reverse("portal:preferences"), reverse("portal:card", args=[1])):
        response = client.get(address)
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]


def test_a_member_sees_membership_and_giving(client, member):
    text = client.get(reverse("portal:home")).content.decode()
    assert member.memberships.get().number in text
    assert "Current" in text


def test_the_page_takes_as_many_queries_for_many_gifts_as_for_one(client, member, django_assert_max_num_queries):
    client.get(reverse("portal:home"))
    with django_assert_max_num_queries(25) as one:
        client.get(reverse("portal:home"))
    for _gift in range(4):
        GiftFactory(donor=member)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(reverse("portal:home"))


def test_ones_own_card_and_receipt_can_be_downloaded(client, member):
    receipt = receipt_for(member)
    for url in (
        reverse("portal:card", args=[member.memberships.get().pk]),
        reverse("portal:receipt", args=[receipt.pk]),
    ):
        response = client.get(url)
        assert (response["Content-Type"], response.content[:4]) == ("application/pdf", b"%PDF")
        assert "no-store" in response["Cache-Control"]


def test_nobody_elses_things_are_found(client, member):
    stranger = ContactFactory(user=UserFactory())
    assert client.get(reverse("portal:receipt", args=[receipt_for(stranger).pk])).status_code == 404
    card = MemberCardFactory(membership__contact=stranger)
    assert client.get(reverse("portal:card", args=[card.membership_id])).status_code == 404
    gift = RecurringGiftFactory(donor=stranger)
    assert client.post(reverse("portal:stop_recurring_gift", args=[gift.pk])).status_code == 404
    sign_up = SignUpFactory(contact=stranger)
    assert client.post(reverse("portal:cancel_shift", args=[sign_up.pk])).status_code == 404
    sign_up.refresh_from_db()
    assert sign_up.status == "confirmed"


def test_a_shift_is_given_up_only_after_asking(client, member):
    sign_up = SignUpFactory(contact=member, shift=ShiftFactory())
    url = reverse("portal:cancel_shift", args=[sign_up.pk])
    client.get(url)
    sign_up.refresh_from_db()
    assert sign_up.status == "confirmed"
    client.post(url)
    sign_up.refresh_from_db()
    assert sign_up.status == "cancelled"


def test_consent_changes_only_where_the_person_changed_it(client, member):
    url = reverse("portal:preferences")
    client.post(url, {"language": "fa", "email": ["news", "surveys"]})
    client.post(url, {"language": "fa", "email": ["surveys"]})
    member.refresh_from_db()
    assert member.preferred_language == "fa"
    assert [has_consent(member, channel=Channel.EMAIL, purpose=p) for p in (Purpose.NEWS, Purpose.SURVEYS)] == [
        False,
        True,
    ]
    assert member.consent_events.count() == 3
    assert {event.actor for event in member.consent_events.all()} == {member.user}


def code_in_the_mail():
    send_due(at=timezone.now())
    return re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mail.outbox[-1].subject)[1]


def test_whoever_joined_logs_in_with_a_code_and_no_password(client):
    contact = EmailFactory(address="new@people.example").contact
    ensure_login(contact)
    client.post(reverse("account_request_login_code"), {"email": "new@people.example"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in_the_mail()})
    assert client.get(reverse("portal:home")).status_code == 200
    assert EmailAddress.objects.get(email="new@people.example").verified


def test_a_new_log_in_finds_the_record_with_its_proven_address(client):
    contact = EmailFactory(address="known@people.example").contact
    user = UserFactory(email="known@people.example")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in_the_mail()})
    contact.refresh_from_db()
    assert contact.user == user


def test_a_log_in_is_never_made_from_somebody_elses_address():
    owner = EmailFactory(
        address="layla@people.example", contact__user=UserFactory(email="layla@people.example")
    ).contact
    impostor = EmailFactory(address="layla@people.example", contact__given_name="Mallory").contact
    assert ensure_login(impostor) is None
    assert User.objects.get(email="layla@people.example").contact == owner


def test_a_log_in_of_staff_is_never_tied_to_a_public_record():
    sync_roles()
    boss = UserFactory(email="boss@bayader.example")
    boss.groups.add(Group.objects.get(name="auditor"))
    contact = EmailFactory(address="boss@bayader.example").contact
    assert ensure_login(contact) is None
    assert Contact.objects.get(pk=contact.pk).user is None


@pytest.mark.parametrize(("minutes", "page"), [(1, 200), (10, 302)])
def test_recovery_codes_are_shown_soon_after_a_log_in_and_later_only_with_another_proof(client, minutes, page):
    user = UserFactory(password="a-long-pass-phrase")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with time_machine.travel(timezone.now() - timedelta(minutes=minutes)):
        client.post("/en/account/login/", {"login": user.email, "password": "a-long-pass-phrase"})

    assert client.get("/en/account/2fa/recovery-codes/generate/").status_code == page
