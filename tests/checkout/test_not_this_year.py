""" "Not this year": said with a button, taken back with one, and counted."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from checkout.domain.renewal_links import not_renewing_token, renewal_token
from members.domain.figures.histories import month_of
from members.domain.figures.keeping import bring_up_to_date
from members.domain.figures.reading import Choice, reasons_for_leaving
from members.domain.memberships import join
from members.models import Figure, NotRenewing
from tests.factories.members import EmailFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 12, 20), tick=False):
        yield


@pytest.fixture
def term():
    contact = EmailFactory(address="layla@people.example", contact__given_name="Layla").contact
    contact.user = UserFactory()
    contact.save()
    return TermFactory(membership__contact=contact, membership__number="2026-0777")


def address(term):
    return f"/en/pay/renew/not-this-year/{not_renewing_token(term)}/"


def said():
    return [(one.reason, one.taken_back_at is None) for one in NotRenewing.objects.all()]


class TestTheLink:
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_opening_it_says_nothing(self, client, term, method):
        assert getattr(client, method)(address(term)).status_code == 200
        assert said() == []

    def test_the_button_says_it_with_or_without_a_reason(self, client, term):
        client.post(address(term), {"reason": ""})
        assert said() == [("", True)]
        client.post(address(term), {"reason": "cost"})
        assert said() == [("cost", True)]
        page = client.get(address(term)).text
        assert "will not remind you again" in page
        assert not any(secret in page for secret in ("2026-0777", "layla@people.example"))

    def test_it_can_be_taken_back_and_said_again(self, client, term):
        client.post(address(term), {"reason": "cost"})
        client.post(address(term), {"take_back": "1"})
        assert said() == [("cost", False)]
        client.post(address(term), {"reason": "time"})
        assert said() == [("time", True)]

    def test_what_only_the_office_says_of_somebody_is_not_offered(self, client, term):
        client.post(address(term), {"reason": "conduct"})
        assert said() == []

    def test_the_link_to_renew_does_not_say_no_nor_the_other_way_round(self, client, term):
        other = f"/en/pay/renew/not-this-year/{renewal_token(term)}/"
        assert client.post(other, {"reason": ""}).status_code == 404
        assert client.get(f"/en/pay/renew/link/{not_renewing_token(term)}/").status_code == 404
        assert said() == []

    def test_after_the_grace_it_is_dead(self, client, term):
        with time_machine.travel(date(2027, 2, 1), tick=False):
            assert client.post(address(term), {"reason": ""}).status_code == 410
        assert said() == []

    def test_a_form_from_elsewhere_is_refused(self, term):
        assert Client(enforce_csrf_checks=True).post(address(term), {"reason": ""}).status_code == 403

    def test_who_said_no_may_still_renew(self, client, term):
        client.post(address(term), {"reason": "cost"})
        assert client.get(f"/en/pay/renew/link/{renewal_token(term)}/").status_code == 200


class TestMyArea:
    def test_it_stands_there_and_says_what_was_said(self, client, term):
        client.force_login(term.membership.contact.user)
        path = reverse("checkout:my_not_this_year", args=[term.membership_id])
        assert path in client.get("/en/me/").text
        client.post(path, {"reason": "moved"})
        assert said() == [("moved", True)]
        assert "do not remind you" in client.get("/en/me/").text

    def test_nobody_elses(self, client, term):
        client.force_login(UserFactory())
        path = reverse("checkout:my_not_this_year", args=[term.membership_id])
        assert client.post(path, {"reason": ""}).status_code == 404
        assert said() == []

    def test_coming_back_later_is_simple_and_keeps_the_number(self, client, term):
        client.post(address(term), {"reason": "cost"})
        again = join(term.membership.contact, tier=term.tier, on=date(2027, 6, 1))
        assert again.membership == term.membership


def reasons(on):
    bring_up_to_date(on)
    return {(figure.kind, figure.reason): figure.count for figure in Figure.objects.filter(kind="lapsed", count__gt=0)}


def test_the_figures_count_it_as_why_somebody_left(client, term):
    assert reasons(date(2027, 3, 1)) == {("lapsed", ""): 1}
    client.post(address(term), {"reason": "cost"})
    assert reasons(date(2027, 3, 1)) == {("lapsed", "cost"): 1}
    client.post(address(term), {"take_back": "1"})
    assert reasons(date(2027, 3, 1)) == {("lapsed", ""): 1}
    assert reasons_for_leaving(Choice(month_of(date(2026, 1, 1)), month_of(date(2026, 12, 1))))
