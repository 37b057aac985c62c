"""Renewing, changing and giving up a membership that one looks after, and no other."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from djmoney.money import Money
from wagtail.models import Site

from checkout.domain.baskets import Payer, start_renewal_after
from checkout.domain.paying import begin_payment
from checkout.models import Basket
from donations.domain.invoices import attention_of
from donations.models import Payment, Receipt
from members.domain.seats import BILLING
from members.models import ConsentEvent, NonprofitProfile, NotRenewing, Relationship, RelationshipType
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 10)
END = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
def head(client):
    contact = EmailFactory(
        address="omar@people.example", contact__user=UserFactory(email="omar@people.example")
    ).contact
    client.force_login(contact.user)
    return contact


@pytest.fixture
def term():
    holder = ContactFactory(kind="organisation", organisation_name="Haddad & Sons", given_name="", family_name="")
    tier = TierFactory(price=Money(25, "JOD"), renewal_window_days=60)
    return TermFactory(tier=tier, membership__contact=holder, starts_on=date(2026, 1, 1), ends_on=END)


def relate(person, term, code="representative", **facts):
    kind = RelationshipType.objects.get(code=code)
    return Relationship.objects.create(type=kind, from_contact=person, to_contact=term.membership.contact, **facts)


def address(name, term):
    return reverse(f"checkout:{name}", args=[term.membership.pk])


def renew(client, term, **changes):
    facts = {"tier": term.tier.pk, "email": "omar@people.example", "gateway": "sandbox", "form_key": str(uuid.uuid4())}
    return client.post(address("renew_membership", term), {**facts, **changes})


def pay(client):
    payment = Payment.objects.get()
    client.post(reverse("donations:sandbox_pay", kwargs={"reference": payment.reference}), {"answer": "succeed"})


def test_a_representative_sees_and_renews_it_and_the_receipt_is_the_organisations(client, head, term):
    relate(head, term)
    home = client.get("/en/me/").text
    assert all(words in home for words in ("Membership of Haddad &amp; Sons", address("renew_membership", term)))
    form = client.get(address("renew_membership", term)).text
    assert ("Renew the membership of Haddad" in form, 'name="given_name"' in form, 'name="wants_news"' in form) == (
        True,
        False,
        False,
    )
    renew(client, term, wants_news="on")
    pay(client)
    assert [one.starts_on for one in term.membership.terms.all()] == [date(2026, 1, 1), date(2027, 1, 1)]
    assert (Receipt.objects.get().recipient_name, Payment.objects.get().payer_email) == (
        "Haddad & Sons",
        "omar@people.example",
    )
    assert not ConsentEvent.objects.exists()
    assert not head.memberships.exists()


@pytest.mark.parametrize("name", ["renew_membership", "change", "my_not_this_year"])
@pytest.mark.parametrize(
    ("code", "ends_on", "status"),
    [
        ("representative", None, 200),
        ("representative", TODAY, 200),
        ("representative", TODAY - timedelta(days=1), 404),
        ("employee", None, 404),
        (None, None, 404),
    ],
)
def test_the_right_comes_and_goes_with_the_relationship(client, head, term, name, code, ends_on, status):
    if code:
        relate(head, term, code, ends_on=ends_on)
    assert client.get(address(name, term)).status_code == status
    assert (address("renew_membership", term) in client.get("/en/me/").text) == (status == 200)


def test_nobody_else_renews_it_by_sending_the_form(client, head, term):
    assert renew(client, term).status_code == 404
    assert not Basket.objects.exists()


def test_a_guardian_looks_after_the_membership_of_a_ward(client, head):
    term = TermFactory(membership__contact=ContactFactory(given_name="Nour"), starts_on=date(2026, 1, 1), ends_on=END)
    relate(head, term, "guardian")
    client.post(address("my_not_this_year", term), {"reason": "cost"})
    assert NotRenewing.objects.get().term == term


def test_the_invoice_goes_to_the_attention_of_whom_the_organisation_named_for_its_bills(client, head, term, settings):
    settings.PAYMENT_GATEWAYS = ["transfer"]
    NonprofitProfile.objects.create(site=Site.objects.get(), bank_account="JO94CBJO0010000000000131000302")
    relate(head, term)
    clerk = EmailFactory(address="bills@haddad.example", contact__given_name="Basma").contact
    relate(clerk, term, BILLING)
    payer = Payer(given_name="", family_name="", email="", language="en")
    basket = start_renewal_after(term, payer, tier=term.tier, gateway="transfer", form_key=uuid.uuid4(), on=TODAY)
    payment = begin_payment(basket)
    assert (payment.payer_name, payment.payer_email) == ("Haddad & Sons", "bills@haddad.example")
    assert attention_of(payment, on=TODAY) == clerk.name


def test_the_invoice_of_a_person_is_for_nobody_elses_attention(term):
    assert attention_of(Payment(payer=ContactFactory(given_name="Layla"), payer_name="Layla"), on=TODAY) == ""
