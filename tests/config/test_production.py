"""What the production settings refuse, tried in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a-long-secret-that-nobody-knows-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "sanduq.example",
    "BASE_URL": "https://sanduq.example",
    "PAYMENT_GATEWAYS": "stripe",
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


def check(**changes):
    environment = {name: value for name, value in {**os.environ, **GOOD, **changes}.items() if value is not None}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_good_settings_pass_every_check():
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"PAYMENT_GATEWAYS": "sandbox"}, "play money", id="test gateway"),
        pytest.param({"PAYMENT_GATEWAYS": "stripe,sandbox"}, "play money", id="test gateway beside a real one"),
        pytest.param({"PAYMENT_GATEWAYS": "cash"}, "offers no way to pay", id="no gateway on the site"),
        pytest.param({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is empty", id="no key of Stripe's"),
        pytest.param({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is empty", id="no secret of the webhook"),
        pytest.param({"SECRET_KEY": None}, "SECRET_KEY", id="no secret"),
        pytest.param({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS", id="no host"),
    ],
)
def test_a_dangerous_setting_stops_the_start_and_is_named(changes, sentence):
    done = check(**changes)
    assert done.returncode != 0
    assert sentence in done.stderr
