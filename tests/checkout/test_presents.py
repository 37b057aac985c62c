"""Memberships as presents: what can be given, giving it, and accepting it once by whoever has the link."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from djmoney.money import Money

from checkout.domain.present_links import present_token
from checkout.domain.presents import quote_present, tiers_to_give
from checkout.exceptions import PresentNotReadyError
from checkout.models import Basket, Present, PresentState
from donations.models import PaymentStatus, Receipt
from members.models import Contact, Membership, Term
from tests.checkout.present_steps import (
    FEE,
    LAYLA,
    NOW,
    accept,
    give,
    give_back,
    letters,
    link_in,
    path_of,
    pay,
    proven_path,
    state,
    typed,
)
from tests.factories.checkout import TierQuestionFactory
from tests.factories.members import (
    ConcessionFactory,
    EmailFactory,
    TierFactory,
    UserFactory,
)
from tests.factories.people import RelationshipTypeFactory
from tests.factories.presents import PresentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tier():
    return TierFactory(slug="member", price=FEE, joining_fee=Money(5, "JOD"))


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
