"""A signature in a card: nobody else can make one, change one, or move one to another card."""

import base64
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.domain.card_signature import (
    FIRST_DAY,
    LAST_DAY,
    MOST_NAME_BYTES,
    SignedCard,
    key_set,
    keys_in,
    public_keys,
    read_card,
    sign_card,
)
from members.exceptions import ForgedCardError, UnreadableCardError

TOKEN = "0123456789abcdefABCDEF"
CARD = SignedCard("ليلى", issued_on=date(2026, 1, 1), valid_until=date(2026, 12, 31))


def address(fragment: str, token: str = TOKEN) -> str:
    return f"https://sanduq.example/ar/card/{token}/#{fragment}"


days = st.dates(FIRST_DAY, LAST_DAY)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=13), days, days)
def test_a_card_is_read_as_it_was_signed(name, issued_on, valid_until):
    card = SignedCard(name[:10], issued_on=issued_on, valid_until=valid_until)
    assert read_card(address(sign_card(TOKEN, card))) == card


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=20, max_size=80))
def test_a_long_name_is_cut_between_letters(name):
    read = read_card(address(sign_card(TOKEN, SignedCard(name, date(2026, 1, 1), date(2026, 12, 31)))))
    assert name.startswith(read.first_name)
    assert len(name.encode()) - len(read.first_name.encode()) <= max(0, len(name.encode()) - MOST_NAME_BYTES) + 3


@given(st.data())
def test_no_changed_byte_is_believed(data):
    content = bytearray(base64.urlsafe_b64decode(sign_card(TOKEN, CARD) + "=="))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = base64.urlsafe_b64encode(bytes(content)).decode().rstrip("=")
    with pytest.raises((ForgedCardError, UnreadableCardError)):
        read_card(address(changed))


def test_a_signature_does_not_move_to_another_card():
    with pytest.raises(ForgedCardError):
        read_card(address(sign_card(TOKEN, CARD), token="another"))


def test_no_letter_moves_between_the_token_and_what_is_said():
    said = base64.urlsafe_b64decode(sign_card(TOKEN, CARD) + "==")
    for token in (TOKEN[:-1], TOKEN + "x"):
        with pytest.raises(ForgedCardError):
            read_card(address(base64.urlsafe_b64encode(said).decode().rstrip("="), token=token))


@given(st.text(max_size=300))
def test_whatever_else_is_scanned_gets_a_sentence(text):
    for scanned in (text, address(text)):
        with pytest.raises((UnreadableCardError, ForgedCardError)):
            read_card(scanned)


def test_another_sites_card_is_forged(settings):
    theirs = sign_card(TOKEN, CARD)
    settings.SECRET_KEY = "another-secret-of-another-site"
    with pytest.raises(ForgedCardError):
        read_card(address(theirs))


def test_a_card_outlives_a_change_of_the_secret_key_for_as_long_as_the_old_one_is_a_fallback(settings):
    old, printed = settings.SECRET_KEY, sign_card(TOKEN, CARD)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-secret", [old]
    assert read_card(address(printed)) == CARD
    assert len(public_keys()) == 2
    assert read_card(address(sign_card(TOKEN, CARD)), public_keys()[:1]) == CARD


def test_the_published_keys_are_enough_to_read_a_card():
    assert keys_in(key_set()) == public_keys()
    assert read_card(address(sign_card(TOKEN, CARD)), keys_in(key_set())) == CARD


@pytest.mark.parametrize(
    "wrong", [{}, {"keys": []}, {"keys": [{"crv": "P-256", "x": "AA"}]}, {"keys": [{"crv": "Ed25519", "x": "AA"}]}]
)
def test_a_set_without_a_key_is_refused(wrong):
    with pytest.raises(ValueError, match="key"):
        keys_in(wrong)


def test_the_form_on_printed_cards_does_not_change(settings):
    settings.SECRET_KEY = "the secret of a card that was printed in 2026"
    printed = (
        "AWz7JlUJ_AiQ2YTZitmE2YnoI1qt50ylHrpZrkXhngc2jpES5qeVCiVSjXnSM-UKQlYAc1tJ5hGdVRyZs1xZv1nArHOFU7WI4HTUB-ckrL8O"
    )
    assert sign_card(TOKEN, CARD) == printed
    assert read_card(address(printed)) == CARD


def test_a_card_is_valid_up_to_its_last_day():
    assert CARD.is_valid_on(CARD.valid_until)
    assert not CARD.is_valid_on(CARD.valid_until + timedelta(days=1))
