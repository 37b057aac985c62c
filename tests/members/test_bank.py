"""Numbers of banks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.bank import creditor_reference, grouped, is_iban, looks_like_iban

# From the registry of IBANs (ISO 13616) and from ISO 11649.
IBANS = ["JO94CBJO0010000000000131000302", "GB29 NWBK 6016 1331 9268 19", "de89-3704-0044-0532-0130-00"]


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_is_known_however_it_is_written(number):
    assert is_iban(number)


@pytest.mark.parametrize("number", ["", "JO", "JO95CBJO0010000000000131000302", "GB29NWBK60161331926818", "12345"])
def test_what_is_no_iban_is_refused(number):
    assert not is_iban(number)


def test_an_account_number_does_not_look_like_an_iban():
    assert [looks_like_iban(number) for number in ("0131000302", "jo94 CBJO", "J9")] == [False, True, False]


def test_numbers_are_printed_in_groups_of_four():
    assert grouped("jo94cbjo001") == "JO94 CBJO 001"


def test_a_creditor_reference_is_that_of_the_standard():
    assert creditor_reference("539007547034") == "RF18539007547034"


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12), st.integers(0, 15), st.integers(1, 25))
def test_one_wrong_digit_or_letter_in_a_reference_is_always_found(reference, place, shift):
    # A digit for a digit, or a letter for a letter: each letter counts as two digits, and one for the other moves the rest.
    right = creditor_reference(reference)
    place = max(place, 4)
    alike = "0123456789" if right[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = alike[(alike.index(right[place]) + 1 + shift % (len(alike) - 1)) % len(alike)]
    wrong = right[:place] + other + right[place + 1 :]
    assert creditor_reference(wrong[4:]) != wrong
    assert creditor_reference(right[4:]) == right
