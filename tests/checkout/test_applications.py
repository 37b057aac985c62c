"""Applying for a tier: three steps, an answer from the office, and never a membership without both money and a yes."""

import uuid
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection, connections
from django.test import TestCase
from django.utils import timezone
from djmoney.money import Money

from checkout.domain import approvals
from checkout.domain.applications import DRAFTS_KEPT, answer, forget_old_drafts, withdraw
from checkout.domain.approvals import refund_what_came_to_nothing
from checkout.domain.baskets import Payer, start_join
from checkout.domain.fulfilment import fulfil, fulfil_what_is_due
from checkout.exceptions import ApplicationStateError
from checkout.models import Application, ApplicationState, Basket, EventKind
from donations.models import PaymentStatus, Receipt, Refund
from members.domain.eligibility import may_have_next, places_left
from members.exceptions import ApprovalNeededError, TierFullError
from members.models import Approval, Contact, PlaceHold, Term
from outreach.models import Delivery
from tests.factories.checkout import ApplicationFactory, TierQuestionFactory
from tests.factories.members import ContactFactory, EmailFactory, TermFactory, TierFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 2)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 7, 2, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def question():
    return TierQuestionFactory(tier=TierFactory(slug="friend", price=Money(25, "JOD")), field__code="motive")


def details(**changes):
    person = {"given_name": "Layla", "family_name": "Haddad", "email": "layla@people.example", "phone": "0790000000"}
    return {**person, "form_key": str(uuid.uuid4()), **changes}


def begin(client, slug="friend", **changes):
    client.post(f"/en/pay/join/{slug}/", details(**changes))
    return Application.objects.latest("created_at")


def page(application, step=""):
    return f"/en/pay/application/{application.pk}/{step}"


def apply(client, tier):
    """Fill in and send an application for `tier`, which asks nothing."""
    application = begin(client, tier.slug)
    client.post(page(application, "send/"), {"gateway": "sandbox"})
    application.refresh_from_db()
    return application


def pay(client, basket):
    payment = basket.attempts.last().payment
    client.post(f"/en/sandbox/{payment.reference}/", {"answer": "succeed"})


def committed(act):
    """`act`, and what follows once its transaction is committed."""

    def acting(*args, **kwargs):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return act(*args, **kwargs)

    return acting


approve, ask_back, decline = map(committed, (approvals.approve, approvals.ask_back, approvals.decline))


def messages():
    return list(Delivery.objects.order_by("pk").values_list("template", flat=True))


def kinds(application):
    return [event.kind for event in application.events.all()]


class TestSteps:
    def test_details_questions_and_payment_are_three_steps_to_a_membership(self, client, question):
        application = begin(client)
        assert (application.state, application.email) == (ApplicationState.DRAFT, "layla@people.example")
        sent = client.post(page(application, "questions/"), {"question_motive": "To help"})
        assert sent["Location"] == page(application, "send/")
        shown = client.get(sent["Location"]).text
        assert "To help" in shown
        assert "JOD 25" in shown.replace("\xa0", " ")
        sent = client.post(page(application, "send/"), {"gateway": "sandbox"})
        assert "/sandbox/" in sent["Location"]
        pay(client, Basket.objects.get())
        application.refresh_from_db()
        contact = Contact.objects.get()
        assert (application.state, application.contact) == (ApplicationState.JOINED, contact)
        assert (contact.custom, Term.objects.get().fee) == ({"motive": "To help"}, Money(25, "JOD"))
        assert messages() == ["welcome"]

    def test_a_tier_without_questions_and_approval_stays_one_form(self, client):
        TierFactory(slug="plain")
        assert 'name="gateway"' in client.get("/en/pay/join/plain/").text

    def test_nobody_sends_it_without_a_required_answer(self, client, question):
        application = begin(client)
        assert "required" in client.post(page(application, "questions/"), {"question_motive": " "}).text
        for ask in (client.get, lambda url: client.post(url, {"gateway": "sandbox"})):
            assert ask(page(application, "send/"))["Location"] == page(application, "questions/")
        assert not Basket.objects.exists()

    def test_the_details_sent_twice_make_one_application(self, client, question):
        form = details()
        client.post("/en/pay/join/friend/", form)
        client.post("/en/pay/join/friend/", {**form, "given_name": "Lina"})
        assert Application.objects.get().given_name == "Lina"

    def test_what_was_filled_in_is_there_when_one_comes_back(self, client, question):
        application = begin(client)
        client.post(page(application, "questions/"), {"question_motive": "To help"})
        assert client.get(page(application))["Location"] == page(application, "questions/")
        assert "To help" in client.get(page(application, "questions/")).text
        assert "layla@people.example" in client.get(page(application, "details/")).text

    def test_the_link_to_go_on_comes_by_e_mail_once_however_often_it_is_asked_for(self, client, question):
        application = begin(client)
        for _ in range(3):
            client.post(page(application, "link/"))
        delivery = Delivery.objects.get()
        assert (delivery.template, delivery.address) == ("application-link", "layla@people.example")
        assert page(application) in delivery.context["button_url"]

    def test_a_sent_application_is_changed_no_more(self, client, question):
        application = ApplicationFactory(tier=question.tier)
        for step in ("details/", "questions/", "send/"):
            assert client.post(page(application, step), details())["Location"] == page(application)
        assert client.post(page(application, "link/")).status_code == 404

    def test_who_is_too_young_learns_it_on_the_first_page(self, client, question):
        question.tier.minimum_age = 16
        question.tier.save()
        shown = client.post("/en/pay/join/friend/", details(birth_date="2015-01-01")).text
        assert "at least 16" in shown
        assert "This field is required" in client.post("/en/pay/join/friend/", details()).text
        assert not Application.objects.exists()

    def test_an_answer_on_record_is_not_written_over_by_a_form_that_anybody_can_fill_in(self, client, question):
        contact = ContactFactory(given_name="Layla", family_name="Haddad", custom={"motive": "Known"})
        EmailFactory(contact=contact, address="layla@people.example")
        application = begin(client)
        client.post(page(application, "questions/"), {"question_motive": "Typed"})
        client.post(page(application, "send/"), {"gateway": "sandbox"})
        pay(client, Basket.objects.get())
        contact.refresh_from_db()
        assert (contact.custom, Contact.objects.count()) == ({"motive": "Known"}, 1)

    def test_forms_that_nobody_sent_are_forgotten_and_others_are_kept(self):
        draft, waiting = ApplicationFactory(state=ApplicationState.DRAFT), ApplicationFactory()
        now = timezone.now()
        assert forget_old_drafts(at=now + DRAFTS_KEPT) == 0
        assert forget_old_drafts(at=now + DRAFTS_KEPT + timedelta(seconds=1)) == 1
        assert list(Application.objects.all()) == [waiting]
        assert draft not in Application.objects.all()


class TestApprovalBeforePaying:
    @pytest.fixture
    def tier(self):
        return TierFactory(slug="full", price=Money(25, "JOD"), approval=Approval.BEFORE_PAYING, capacity=1)

    def test_first_a_yes_then_the_money_then_the_membership(self, client, tier):
        application = apply(client, tier)
        assert (application.state, application.basket, messages()) == (
            ApplicationState.WAITING,
            None,
            ["application-received"],
        )
        application = approve(application, by=UserFactory(), on=TODAY)
        assert (application.state, Term.objects.count()) == (ApplicationState.APPROVED, 0)
        assert messages()[-1] == "application-approved"
        assert str(application.basket_id) in Delivery.objects.latest("pk").context["button_url"]
        client.post(f"/en/pay/{application.basket_id}/go/")
        pay(client, application.basket)
        application.refresh_from_db()
        assert (application.state, Term.objects.count(), PlaceHold.objects.count()) == (ApplicationState.JOINED, 1, 0)
        assert kinds(application) == [EventKind.SENT, EventKind.APPROVED, EventKind.JOINED]

    def test_what_is_free_makes_a_member_at_once(self, client, tier):
        tier.price = Money(0, "JOD")
        tier.save()
        application = approve(apply(client, tier), by=None, on=TODAY)
        assert (application.state, Term.objects.count()) == (ApplicationState.JOINED, 1)
        assert messages() == ["application-received", "card"]

    def test_the_place_is_kept_while_it_waits_and_given_back_by_a_no(self, client, tier):
        application = apply(client, tier)
        at = timezone.now() + timedelta(days=30)
        assert places_left(tier, at=at, on=TODAY) == 0
        decline(application, "Not from here", by=None)
        assert places_left(tier, at=at, on=TODAY) == 1

    def test_a_yes_needs_a_place(self, client, tier):
        application = apply(client, tier)
        PlaceHold.objects.all().delete()
        TermFactory(tier=tier, starts_on=TODAY, ends_on=date(2027, 7, 1))
        with pytest.raises(TierFullError):
            approve(application, by=None, on=TODAY)
        application.refresh_from_db()
        assert application.state == ApplicationState.WAITING

    def test_the_applicant_reads_why_not(self, client, tier):
        application = apply(client, tier)
        decline(application, "Not from here", by=None)
        assert "Not from here" in client.get(page(application)).text
        assert Delivery.objects.latest("pk").context["text"] == "Not from here"

    def test_a_question_goes_out_and_its_answer_comes_back(self, client, tier):
        application = ask_back(apply(client, tier), "Where do you work?", by=UserFactory())
        assert "Where do you work?" in client.get(page(application)).text
        client.post(page(application), {"text": "At the mill"})
        application.refresh_from_db()
        assert application.state == ApplicationState.WAITING
        assert [event.text for event in application.events.all()] == ["", "Where do you work?", "At the mill"]
        assert messages() == ["application-received", "application-asked"]

    def test_an_answer_that_nobody_asked_for_is_refused(self, client, tier):
        with pytest.raises(ApplicationStateError):
            answer(apply(client, tier), "By the way")

    def test_a_change_of_the_rule_does_not_move_what_is_under_way(self, client, tier):
        application = apply(client, tier)
        tier.approval = Approval.NONE
        tier.save()
        application = approve(application, by=None, on=TODAY)
        assert Term.objects.count() == 0
        client.post(f"/en/pay/{application.basket_id}/go/")
        pay(client, application.basket)
        assert Term.objects.count() == 1


class TestApprovalAfterPaying:
    @pytest.fixture
    def tier(self):
        return TierFactory(slug="full", price=Money(25, "JOD"), approval=Approval.AFTER_PAYING)

    @pytest.fixture
    def paid(self, client, tier):
        application = apply(client, tier)
        pay(client, application.basket)
        application.refresh_from_db()
        return application

    def test_money_alone_makes_no_member(self, client, paid):
        assert (paid.state, Term.objects.count(), Receipt.objects.count()) == (ApplicationState.WAITING, 0, 0)
        assert fulfil(paid.basket, on=TODAY) is False
        assert fulfil_what_is_due(on=TODAY) == 0
        client.get(f"/en/pay/{paid.basket_id}/")
        assert (Term.objects.count(), kinds(paid), messages()) == (0, [EventKind.SENT], ["application-received"])
        assert client.get(f"/en/pay/{paid.basket_id}/")["Location"] == page(paid)

    def test_a_yes_grants_what_was_paid(self, paid):
        application = approve(paid, by=None, on=TODAY)
        assert (application.state, Term.objects.get().fee) == (ApplicationState.JOINED, Money(25, "JOD"))
        assert (Receipt.objects.count(), messages()) == (1, ["application-received", "welcome"])

    def test_a_no_gives_the_money_back_once(self, paid):
        decline(paid, "Not from here", by=None)
        assert (refund_what_came_to_nothing(), refund_what_came_to_nothing()) == (1, 0)
        assert [refund.amount for refund in Refund.objects.all()] == [Money(25, "JOD")]
        assert (Term.objects.count(), fulfil(paid.basket, on=TODAY)) == (0, False)

    def test_who_takes_it_back_gets_the_money_back(self, client, paid):
        client.post(page(paid, "withdraw/"))
        paid.refresh_from_db()
        assert (paid.state, Refund.objects.count()) == (ApplicationState.WITHDRAWN, 1)
        assert "on its way back" in client.get(page(paid)).text

    def test_money_that_comes_after_a_no_goes_back(self, client, tier):
        application = apply(client, tier)
        decline(application, "Not from here", by=None)
        assert refund_what_came_to_nothing() == 0
        pay(client, application.basket)
        assert Term.objects.count() == 0
        assert refund_what_came_to_nothing() == 1

    def test_it_cannot_be_approved_before_it_is_paid(self, client, tier):
        with pytest.raises(ApplicationStateError):
            approve(apply(client, tier), by=None, on=TODAY)


class TestTheWayRound:
    def test_the_short_form_is_no_way_round_the_office(self):
        payer = Payer("Layla", "Haddad", "layla@people.example", "en")
        tier = TierFactory(approval=Approval.BEFORE_PAYING)
        with pytest.raises(ApprovalNeededError):
            start_join(payer, tier=tier, gateway="sandbox", form_key=uuid.uuid4(), on=TODAY)

    def test_neither_renewing_nor_moving_leads_round_the_office(self, client):
        contact = ContactFactory(user=UserFactory())
        term = TermFactory(membership__contact=contact, starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 31))
        tier = TierFactory(approval=Approval.AFTER_PAYING, slug="full")
        client.force_login(contact.user)
        assert not may_have_next(tier, term.membership, on=TODAY)
        form = details(tier=str(tier.pk), gateway="sandbox")
        for address in (f"/en/pay/renew/{term.membership_id}/", f"/en/pay/change/{term.membership_id}/"):
            assert "Location" not in client.post(address, form).headers
        assert not Basket.objects.exists()

    def test_somebody_without_a_membership_does_not_renew_round_the_office(self, client):
        contact = ContactFactory(user=UserFactory())
        tier = TierFactory(approval=Approval.BEFORE_PAYING)
        client.force_login(contact.user)
        assert "Location" not in client.post("/en/pay/renew/", details(tier=str(tier.pk), gateway="sandbox")).headers
        assert not Basket.objects.exists()

    def test_whoever_was_approved_renews_by_themselves(self):
        term = TermFactory(tier=TierFactory(approval=Approval.BEFORE_PAYING))
        assert may_have_next(term.tier, term.membership, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_too_late():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one by one anyhow.")
    application = ApplicationFactory(tier__price=Money(0, "JOD"))
    start, late = Barrier(2), []

    def act(decide):
        try:
            start.wait()
            decide()
        except ApplicationStateError:
            late.append(1)
        finally:
            connections.close_all()

    threads = [
        Thread(target=act, args=[lambda: approvals.approve(application, by=None, on=TODAY)]),
        Thread(target=act, args=[lambda: approvals.decline(application, "No", by=None)]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.refresh_from_db()
    assert len(late) == 1
    assert (application.state == ApplicationState.JOINED) == Term.objects.exists()


@pytest.mark.parametrize("state", [ApplicationState.JOINED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN])
def test_what_is_over_cannot_be_taken_back(state):
    with pytest.raises(ApplicationStateError):
        withdraw(ApplicationFactory(state=state))


def test_a_payment_that_fails_leaves_it_to_be_paid(client):
    tier = TierFactory(slug="full", approval=Approval.AFTER_PAYING)
    application = apply(client, tier)
    payment = application.basket.attempts.get().payment
    client.post(f"/en/sandbox/{payment.reference}/", {"answer": "decline"})
    payment.refresh_from_db()
    application.refresh_from_db()
    assert (payment.status, application.state) == (PaymentStatus.FAILED, ApplicationState.PAYING)
    assert "try again" in client.get(f"/en/pay/{application.basket_id}/").text
