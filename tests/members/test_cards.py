import re
from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from members.domain.card_signature import keys_in, read_card
from members.domain.cards import (
    check_card,
    conferred_card,
    conferred_face,
    conferring_memberships,
    own_face,
    signed_address,
)
from members.domain.decisions import Decision, decide
from members.domain.tries import WRONG_CARDS_PER_HOUR
from members.models import ConferredCard, ContactKind, DecisionKind, RelationshipType
from tests.factories.members import ContactFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.people import RelationshipFactory

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
    signed = read_card(
        signed_address(own_face(card.membership, on=day), "https://x.example/card/" + card.token + "/", on=day)
    )
    page = check_card(card.token, on=day)
    assert (signed.first_name, signed.is_valid_on(day)) == (page.first_name, page.is_valid)


def test_the_keys_are_published_for_whoever_checks_without_the_site(client, card):
    answer = client.get(reverse("members:card_keys"))
    address = signed_address(
        own_face(card.membership, on=date(2026, 6, 1)),
        "https://x.example/card/" + card.token + "/",
        on=date(2026, 6, 1),
    )
    assert read_card(address, keys_in(answer.json())).first_name == "Layla"
    assert answer.headers["Content-Type"] == "application/jwk-set+json"


# --- What a photograph of a card is worth ---------------------------------------------------


@pytest.mark.parametrize("what", ["suspended", "cancelled", "died", "lapsed"])
@time_machine.travel("2026-06-01", tick=False)
def test_a_photographed_card_of_somebody_who_no_longer_belongs_is_not_valid(client, card, what):
    membership = card.membership
    if what in DecisionKind.values:
        decide(membership, Decision(DecisionKind(what), date(2026, 5, 1), "unpaid"), by=None)
    elif what == "died":
        membership.contact.died_on = date(2026, 5, 1)
        membership.contact.save()
    else:
        membership.terms.update(ends_on=date(2026, 3, 1))
    page = client.get(reverse("members:verify_card", args=[card.token]))
    text = page.content.decode()
    assert ("Not valid" in text, "This card is valid" in text) == (True, False)


@time_machine.travel("2026-06-01", tick=False)
def test_unknown_codes_are_tried_some_times_only_and_good_ones_as_often_as_a_gate_needs(client, card):
    cache.clear()
    good = reverse("members:verify_card", args=[card.token])
    for _guest in range(WRONG_CARDS_PER_HOUR + 5):
        assert client.get(good).status_code == 200
    tries = [
        client.get(reverse("members:verify_card", args=[f"guess-{number}"])).status_code
        for number in range(WRONG_CARDS_PER_HOUR + 1)
    ]
    assert tries == [404] * WRONG_CARDS_PER_HOUR + [429]
    assert client.get(good).status_code == 429
    assert client.get(good, REMOTE_ADDR="203.0.113.9").status_code == 200
    cache.clear()


def test_search_engines_keep_out(client, card):
    page = client.get(reverse("members:verify_card", args=[card.token]))
    assert page["X-Robots-Tag"] == "noindex, nofollow"


# --- Who belongs through somebody else ------------------------------------------------------


@pytest.fixture
def child():
    """Sami, who belongs through the household of the Haddads until the end of September."""
    tie = RelationshipFactory(
        type=RelationshipType.objects.get(code="household-member"),
        from_contact__given_name="Sami",
        from_contact__user=UserFactory(),
        to_contact=ContactFactory(kind=ContactKind.HOUSEHOLD, organisation_name="The Haddads"),
        ends_on=date(2026, 9, 30),
    )
    term = TermFactory(membership__contact=tie.to_contact)
    term.tier.confers_to.add(tie.type)
    MemberCardFactory(membership=term.membership)
    return tie.from_contact


def the_childs_card(child) -> ConferredCard:
    [membership] = conferring_memberships(child, on=date(2026, 6, 1))
    return conferred_card(membership, child, on=date(2026, 6, 1))


@pytest.mark.parametrize(("day", "valid"), [(date(2026, 6, 1), True), (date(2026, 10, 1), False)])
def test_a_conferred_card_is_valid_while_the_relationship_lasts(child, day, valid):
    verdict = check_card(the_childs_card(child).token, on=day)
    assert (verdict.first_name, verdict.is_valid) == ("Sami", valid)


@pytest.mark.parametrize("what", ["suspended", "not conferred", "died"])
def test_a_conferred_card_ends_with_what_it_hangs_on(child, what):
    card = the_childs_card(child)
    if what == "suspended":
        decide(card.membership, Decision(DecisionKind.SUSPENDED, date(2026, 5, 1), "unpaid"), by=None)
    elif what == "died":
        child.died_on = date(2026, 5, 1)
        child.save()
    else:
        card.membership.terms.get().tier.confers_to.clear()
    assert not check_card(card.token, on=date(2026, 6, 1)).is_valid


def test_a_conferred_card_signs_until_the_relationship_ends(child):
    day = date(2026, 6, 1)
    card = the_childs_card(child)
    face = conferred_face(card, on=day)
    signed = read_card(signed_address(face, f"https://x.example/card/{card.token}/", on=day))
    assert (signed.first_name, signed.valid_until) == ("Sami", date(2026, 9, 30))


def test_the_card_of_a_child_stays_the_same(child):
    assert the_childs_card(child).token == the_childs_card(child).token
    assert ConferredCard.objects.count() == 1


@time_machine.travel("2026-06-01", tick=False)
def test_the_page_of_a_conferred_card_takes_as_few_queries(client, child, django_assert_max_num_queries):
    address = reverse("members:verify_card", args=[the_childs_card(child).token])
    client.get(address)
    with django_assert_max_num_queries(7):
        assert "Sami" in client.get(address).content.decode()


# --- The card on the telephone --------------------------------------------------------------


@time_machine.travel("2026-06-01", tick=False)
def test_a_member_shows_the_card_and_a_code_that_anybody_can_check(client, card):
    contact = card.membership.contact
    contact.user = UserFactory()
    contact.save()
    client.force_login(contact.user)
    page = client.get(reverse("portal:card_page", args=[card.membership_id]))
    text = page.content.decode()
    assert card.membership.number in text
    assert re.search(r"<svg[^>]*>.*stroke=\"#000\"", text, re.DOTALL)
    assert "no-store" in page["Cache-Control"]
    manifest = client.get(reverse("portal:card_manifest", args=[card.membership_id]))
    assert manifest.json()["start_url"] == reverse("portal:card_page", args=[card.membership_id])


@time_machine.travel("2026-06-01", tick=False)
def test_a_child_has_a_card_too_and_a_stranger_finds_neither(client, child):
    membership = the_childs_card(child).membership
    client.force_login(child.user)
    for name in ("card_page", "card"):
        assert client.get(reverse(f"portal:{name}", args=[membership.pk])).status_code == 200
    assert reverse("portal:card_page", args=[membership.pk]) in client.get(reverse("portal:home")).content.decode()
    client.force_login(ContactFactory(user=UserFactory()).user)
    for name in ("card_page", "card"):
        assert client.get(reverse(f"portal:{name}", args=[membership.pk])).status_code == 404


@time_machine.travel("2027-06-01", tick=False)
def test_a_card_that_is_no_longer_valid_shows_no_code(client, card):
    contact = card.membership.contact
    contact.user = UserFactory()
    contact.save()
    client.force_login(contact.user)
    text = client.get(reverse("portal:card_page", args=[card.membership_id])).content.decode()
    assert ("member-card__code" in text, "Not valid" in text) == (False, True)
