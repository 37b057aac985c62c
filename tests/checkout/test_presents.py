"""Memberships as presents: given, paid, accepted once by whoever has the link, and following their money."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail, signing
from django.db import connection
from django.test import Client, TestCase
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.fulfilment import fulfil, fulfil_what_is_due
from checkout.domain.present_links import address_token, present_token
from checkout.domain.present_taking import Taker, accept_present
from checkout.domain.presents import found_again, quote_present, state_of, tiers_to_give
from checkout.exceptions import PresentNotReadyError
from checkout.models import Basket, Present, PresentState
from donations.domain.events import apply_event, receive_event
from donations.models import Payment, PaymentStatus, Receipt
from donations.payments.interface import DisputeState, RefundState
from donations.payments.sandbox import compose_dispute, compose_refund
from members.domain.eligibility import places_left
from members.domain.memberships import join
from members.exceptions import (
    CannotMoveToTierError,
    ForLifeError,
    RenewalTooEarlyError,
    WrongAgeError,
)
from members.models import Contact, CutReason, Membership, Term
from outreach.domain.sending import send_due
from tests.factories.checkout import TierQuestionFactory
from tests.factories.members import (
    ConcessionFactory,
    ContactFactory,
    EmailFactory,
    TermFactory,
    TierFactory,
    UserFactory,
)
from tests.factories.people import RelationshipTypeFactory
from tests.factories.presents import PAID_AT, PresentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
FEE = Money(25, "JOD")
LAYLA = {"given_name": "Layla", "family_name": "Haddad", "phone": ""}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tier():
    return TierFactory(slug="member", price=FEE, joining_fee=Money(5, "JOD"))


def typed(**changes):
    return {
        "recipient_name": "Layla",
        "greeting": "Happy birthday!\nYours, Omar",
        "recipient_language": "en",
        "way": "email",
        "recipient_email": "Layla@people.example",
        "deliver_on": "2026-06-01",
        "given_name": "Omar",
        "family_name": "Saleh",
        "email": "omar@people.example",
        "gateway": "sandbox",
        "form_key": str(uuid.uuid4()),
        **changes,
    }


def give(client, **changes) -> Present:
    answer = client.post("/en/pay/present/give/member/", typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Present.objects.latest("pk")


def pay(client, present, answer="succeed"):
    payment = present.basket.attempts.last().payment
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer})


def letters() -> dict[str, list]:
    """What goes out now, by address."""
    mail.outbox.clear()
    send_due(at=timezone.now())
    found: dict[str, list] = {}
    for message in mail.outbox:
        found.setdefault(message.to[0], []).append(message)
    return found


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/\w\w/pay/present/\S+)", message.body)[1]


def path_of(present) -> str:
    return f"/en/pay/present/{present_token(present)}/"


def proven_path(present, email="layla@people.example") -> str:
    return f"/en/pay/present/mine/{address_token(present, email)}/"


def state(present) -> PresentState:
    return state_of(found_again(present), on=timezone.localdate())


def accept(present, **changes) -> Term:
    taker = Taker(**{**LAYLA, "email": "layla@people.example", "language": "en", **changes})
    with TestCase.captureOnCommitCallbacks(execute=True):
        return accept_present(present, taker, on=timezone.localdate(), at=timezone.now())


def tell(message) -> None:
    body, headers = message
    with TestCase.captureOnCommitCallbacks(execute=True):
        apply_event(receive_event("sandbox", body=body, headers=headers))


def charge_of(present) -> str:
    return present.basket.attempts.first().payment.gateway_charge


def give_back(present, amount=None, at=NOW, number="re_1", is_done="settled") -> None:
    amount = amount or present.basket.total
    tell(compose_refund(RefundState(is_done), at, charge=charge_of(present), amount=amount, number=number))


def dispute(present, how, at=NOW) -> None:
    tell(compose_dispute(DisputeState(how), at, charge=charge_of(present), amount=present.basket.total))


class TestWhatCanBeGiven:
    def test_only_tiers_that_any_one_person_may_join_at_once_by_paying(self, tier):
        TierFactory(is_offered=False)
        TierFactory(open_to="members")
        TierFactory(approval="before")
        TierFactory(price=Money(0, "JOD"))
        TierFactory().confers_to.add(RelationshipTypeFactory())
        TierQuestionFactory()
        assert list(tiers_to_give()) == [tier]

    def test_the_page_of_joining_and_the_list_lead_to_it_where_it_can_be_given(self, client, tier):
        TierFactory(slug="family").confers_to.add(RelationshipTypeFactory())
        assert "/en/pay/present/give/member/" in client.get("/en/pay/join/member/").text
        assert "/present/give/" not in client.get("/en/pay/join/family/").text
        assert client.get("/en/pay/present/give/family/").status_code == 404

    def test_it_costs_the_whole_fee_and_the_joining_fee_whatever_is_taken_off_for_others(self, tier):
        ConcessionFactory()
        tier.is_pro_rata, tier.term_kind = True, "calendar"
        assert quote_present(tier).due == Money(30, "JOD")


class TestGiving:
    def test_by_email_the_recipient_gets_it_on_its_day_without_price_and_the_giver_the_receipt_without_link(
        self, client, tier
    ):
        present = give(client)
        assert (Membership.objects.count(), letters()) == (0, {})
        pay(client, present)
        present.refresh_from_db()
        assert (present.last_on, state(present)) == (date(2027, 6, 1), PresentState.READY)
        sent = letters()
        [to_recipient], [to_giver] = sent["layla@people.example"], sent["omar@people.example"]
        assert "Happy birthday!" in to_recipient.body
        assert "Omar Saleh" in to_recipient.subject
        assert not any(price in to_recipient.body for price in ("25", "30", "JOD"))
        assert present_token(present) in to_recipient.body
        assert to_recipient.attachments == []
        assert present_token(present) not in to_giver.body
        assert [name for name, *_rest in to_giver.attachments] == [f"receipt-{Receipt.objects.get().label}.pdf"]
        assert present_token(present) not in client.get(f"/en/pay/{present.basket_id}/").text

    def test_by_hand_the_giver_gets_link_and_voucher_and_nobody_else_a_message(self, client, tier):
        present = give(client, way="hand", recipient_email="no address", deliver_on="")
        assert client.get(f"/en/pay/{present.basket_id}/voucher.pdf").status_code == 302, "not before it is paid"
        pay(client, present)
        [(to, [letter])] = letters().items()
        assert to == "omar@people.example"
        assert [name.partition("-")[0] for name, *_rest in letter.attachments] == ["receipt", "voucher.pdf"]
        assert path_of(present) in client.get(f"/en/pay/{present.basket_id}/").text
        voucher = client.get(f"/en/pay/{present.basket_id}/voucher.pdf")
        assert voucher.content.startswith(b"%PDF")
        assert path_of(present).encode() in voucher.content, "its code can be tapped"

    def test_a_form_sent_twice_makes_one_present(self, client, tier):
        form = typed()
        for _time in range(2):
            client.post("/en/pay/present/give/member/", form)
        assert (Present.objects.count(), Basket.objects.count()) == (1, 1)

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("recipient_name", "", "This field is required."),
            ("greeting", "x" * 301, "at most 300 characters"),
            ("recipient_email", "", "This field is required."),
            ("deliver_on", "", "This field is required."),
            ("deliver_on", "2026-05-31", "from 1 June 2026 to 1 June 2027"),
            ("deliver_on", "2027-06-02", "from 1 June 2026 to 1 June 2027"),
            ("way", "pigeon", "Select a valid choice"),
        ],
    )
    def test_bad_input_gets_a_sentence_by_its_field_and_writes_nothing(self, client, tier, field, value, sentence):
        page = client.post("/en/pay/present/give/member/", typed(**{field: value}))
        assert list(page.context["form"].errors) == [field]
        assert sentence in page.text
        assert "Yours, Omar" in page.text or field == "greeting"
        assert Basket.objects.count() == 0

    @pytest.mark.parametrize("answer", ["decline", "wait"])
    def test_unpaid_it_can_neither_be_sent_nor_accepted(self, client, tier, answer):
        present = give(client)
        pay(client, present, answer)
        assert letters() == {}
        page = client.get(path_of(present))
        assert (page.status_code, "Not yet" in page.text) == (200, True)
        with pytest.raises(PresentNotReadyError):
            accept(present)
        assert Term.objects.count() == 0

    def test_paid_twice_it_is_one_term_and_stays_while_one_payment_does(self, client, tier):
        present = give(client)
        pay(client, present, "decline")
        client.post(f"/en/pay/{present.basket_id}/go/")
        for attempt in present.basket.attempts.all():
            client.post(f"/en/sandbox/{attempt.payment.reference}/", {"answer": "succeed"})
        assert present.basket.attempts.filter(payment__status=PaymentStatus.SETTLED).count() == 2
        term = accept(present)
        give_back(present)
        assert (Term.objects.get(), Term.objects.get().cut_reason) == (term, "")


class TestAccepting:
    def test_by_the_link_from_the_message_and_the_term_begins_that_day(self, client, tier):
        present = give(client)
        pay(client, present)
        path = link_in(letters()["layla@people.example"][0])
        with time_machine.travel(NOW + timedelta(days=40), tick=False):
            page = client.get(path)
            assert all(words in page.text for words in ("Omar Saleh", "Happy birthday!", "Supporting member"))
            assert not any(price in page.text for price in ("JOD", "30"))
            done = client.post(path, LAYLA, follow=True)
            term = Term.objects.get()
            assert (term.starts_on, term.ends_on, term.fee) == (date(2026, 7, 11), date(2027, 7, 10), FEE)
            contact = term.membership.contact
            assert (contact.name, contact.email) == ("Layla Haddad", "layla@people.example")
            assert term.membership.number in done.text
            sent = letters()
            assert {to: [letter.subject for letter in found] for to, found in sent.items()} == {
                "layla@people.example": ["Your membership card"],
                "omar@people.example": ["Your present for Layla was accepted"],
            }
            told = sent["omar@people.example"][0].body
            assert "11 July 2026" in told
            secrets = ("Haddad", "layla@people.example", term.membership.number)
            assert not any(secret in told for secret in secrets)
            givers_page = Client().get(f"/en/pay/{present.basket_id}/").text
            assert "accepted on 11 July 2026" in givers_page
            assert not any(secret in givers_page for secret in secrets)

    def test_once_accepted_the_link_tells_nobody_whose_it_is(self, client):
        present = PresentFactory()
        term = accept(present)
        page = Client().get(path_of(present))
        assert "accepted on 1 June 2026" in page.text
        assert not any(secret in page.text for secret in ("Haddad", term.membership.number))
        Client().post(proven_path(present, "other@people.example"), LAYLA)
        assert Term.objects.count() == 1

    def test_with_a_paper_an_address_is_proven_before_anything_else_is_asked(self, client):
        present = PresentFactory()
        page = client.post(path_of(present), {"email": "Layla@people.example", **LAYLA})
        assert "mailbox" in page.text
        assert (Term.objects.count(), Contact.objects.filter(emails__address="layla@people.example").count()) == (0, 0)
        path = link_in(letters()["layla@people.example"][0])
        client.post(path, LAYLA)
        assert Membership.objects.get().contact.email == "layla@people.example"

    def test_an_address_on_record_is_answered_as_any_other_and_its_record_stays_shut(self, client):
        EmailFactory(address="known@people.example", contact__given_name="Layla", contact__family_name="Haddad")
        pages = [
            client.post(path_of(PresentFactory()), {"email": email}).text.replace(email, "@")
            for email in ("known@people.example", "unknown@people.example")
        ]
        without_tokens = [re.sub(r"value=\"[^\"]+\"|/present/[^/\"]+/", "", page) for page in pages]
        assert without_tokens[0] == without_tokens[1]
        assert Term.objects.count() == 0

    def test_whose_address_is_proven_gets_it_on_their_own_record_which_is_not_overwritten(self):
        known = EmailFactory(
            address="layla@people.example",
            contact__given_name="Layla",
            contact__family_name="Haddad",
            contact__birth_date=date(1990, 5, 23),
        ).contact
        term = accept(PresentFactory(), birth_date=date(2001, 1, 1), phone="+962790000000")
        known.refresh_from_db()
        assert (term.membership.contact, known.birth_date, known.phones.count()) == (known, date(1990, 5, 23), 0)

    def test_an_address_with_another_name_is_another_person(self):
        known = EmailFactory(address="layla@people.example", contact__given_name="Omar").contact
        assert accept(PresentFactory()).membership.contact != known

    def test_who_is_logged_in_with_that_address_needs_no_link(self, client):
        client.force_login(UserFactory(email="layla@people.example"))
        present = PresentFactory()
        answer = client.post(path_of(present), {"email": "layla@people.example"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/en/pay/present/mine/")
        assert letters() == {}

    def test_links_that_prove_an_address_are_sent_to_so_many_in_a_day(self, client):
        present = PresentFactory()
        for number in range(15):
            client.post(path_of(present), {"email": f"somebody{number}@people.example"})
        client.post(path_of(present), {"email": "somebody1@people.example"})
        assert len(letters()) == 10

    @pytest.mark.parametrize("forge", [
        lambda token: token[:-1],
        lambda token: "x" + token,
        lambda token: signing.Signer(salt="other").sign_object([1]),
        lambda token: signing.Signer(salt="checkout.present_address").sign_object([1, "a@b.example"]),
        lambda token: "1",
    ])  # fmt: skip
    def test_a_link_that_we_did_not_sign_for_this_opens_nothing(self, client, forge):
        path = f"/en/pay/present/{forge(present_token(PresentFactory()))}/"
        assert client.get(path).status_code == 404
        assert client.post(path, LAYLA).status_code == 404

    def test_the_address_goes_to_no_search_engine_cache_or_other_site(self, client):
        page = client.get(path_of(PresentFactory()))
        assert page["Referrer-Policy"] == "same-origin"
        assert "noindex" in page["X-Robots-Tag"]
        assert "no-store" in page["Cache-Control"]

    def test_a_form_from_elsewhere_is_refused(self):
        path = proven_path(PresentFactory())
        assert Client(enforce_csrf_checks=True).post(path, LAYLA).status_code == 403


class TestMembersAlready:
    @pytest.fixture
    def layla(self):
        return EmailFactory(
            address="layla@people.example", contact__given_name="Layla", contact__family_name="Haddad"
        ).contact

    def test_the_term_follows_the_one_they_have(self, layla):
        TermFactory(membership__contact=layla, ends_on=date(2026, 7, 31))
        term = accept(PresentFactory())
        assert (term.membership.terms.count(), term.starts_on) == (2, date(2026, 8, 1))

    def test_whoever_lapsed_belongs_again_under_their_old_number(self, layla):
        old = TermFactory(membership__contact=layla, starts_on=date(2024, 8, 1), ends_on=date(2025, 7, 31))
        term = accept(PresentFactory())
        assert (term.membership, term.starts_on) == (old.membership, TODAY)

    @pytest.mark.parametrize(
        ("ends_on", "error"),
        [(date(2026, 12, 31), RenewalTooEarlyError), (date.max, ForLifeError)],
    )
    def test_where_a_rule_is_against_it_they_are_told_and_it_stays_theirs_to_take(self, client, layla, ends_on, error):
        TermFactory(membership__contact=layla, ends_on=ends_on)
        present = PresentFactory()
        with pytest.raises(error) as refusal:
            accept(present)
        page = client.post(proven_path(present), LAYLA)
        assert str(refusal.value) in page.text
        assert (state(present), Term.objects.count()) == (PresentState.READY, 1)

    def test_they_move_only_from_where_the_tier_may_be_reached(self, layla):
        TermFactory(membership__contact=layla, ends_on=date(2026, 7, 31))
        present = PresentFactory()
        present.tier.moves_from.add(TierFactory())
        with pytest.raises(CannotMoveToTierError):
            accept(present)


class TestRulesOfTheTier:
    def test_age_is_asked_and_checked_when_it_is_accepted(self, client):
        present = PresentFactory(tier__minimum_age=18)
        page = client.post(proven_path(present), LAYLA)
        assert list(page.context["form"].errors) == ["birth_date"]
        with pytest.raises(WrongAgeError):
            accept(present, birth_date=date(2010, 1, 1))
        assert Contact.objects.filter(given_name="Layla").count() == 0, "nothing is written"
        assert accept(present, birth_date=date(1990, 1, 1))

    def test_what_was_paid_for_is_a_place_taken_until_it_is_accepted_given_back_or_over(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=2)
        present = give(client)
        pay(client, present)

        def left(at=NOW):
            return places_left(tier, at=at, on=at.date())

        assert left(NOW + timedelta(days=300)) == 1
        give_back(present)
        assert left() == 2
        give_back(present, at=NOW + timedelta(days=1), is_done="failed")
        assert left() == 1
        assert left(datetime(2027, 6, 2, 9, tzinfo=UTC)) == 2
        accept(present)
        assert left() == 1

    def test_it_is_accepted_although_the_tier_is_full_or_closed_by_now(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=1)
        present = give(client)
        pay(client, present)
        join(ContactFactory(), tier=tier, on=TODAY)
        tier.is_offered = False
        tier.save()
        assert accept(present)

    def test_a_full_tier_cannot_be_given(self, client):
        tier = TierFactory(slug="member", price=FEE, capacity=1)
        join(ContactFactory(), tier=tier, on=TODAY)
        client.post("/en/pay/present/give/member/", typed())
        assert Present.objects.count() == 0


class TestMoney:
    def test_given_back_before_it_was_accepted_it_cannot_be_any_more_and_its_page_says_so(self, client):
        present = PresentFactory()
        give_back(present)
        page = client.post(proven_path(present), LAYLA)
        assert (page.status_code, "given back" in page.text, Term.objects.count()) == (410, True, 0)

    def test_a_part_given_back_changes_nothing(self):
        present = PresentFactory()
        give_back(present, Money(10, "JOD"))
        assert accept(present)

    def test_on_its_way_back_it_waits_for_how_that_ends(self):
        present = PresentFactory()
        give_back(present, is_done="pending")
        assert state(present) == PresentState.HELD
        with pytest.raises(PresentNotReadyError):
            accept(present)
        give_back(present, at=NOW + timedelta(days=1), is_done="failed")
        assert accept(present)

    def test_while_a_bank_disputes_it_it_waits_and_won_it_can_be_accepted(self):
        present = PresentFactory()
        seen = []
        for days, how in enumerate(("open", "lost", "won")):
            dispute(present, how, NOW + timedelta(days=days))
            seen.append(state(present))
        assert seen == [PresentState.HELD, PresentState.RETURNED, PresentState.READY]
        assert accept(present)

    @pytest.mark.parametrize(
        ("undo", "reason"),
        [(give_back, CutReason.REFUNDED), (lambda present: dispute(present, "lost"), CutReason.DISPUTED)],
    )
    def test_gone_after_it_was_accepted_the_term_ends_by_rule_and_the_recipient_is_told(self, undo, reason):
        present = PresentFactory()
        term = accept(present)
        letters()
        undo(present)
        term.refresh_from_db()
        assert (term.is_void, term.cut_reason) == (True, reason)
        assert set(letters()) == {"layla@people.example"}

    def test_won_back_the_term_runs_again(self):
        present = PresentFactory()
        term = accept(present)
        dispute(present, "lost")
        dispute(present, "won", NOW + timedelta(days=30))
        term.refresh_from_db()
        assert (term.is_void, term.cut_reason) == (False, "")

    def test_gone_before_it_was_noted_as_paid_it_waits_for_being_won_back(self, client, tier):
        present = give(client)
        payment = present.basket.attempts.get().payment
        Payment.objects.filter(pk=payment.pk).update(
            status=PaymentStatus.SETTLED, settled_at=NOW, gateway_charge="charge-early"
        )
        dispute(present, "lost")
        assert fulfil(present.basket, on=TODAY)
        assert (state(present), Receipt.objects.count()) == (PresentState.RETURNED, 0)
        dispute(present, "won", NOW + timedelta(days=30))
        fulfil_what_is_due(on=TODAY)
        assert (state(present), Receipt.objects.count()) == (PresentState.READY, 1)


class TestTime:
    def test_on_its_last_day_it_can_be_accepted_and_a_day_later_not(self, client):
        present = PresentFactory()
        with time_machine.travel(datetime(2027, 6, 2, 9, tzinfo=UTC), tick=False):
            page = client.get(path_of(present))
            assert (page.status_code, "1 June 2027" in page.text) == (410, True)
            with pytest.raises(PresentNotReadyError):
                accept(present)
        with time_machine.travel(datetime(2027, 6, 1, 9, tzinfo=UTC), tick=False):
            assert accept(present)

    def test_a_year_counts_from_the_payment_and_what_is_delivered_late_has_some_weeks(self, client, tier):
        late = give(client, deliver_on="2027-06-01")
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            pay(client, late)
        late.refresh_from_db()
        assert late.last_on == date(2027, 7, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_term():
    present = PresentFactory()
    start, outcomes = Barrier(2), []

    def run(name):
        try:
            start.wait()
            taker = Taker(name, "Haddad", f"{name}@people.example", "en")
            outcomes.append(accept_present(present, taker, on=TODAY, at=PAID_AT).pk)
        except PresentNotReadyError as refusal:
            outcomes.append(refusal.state)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(name,)) for name in ("layla", "noor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    term = Term.objects.get()
    assert sorted(outcomes, key=str) == sorted([term.pk, PresentState.ACCEPTED], key=str)
    assert Contact.objects.filter(family_name="Haddad").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepted_and_given_back_at_once_no_unpaid_term_stays():
    present = PresentFactory()
    start, failures = Barrier(2), []

    def run(call):
        try:
            start.wait()
            call()
        except PresentNotReadyError:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in (lambda: accept(present), lambda: give_back(present))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(term.is_void for term in Term.objects.all())
