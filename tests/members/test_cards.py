from datetime import date

import pytest
import time_machine
from django.urls import reverse

from members.domain.card_signature import keys_in, read_card
from members.domain.cards import check_card, signed_address
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


def test_the_page_says_the_first_name_also_of_somebody_with_a_title(card):
    contact = card.membership.contact
    contact.salutation = "Dr Secret"
    contact.save()
    assert check_card(card.token, on=date(2026, 6, 1)).first_name == "Layla"


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 12, 31), date(2027, 1, 30), date(2027, 1, 31)])
def test_a_card_says_by_itself_what_its_page_says(card, day):
    signed = read_card(signed_address(card.membership, "https://x.example/card/" + card.token + "/", on=day))
    page = check_card(card.token, on=day)
    assert (signed.first_name, signed.is_valid_on(day)) == (page.first_name, page.is_valid)


def test_the_keys_are_published_for_whoever_checks_without_the_site(client, card):
    answer = client.get(reverse("members:card_keys"))
    address = signed_address(card.membership, "https://x.example/card/" + card.token + "/", on=date(2026, 6, 1))
    assert read_card(address, keys_in(answer.json())).first_name == "Layla"
    assert answer.headers["Content-Type"] == "application/jwk-set+json"
