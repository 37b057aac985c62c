"""How the pieces of a list are separated, in each script."""

import pytest
from django.utils import translation

from members.models import Address, Channel, ConsentEvent, Purpose
from members.wording import comma, listed


@pytest.mark.parametrize(("language", "text"), [("en", "a, b"), ("ar", "a، b"), ("fa", "a، b")])
def test_a_list_has_the_comma_of_its_reader(language, text):
    with translation.override(language):
        assert listed(["a", "", "b"]) == text
        assert f"a{comma()}b" == text


def test_an_address_and_an_answer_are_written_as_their_reader_writes():
    address = Address(lines="شارع الزهور 14\nجبل النصر", postcode="11134", city="عمّان", country="JO")
    answer = ConsentEvent(channel=Channel.EMAIL, purpose=Purpose.NEWS)
    with translation.override("ar"):
        assert str(address) == "شارع الزهور 14، جبل النصر، 11134، عمّان، الأردن"
        assert "," not in str(answer)
    with translation.override("en"):
        assert str(answer) == "News and invitations, E-mail"
