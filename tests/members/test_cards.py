from datetime import date

import pytest
import time_machine
from django.urls import reverse

from members.domain.cards import check_card
from tests.factories.members import MemberCardFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    term = TermFactory(membership__contact__given_name="Layla", membership__contact__family_name="Secret")
    return MemberCardFactory(membership=term.membership)


@pytest.mark.parametrize(
    ("day", "valid"), [(date(2026, 6, 1), True), (date(2027, 1, 30), True), (date(2027, 1, 31), False)]
)
def test_a_card_is_valid_in_the_term_and_in_grace(card, day, valid):
    assert check_card(card.token, on=day).is_valid == valid


@time_machine.travel("2026-06-01", tick=False)
def test_the_page_behind_the_code_says_the_first_name_and_nothing_more(client, card, django_assert_max_num_queries):
    client.get(reverse("members:verify_card", args=[card.token]))
    with django_assert_max_num_queries(7):
        page = client.get(reverse("members:verify_card", args=[card.token]))
    text = page.content.decode()
    assert "Layla" in text
    assert "Secret" not in text
    assert card.membership.number not in text


def test_an_unknown_code_is_not_valid(client):
    page = client.get(reverse("members:verify_card", args=["unknown"]))
    assert page.status_code == 404
