"""Automatic renewal on the pages: asked for with a payment or without one, seen, stopped by log-in, link and staff."""

import uuid
from datetime import date

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money

from checkout.domain.automatic import renewal_of, stop_token
from checkout.domain.automatic_plans import note_told, plan_charges
from checkout.models import AutomaticCharge, AutomaticRenewal, AutomaticRequest, Basket, ChargeState, StopReason
from config.schedule import JOBS
from dashboard.domain.roles import sync_roles
from donations.domain.cards import forget_removed_cards
from donations.models import CardSetup, Payment, SavedCard
from members.domain.erasing import erase
from members.models import Membership, Term
from outreach.domain.sending import send_due
from tests.factories.checkout import AutomaticRenewalFactory
from tests.factories.donations import SavedCardFactory
from tests.factories.members import EmailFactory, MemberCardFactory, TermFactory, TierFactory, UserFactory

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
    contact.user = UserFactory(email="layla@people.example")
    contact.save()
    term = TermFactory(membership__contact=contact, ends_on=date(2026, 12, 31), tier__price=FEE)
    MemberCardFactory(membership=term.membership)
    return term


@pytest.fixture
def member(client, term):
    client.force_login(term.membership.contact.user)
    return client


@pytest.fixture
def renewal(term):
    return AutomaticRenewalFactory(membership=term.membership)


def page(client, path, **options):
    answer = client.get(path, **options)
    return answer.text.replace("\xa0", " ")


def typed(**changes):
    form = {"given_name": "Layla", "family_name": "Haddad", "email": "layla@people.example", "gateway": "sandbox"}
    return {**form, "form_key": str(uuid.uuid4()), **changes}


def pay(client, answer="succeed"):
    payment = Payment.objects.latest("pk")
    return client.post(f"/en/sandbox/{payment.reference}/", {"answer": answer}, follow=True)


def manage(term) -> str:
    return f"/en/pay/automatic/{term.membership_id}/"


class TestTheBox:
    def test_it_is_empty_at_first_and_without_it_no_card_is_kept(self, client):
        tier = TierFactory()
        text = page(client, f"/en/pay/join/{tier.slug}/")
        assert "at least 14 days before each payment" in text
        assert not any(
            "checked" in line for line in text.split("<input") if 'name="renews_automatically"' in line.split(">")[0]
        )
        client.post(f"/en/pay/join/{tier.slug}/", typed())
        pay(client)
        assert (Term.objects.count(), SavedCard.objects.count(), AutomaticRequest.objects.count()) == (1, 0, 0)

    def test_whoever_joins_with_it_has_it_in_writing(self, client):
        tier = TierFactory()
        client.post(f"/en/pay/join/{tier.slug}/", typed(renews_automatically="on"))
        assert AutomaticRenewal.objects.count() == 0
        pay(client)
        renewal = AutomaticRenewal.objects.get()
        assert (renewal.membership, renewal.card.last4) == (Membership.objects.get(), "4242")
        assert "at least 14 days" in renewal.wording
        send_due(at=timezone.now())
        letter = next(message for message in mail.outbox if "Automatic renewal" in message.subject)
        assert f"/en/pay/automatic/stop/{stop_token(renewal)}/" in letter.body
        assert "Visa ending 4242" in letter.body

    def test_whoever_is_declined_has_none(self, client):
        client.post(f"/en/pay/join/{TierFactory().slug}/", typed(renews_automatically="on"))
        pay(client, "decline")
        assert (AutomaticRenewal.objects.count(), SavedCard.objects.count()) == (0, 0)

    def test_a_member_renews_with_it(self, member, term):
        member.post("/en/pay/renew/", typed(tier=term.tier_id, renews_automatically="on"))
        pay(member)
        assert renewal_of(term.membership).agreed_by == term.membership.contact.user
        assert 'name="renews_automatically"' not in page(member, "/en/pay/renew/")

    @pytest.mark.parametrize(
        "changes", [{"term_kind": "lifetime"}, {"price": Money(0, "JOD")}], ids=["for life", "free"]
    )
    def test_it_is_not_there_where_nothing_would_be_charged_again(self, client, changes):
        tier = TierFactory(**changes)
        assert 'name="renews_automatically"' not in page(client, f"/en/pay/join/{tier.slug}/")

    def test_nor_where_no_gateway_keeps_cards(self, client, settings):
        settings.PAYMENT_GATEWAYS = ["transfer"]
        assert 'name="renews_automatically"' not in page(client, f"/en/pay/join/{TierFactory().slug}/")

    def test_a_bank_transfer_with_it_is_told_apart(self, client, settings, monkeypatch):
        settings.PAYMENT_GATEWAYS = ["sandbox", "transfer"]
        monkeypatch.setattr("donations.payments.transfer.TransferGateway.is_ready", lambda self: True)
        answer = client.post(
            f"/en/pay/join/{TierFactory().slug}/", typed(renews_automatically="on", gateway="transfer")
        )
        assert "Nothing can be charged automatically this way" in answer.text
        assert not Basket.objects.exists()

    def test_nobody_keeps_their_card_on_a_link_that_was_passed_on(self, client, term):
        from checkout.domain.renewal_links import renewal_token

        path = f"/en/pay/renew/link/{renewal_token(term)}/"
        assert 'name="renews_automatically"' not in page(client, path)
        client.post(path, typed(tier=term.tier_id, email="", given_name="", renews_automatically="on"))
        pay(client)
        assert (Term.objects.count(), SavedCard.objects.count()) == (2, 0)


class TestMyArea:
    def test_it_begins_without_paying_anything(self, member, term):
        assert manage(term) in page(member, "/en/me/")
        refused = member.post(manage(term), {"gateway": "sandbox"})
        assert "Please tick the box" in refused.text
        answer = member.post(manage(term), {"gateway": "sandbox", "agrees": "on"})
        setup = CardSetup.objects.get()
        assert answer.url == f"/en/sandbox/card/{setup.reference}/"
        assert renewal_of(term.membership) is None
        done = member.post(answer.url, {"answer": "succeed"}, follow=True)
        assert "Visa ending 4242" in done.text
        assert renewal_of(term.membership).card == SavedCard.objects.get()
        assert Payment.objects.count() == 0
        text = page(member, "/en/me/")
        assert all(words in text for words in ("Visa ending 4242", "JOD 25", "3 January 2027"))

    def test_whoever_comes_back_without_a_card_is_told_so(self, member, term):
        member.post(manage(term), {"gateway": "sandbox", "agrees": "on"})
        text = page(member, f"/en/pay/automatic/given/{CardSetup.objects.get().reference}/")
        assert "We have not heard of a card" in text
        assert renewal_of(term.membership) is None

    def test_another_card_takes_its_place(self, member, term, renewal):
        old = renewal.card
        answer = member.post(manage(term), {"gateway": "sandbox"})
        member.post(answer.url, {"answer": "succeed"}, follow=True)
        renewal.refresh_from_db()
        old.refresh_from_db()
        assert renewal.card != old
        assert (renewal.stopped_at, old.removal_reason, AutomaticRenewal.objects.count()) == (None, "replaced", 1)

    def test_stopping_holds_at_once_also_for_what_is_announced(self, member, term, renewal):
        plan_charges(on=TODAY, at=timezone.now())
        note_told(AutomaticCharge.objects.get(), on=TODAY)
        answer = member.post(f"{manage(term)}stop/", follow=True)
        assert "Automatic renewal has stopped" in answer.text
        renewal.refresh_from_db()
        assert (renewal.stop_reason, AutomaticCharge.objects.get().state) == (StopReason.MEMBER, ChargeState.DROPPED)
        assert forget_removed_cards() == 1
        send_due(at=timezone.now())
        assert "Automatic renewal has stopped" in [message.subject for message in mail.outbox]

    def test_a_payment_that_has_begun_is_not_denied(self, member, term, renewal):
        plan_charges(on=TODAY, at=timezone.now())
        AutomaticCharge.objects.update(state=ChargeState.CHARGING)
        answer = member.post(f"{manage(term)}stop/", follow=True)
        assert "could not be called back" in answer.text

    def test_nobody_sees_or_stops_anothers(self, client, term, renewal):
        client.force_login(UserFactory())
        assert client.get(manage(term)).status_code == 404
        assert client.post(f"{manage(term)}stop/").status_code == 404
        client.logout()
        assert client.post(f"{manage(term)}stop/").status_code == 302
        renewal.refresh_from_db()
        assert renewal.stopped_at is None


class TestLinks:
    def path(self, renewal, what="stop") -> str:
        return f"/en/pay/automatic/{what}/{stop_token(renewal)}/"

    def test_opening_asks_and_only_the_button_stops(self, client, renewal):
        text = page(client, self.path(renewal))
        renewal.refresh_from_db()
        assert (renewal.stopped_at, "Layla" in text) == (None, True)
        assert "layla@people.example" not in text
        done = client.post(self.path(renewal), follow=True)
        assert "Automatic renewal has stopped" in done.text
        renewal.refresh_from_db()
        assert (renewal.stop_reason, "_auth_user_id" in client.session) == (StopReason.MEMBER, False)
        assert client.post(self.path(renewal), follow=True).status_code == 200

    def test_the_card_can_be_changed_without_logging_in(self, client, renewal):
        answer = client.post(self.path(renewal, "card"), {"gateway": "sandbox"})
        client.post(answer.url, {"answer": "succeed"}, follow=True)
        renewal.refresh_from_db()
        assert renewal.card.gateway_method.startswith("card-")
        client.post(self.path(renewal))
        assert "so that no card is needed" in page(client, self.path(renewal, "card"))

    def test_a_forged_one_leads_nowhere(self, client, renewal, term):
        from checkout.domain.renewal_links import renewal_token

        for token in ("x", stop_token(renewal)[:-2], renewal_token(term)):
            for what in ("stop", "card"):
                assert client.post(f"/en/pay/automatic/{what}/{token}/").status_code == 404
        renewal.refresh_from_db()
        assert renewal.stopped_at is None

    def test_it_is_kept_out_of_search_engines(self, client, renewal):
        assert "noindex" in client.get(self.path(renewal))["X-Robots-Tag"]


class TestStaff:
    def test_they_see_it_on_the_membership_and_stop_it(self, client, term, renewal):
        client.force_login(UserFactory(is_superuser=True))
        text = page(client, reverse("members_membership", args=[term.membership_id]))
        assert all(words in text for words in ("Automatic renewal", "Visa ending 4242", "JOD 25"))
        path = reverse("checkout_stop_automatic", args=[term.membership_id])
        assert "Visa ending 4242" in page(client, path)
        renewal.refresh_from_db()
        assert renewal.stopped_at is None
        client.post(path)
        renewal.refresh_from_db()
        assert renewal.stop_reason == StopReason.STAFF
        assert "Stopped by the office" in page(client, reverse("members_membership", args=[term.membership_id]))

    def test_who_may_not_does_not(self, client, term, renewal):
        from django.contrib.auth.models import Group

        sync_roles()
        user = UserFactory(is_staff=True)
        user.groups.add(Group.objects.get(name="volunteers"))
        client.force_login(user)
        client.post(reverse("checkout_stop_automatic", args=[term.membership_id]))
        renewal.refresh_from_db()
        assert renewal.stopped_at is None
        assert "Visa" not in page(client, reverse("members_membership", args=[term.membership_id]))


class TestErasure:
    def test_the_card_goes_at_the_gateway_too(self, term, renewal):
        card = renewal.card
        erase(term.membership.contact, reason="asked", by=None)
        renewal.refresh_from_db()
        card.refresh_from_db()
        assert (renewal.stop_reason, card.removal_reason, card.last4) == (StopReason.ERASED, "erased", "")
        assert forget_removed_cards() == 1
        card.refresh_from_db()
        assert (card.gateway_customer, card.gateway_method) == ("", "")

    def test_so_does_a_card_that_nothing_is_paid_with(self, term):
        card = SavedCardFactory(contact=term.membership.contact)
        erase(term.membership.contact, reason="asked", by=None)
        card.refresh_from_db()
        assert (card.removal_reason, card.last4) == ("erased", "")


def test_the_clock_announces_charges_and_tells(term, renewal):
    """One year of the clock itself, with letters that really go out."""
    jobs = [job for job in JOBS if "renewal" in job.name or job.name in ("send-messages", "remind-of-renewing")]
    assert [job.name for job in jobs][:3] == ["send-messages", "announce-renewals", "charge-renewals"]
    for number in range(30):
        day = date(2026, 12, 1 + number)
        with time_machine.travel(f"{day}T10:00:00+03:00", tick=False):
            for job in (*jobs, *jobs):
                job.run(timezone.now())
    assert [term.ends_on for term in term.membership.terms.all()] == [date(2026, 12, 31), date(2027, 12, 31)]
    subjects = [message.subject for message in mail.outbox if message.to == ["layla@people.example"]]
    assert subjects[0] == "The membership is renewed on 28 December 2026: JOD 25"
    assert [subject for subject in subjects if "runs until" in subject] == []
    assert len([subject for subject in subjects if "is renewed on" in subject]) == 1
