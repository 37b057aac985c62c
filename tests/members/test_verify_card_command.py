"""`manage.py verify_card`, as somebody at a gate uses it."""

import json
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from members.domain.card_signature import SignedCard, key_set, sign_card

CARD = SignedCard("Layla", issued_on=date(2026, 1, 1), valid_until=date(2026, 12, 31))
ADDRESS = f"https://sanduq.example/card/token/#{sign_card('token', CARD)}"


@time_machine.travel("2026-12-31 12:00", tick=False)
def test_a_valid_card_is_told_with_its_first_name_and_last_day(capsys):
    call_command("verify_card", ADDRESS)
    assert capsys.readouterr().out == "Layla, valid until 2026-12-31, made on 2026-01-01\n"


@time_machine.travel("2027-01-01 12:00", tick=False)
def test_one_that_has_run_out_fails():
    with pytest.raises(CommandError, match="Not valid today"):
        call_command("verify_card", ADDRESS)


def test_a_forged_one_fails_with_a_sentence():
    with pytest.raises(CommandError, match="not signed by us"):
        call_command("verify_card", ADDRESS.replace("/token/", "/other/"))


@time_machine.travel("2026-12-31 12:00", tick=False)
def test_a_saved_set_of_keys_is_enough(tmp_path, settings, capsys):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(key_set()))
    settings.SECRET_KEY = "the checker knows no secret"
    call_command("verify_card", ADDRESS, keys=file)
    assert capsys.readouterr().out.startswith("Layla")


@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_a_file_without_keys_is_named(tmp_path, content):
    file = tmp_path / "keys.json"
    file.write_text(content)
    with pytest.raises(CommandError, match=r"keys\.json cannot be read"):
        call_command("verify_card", ADDRESS, keys=file)
