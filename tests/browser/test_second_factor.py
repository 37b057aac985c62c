"""A passkey and an authenticator app, from being set up to being asked for."""

import time

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_by_code, press, type_code_from_mail

PERIOD_SECONDS = 30  # of a time-based one-time password: RFC 6238


@pytest.fixture
def passkeys(desktop) -> None:
    """A key of the machine's own that always agrees, so that no finger is needed."""
    session = desktop.context.new_cdp_session(desktop)
    session.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def log_out(page: Page, server, language: str) -> None:
    page.goto(server.url(f"/{language}/account/logout/"))
    press(page)
    page.wait_for_url(lambda url: "logout" not in url)


def test_a_passkey_is_added_and_logs_in_without_anything_typed(desktop, passkeys, server, language, shoot):
    email = f"passkey-{language}@browser.example"
    log_in_by_code(desktop, server, email=email, language=language)
    desktop.goto(server.url(f"/{language}/account/2fa/webauthn/add/"))
    shoot(desktop, "1-add")
    desktop.fill("main [name=name]", "My telephone")
    desktop.check("main [name=passwordless]")
    desktop.click("#mfa_webauthn_add")
    desktop.wait_for_url("**/2fa/recovery-codes/**")
    shoot(desktop, "2-recovery-codes")
    desktop.goto(server.url(f"/{language}/account/2fa/"))
    shoot(desktop, "3-overview")
    assert server.mail_to(email, number=2)
    log_out(desktop, server, language)

    desktop.goto(server.url(f"/{language}/account/login/"))
    shoot(desktop, "4-log-in")
    desktop.click("#passkey_login")

    desktop.wait_for_url(f"**/{language}/me/")


def test_an_authenticator_app_is_set_up_and_then_asked_for(desktop, server, language, shoot):
    email = f"app-{language}@browser.example"
    log_in_by_code(desktop, server, email=email, language=language)
    desktop.goto(server.url(f"/{language}/account/2fa/totp/activate/"))
    expect(desktop.locator("main img")).to_be_visible()
    shoot(desktop, "1-set-up")
    secret = desktop.locator("main #authenticator_secret").input_value()
    desktop.fill("main [name=code]", f"{hotp_value(secret, int(time.time()) // PERIOD_SECONDS) % 10**6:06}")
    press(desktop)
    desktop.wait_for_url("**/2fa/recovery-codes/**")
    codes = desktop.locator("main textarea").input_value().split()
    log_out(desktop, server, language)

    type_code_from_mail(desktop, server, email=email, language=language)

    desktop.wait_for_url("**/2fa/authenticate/**")
    desktop.fill("main [name=code]", "000000")
    desktop.press("main [name=code]", "Enter")
    expect(desktop.locator("main [aria-invalid=true]")).to_be_visible()
    shoot(desktop, "2-wrong-code")
    desktop.fill("main [name=code]", codes[0])
    desktop.press("main [name=code]", "Enter")
    desktop.wait_for_url(f"**/{language}/me/")
