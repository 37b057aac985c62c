"""Presents on the staff's desk, on people's pages, in "My area", in "my data", and through merging and erasing."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from djmoney.money import Money
from wagtail.models import ModelLogEntry

from checkout.domain.present_taking import Taker, accept_present
from checkout.models import Basket, Present
from dashboard.domain.person import sections_for
from dashboard.domain.roles import sync_roles
from members.domain.erasing import erase
from members.domain.merging import merge
from members.domain.personal_data import personal_data
from members.domain.retention import apply_retention
from members.exceptions import ErasureRefusedError
from members.models import RetentionRule, Term
from outreach.models import Delivery
from tests.factories.members import ContactFactory, EmailFactory, UserFactory
from tests.factories.presents import PresentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def giver():
    return EmailFactory(contact__given_name="Omar", contact__user=UserFactory(email="omar@people.example")).contact


def accepted(giver) -> Present:
    present = PresentFactory(basket__contact=giver, tier__price=Money(73, "JOD"))
    accept_present(present, Taker("Noor", "Zidan", "noor@people.example", "en"), on=NOW.date(), at=NOW)
    return Present.objects.get()


def log_in(client, role):
    sync_roles()
    user = UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def address(present):
    return reverse("checkout_present", args=[present.pk])


class TestDesk:
    def test_its_page_says_how_it_stands_and_sends_the_link_again_which_is_logged(self, client, giver):
        user = log_in(client, "membership")
        present = PresentFactory(basket__contact=giver)
        page = client.get(address(present)).text
        assert all(words in page for words in ("Omar Saleh", "Layla", "Waits to be accepted", "1 June 2027"))
        client.post(address(present))
        assert Delivery.objects.get().template == "present-waiting"
        assert ModelLogEntry.objects.get(action="sanduq.present_resent").user == user

    def test_who_only_reads_sends_nothing_and_others_see_nothing(self, client, giver):
        present = PresentFactory(basket__contact=giver)
        for role, seen in (("auditor", 200), ("volunteers", 403)):
            log_in(client, role)
            assert client.get(address(present)).status_code == seen
            assert client.post(address(present)).status_code == 403
        assert Delivery.objects.count() == 0

    def test_the_pages_of_giver_and_recipient_show_it(self, client, giver):
        present = accepted(giver)
        client.force_login(UserFactory(is_superuser=True))
        for person, words in ((giver, "Given to Layla"), (present.contact, "From Omar Saleh")):
            assert words in client.get(reverse("contacts:inspect", args=[person.pk])).text

    def test_a_person_without_any_has_no_such_section(self):
        [section] = [
            one
            for one in sections_for(ContactFactory(), reader=UserFactory(is_superuser=True), on=NOW.date())
            if one.code == "presents"
        ]
        assert list(section.rows) == []


class TestMyArea:
    def test_the_giver_sees_the_day_and_nothing_of_the_recipient(self, client, giver):
        accepted(giver)
        client.force_login(giver.user)
        page = client.get("/en/me/").text
        assert "Accepted on 10 June 2026" in page
        assert not any(secret in page for secret in ("Zidan", "noor@", Term.objects.get().membership.number))

    def test_the_recipient_sees_from_whom_and_never_the_price(self, client, giver):
        present = accepted(giver)
        present.contact.user = UserFactory(email="noor@people.example")
        present.contact.save()
        client.force_login(present.contact.user)
        page = client.get("/en/me/").text
        assert "a present from Omar Saleh" in page
        assert "73" not in page.partition("<main")[2]


class TestPersonalData:
    def data_of(self, contact) -> dict:
        with zipfile.ZipFile(personal_data(contact, at=timezone.now())) as archive:
            return json.loads(archive.read("data.json"))["data"]

    def test_the_recipient_is_told_of_it_without_the_price(self, giver):
        data = self.data_of(accepted(giver).contact)
        assert data["checkout.present"][0]["greeting"] == "Happy birthday!"
        assert data["members.term"][0]["fee"] is None
        assert "73" not in json.dumps(data).replace("2027", "")

    def test_the_fee_of_any_other_term_is_told(self, giver):
        term = Term.objects.get(pk=accepted(giver).basket.lines.get().term_id)
        term.basket_line.kind = "dues"
        term.basket_line.save()
        assert "73" in self.data_of(term.membership.contact)["members.term"][0]["fee"]

    def test_the_giver_is_told_what_they_gave_and_nothing_of_the_recipient(self, giver):
        accepted(giver)
        said = json.dumps(self.data_of(giver))
        assert "Happy birthday!" in said
        assert not any(secret in said for secret in ("Zidan", "noor@", Term.objects.get().membership.number))

    def test_merged_records_keep_what_was_given_and_got(self, giver):
        present = accepted(giver)
        other, keeper = present.contact, EmailFactory().contact
        merge(EmailFactory().contact, giver, {}, by=None)
        merge(keeper, other, {}, by=None)
        present.refresh_from_db()
        assert (present.contact, present.basket.contact != giver) == (keeper, True)

    def test_erasing_either_keeps_the_money_and_takes_the_words(self, giver):
        present = accepted(giver)
        erase(present.contact, reason="", by=None)
        present.refresh_from_db()
        assert (present.recipient_name, present.greeting) == ("", "")
        assert (Basket.objects.count(), Term.objects.get().fee) == (1, Money(73, "JOD"))

    def test_retention_leaves_the_names_of_what_can_still_be_accepted(self, giver):
        # By the database's own clock, which does not travel.
        over, waiting = PresentFactory(last_on=date(2020, 1, 1)), PresentFactory(last_on=date(2999, 1, 1))
        Basket.objects.update(created_at=timezone.now() - timedelta(days=800))
        for kind in ("checkout.basket", "checkout.present"):
            RetentionRule.objects.create(kind=kind, months=12, is_active=True)
        apply_retention(timezone.localdate())
        kept = [(one.recipient_name, one.basket.given_name) for one in Present.objects.order_by("pk")]
        assert (over.pk < waiting.pk, kept) == (True, [("", ""), ("Layla", "Omar")])

    def test_what_can_still_be_accepted_keeps_the_giver_from_being_erased(self, giver):
        present = PresentFactory(basket__contact=giver)
        with pytest.raises(ErasureRefusedError, match="present"):
            erase(giver, reason="", by=None)
        with time_machine.travel(datetime(2027, 6, 2, 9, tzinfo=UTC), tick=False):
            erase(giver, reason="", by=None)
        present.refresh_from_db()
        assert present.greeting == ""
