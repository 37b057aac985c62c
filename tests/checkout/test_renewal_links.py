"""Renewing by a link without logging in: what it shows, to whom it is of use, and when it is dead."""

import uuid
from datetime import date
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.fulfilment import fulfil
from checkout.domain.renewal_links import renewal_token
from checkout.models import Basket, PaymentAttempt
from donations.models import PaymentStatus
from members.domain.credit import grant_credit
from members.domain.decisions import Decision, decide
from members.domain.memberships import renew
from members.models import CreditReason, DecisionKind, LeavingReason, Term
from outreach.domain.sending import send_due
from tests.factories.donations import PaymentFactory
from tests.factories.members import ConcessionFactory, EmailFactory, MemberCardFactory, TermFactory, TierFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 20)
FEE = Money(25, "JOD")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def term():
    contact = EmailFactory(address="layla@people.example", contact__given_name="Layla").contact
    term = TermFactory(membership__contact=contact, membership__number="2026-0777", tier__price=FEE)
    MemberCardFactory(membership=term.membership)
    return term


def address(term, language="en"):
    return f"/{language}/pay/renew/link/{renewal_token(term)}/"


def typed(term, **changes):
    form = {"tier": term.tier_id, "gateway": "sandbox", "form_key": str(uuid.uuid4())}
    return {**form, "given_name": "", "family_name": "", "email": "", **changes}


def pay(client, answer="succeed"):
    payment = Basket.objects.latest("created_at").attempts.last().payment
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer})


def sent():
    send_due(at=timezone.now())
    return {message.to[0]: [name for name, *_rest in message.attachments] for message in mail.outbox}


def secrets_of(term):
    contact = term.membership.contact
    return [contact.family_name, "layla@people.example", term.membership.number]


class TestPaying:
    def test_it_shows_first_name_tier_fee_and_days_and_nothing_else(self, client, term):
        page = client.get(address(term))
        text = page.text.replace("\xa0", " ")
        assert all(words in text for words in ("Layla", "Supporting member", "JOD 25", "31 December 2026"))
        assert not any(secret in text for secret in secrets_of(term))
        assert "_auth_user_id" not in client.session

    def test_whoever_has_it_renews_that_membership_and_gets_the_receipt_but_not_the_card(self, client, term):
        client.post(address(term), typed(term, given_name="Omar", email="omar@people.example"))
        pay(client)
        assert [(one.starts_on, one.ends_on) for one in term.membership.terms.all()] == [
            (date(2026, 1, 1), date(2026, 12, 31)),
            (date(2027, 1, 1), date(2027, 12, 31)),
        ]
        attached = sent()
        assert [name.partition("-")[0] for name in attached["omar@people.example"]] == ["receipt"]
        assert [name.partition("-")[0] for name in attached["layla@people.example"]] == ["card"]
        letter = next(message for message in mail.outbox if message.to == ["omar@people.example"])
        assert not any(secret in letter.body for secret in secrets_of(term))
        page = client.get(f"/en/pay/{Basket.objects.get().pk}/").text
        assert not any(secret in page for secret in secrets_of(term))
        assert "_auth_user_id" not in client.session

    def test_without_an_address_the_receipt_is_the_members(self, client, term):
        client.post(address(term), typed(term))
        payment = Basket.objects.get().attempts.get().payment
        assert (payment.payer_email, payment.payer_name) == ("", term.membership.contact.name)
        pay(client)
        [(to, attached)] = sent().items()
        assert to == "layla@people.example"
        assert {name.partition("-")[0] for name in attached} == {"receipt", "card"}
        page = client.get(f"/en/pay/{Basket.objects.get().pk}/").text
        assert not any(secret in page for secret in secrets_of(term))

    def test_why_somebody_pays_less_is_not_told(self, client, term):
        ConcessionFactory()
        client.post(address(term), typed(term))
        assert Basket.objects.get().total == Money("12.5", "JOD")
        pay(client)
        assert "Students" not in client.get(f"/en/pay/{Basket.objects.get().pk}/").text

    def test_an_address_needs_a_name_for_the_receipt(self, client, term):
        page = client.post(address(term), typed(term, email="omar@people.example"))
        assert "whose name" in page.text
        assert Basket.objects.count() == 0

    def test_credit_counts(self, client, term):
        grant_credit(term.membership, Money(25, "JOD"), reason=CreditReason.OVERPAID)
        client.post(address(term), typed(term))
        assert term.membership.terms.count() == 2

    def test_in_grace_it_still_works(self, client, term):
        with time_machine.travel(date(2027, 1, 30), tick=False):
            client.post(address(term), typed(term))
            pay(client)
        assert term.membership.terms.last().starts_on == date(2027, 1, 1)


class TestDeadLinks:
    def refuses(self, client, path, words, status):
        page = client.get(path)
        assert (page.status_code, words in page.text) == (status, True)
        assert client.post(path, {"gateway": "sandbox", "form_key": str(uuid.uuid4())}).status_code == status
        assert Basket.objects.filter(fulfilled_at=None).count() == 0

    def test_once_it_was_used(self, client, term):
        path = address(term)
        renew(term.membership, tier=term.tier, on=TODAY)
        self.refuses(client, path, "renewed already", 410)

    def test_once_grace_is_over(self, client, term):
        with time_machine.travel(date(2027, 1, 31), tick=False):
            self.refuses(client, address(term), "has expired", 410)

    def test_once_the_member_was_erased(self, client, term):
        path = address(term)
        contact = term.membership.contact
        contact.erased_at = timezone.now()
        contact.save()
        self.refuses(client, path, "does not work", 404)

    @pytest.mark.parametrize("kind", [DecisionKind.SUSPENDED, DecisionKind.CANCELLED])
    def test_while_it_is_stopped_without_saying_how(self, client, term, kind):
        path = address(term)
        decide(term.membership, Decision(kind, TODAY, LeavingReason.UNPAID), by=None)
        text = client.get(path).text.lower()
        assert client.get(path).status_code == 410
        assert not any(word in text for word in ("suspended", "cancelled"))

    @pytest.mark.parametrize("forge", [
        lambda token: token[:-1],
        lambda token: "x" + token,
        lambda token: signing.Signer(salt="other").sign_object([1]),
        lambda token: signing.dumps([1]),
        lambda token: "1",
    ])  # fmt: skip
    def test_when_it_was_not_signed_by_us_for_this(self, client, term, forge):
        self.refuses(client, f"/en/pay/renew/link/{forge(renewal_token(term))}/", "copied whole", 404)

    def test_too_early_it_says_from_when(self, client, term):
        with time_machine.travel(date(2026, 3, 1), tick=False):
            page = client.get(address(term))
        assert (page.status_code, "2 October 2026" in page.text) == (200, True)

    def test_while_the_bank_takes_its_time_nobody_is_asked_again(self, client, term):
        client.post(address(term), typed(term))
        pay(client, "wait")
        assert "do not pay again" in client.get(address(term)).text


class TestSafety:
    def test_the_address_goes_to_no_search_engine_cache_or_other_site(self, client, term):
        page = client.get(address(term))
        assert page["Referrer-Policy"] == "same-origin"
        assert "noindex" in page["X-Robots-Tag"]
        assert "no-store" in page["Cache-Control"]

    def test_a_form_from_elsewhere_is_refused(self, term):
        assert Client(enforce_csrf_checks=True).post(address(term), typed(term)).status_code == 403

    def test_a_tier_of_another_branch_or_not_on_offer_is_refused(self, client, term):
        other = TierFactory(is_offered=False)
        assert client.post(address(term), typed(term, tier=other.pk)).status_code == 200
        assert Basket.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_pay_at_once_make_one_term():
    contact = EmailFactory(contact__given_name="Layla").contact
    # So long a window that the second would buy the year after, were it not for the link.
    term = TermFactory(membership__contact=contact, tier__price=FEE, tier__renewal_window_days=900)
    for _time in range(2):
        Client().post(address(term), typed(term))
    baskets = list(Basket.objects.all())
    for basket in baskets:
        PaymentAttempt.objects.filter(basket=basket).delete()
        payment = PaymentFactory(settled=True, amount=FEE, payer=contact)
        PaymentAttempt.objects.create(basket=basket, payment=payment)
    assert all(basket.attempts.get().payment.status == PaymentStatus.SETTLED for basket in baskets)
    start = Barrier(2)

    def run(basket):
        try:
            start.wait()
            fulfil(basket, on=TODAY)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(basket,)) for basket in baskets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Term.objects.filter(membership=term.membership).count() == 2
    assert sorted(bool(basket.lines.get().problem) for basket in Basket.objects.all()) == [False, True]
