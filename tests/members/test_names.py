import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.names import clean_line, normalise_name, western_digits


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("احمد", "أحمد"),
        ("فاطمه", "فاطمة"),
        ("مصطفي", "مصطفى"),
        ("محمــــد", "محمد"),
        ("مُحَمَّد", "محمد"),
        ("کریمی", "كريمي"),
        ("مسؤول", "مسوول"),
        ("HADDAD", "Haddad"),
        ("O'Neill", "O Neill"),
        ("José", "jose"),
        ("شقة ٤٢", "شقه 42"),
        ("۱۲۳", "123"),
    ],
)
def test_spellings_that_people_mean_alike_are_compared_alike(typed, stored):
    assert normalise_name(typed) == normalise_name(stored)


def test_different_names_stay_different():
    assert normalise_name("حسن") != normalise_name("حسين")


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text):
    once = normalise_name(text)
    assert normalise_name(once) == once


def test_clean_line_strips_what_turns_or_hides_text_and_keeps_emoji_and_zwnj():
    assert clean_line("  \u202eليلى\u202c\u2066 \x00🌸\n می\u200cشود ") == "ليلى 🌸 می\u200cشود"


def test_digits_of_both_kinds_become_western():
    assert western_digits("٠٧٩-۱۲۳") == "079-123"
