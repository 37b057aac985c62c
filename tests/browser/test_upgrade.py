"""A member moves to a dearer tier half-way through the year: what is not used yet counts."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.steps import log_in_by_code, on_one_screen, pay, press
from tests.browser.test_accessibility import findings

TIERS = {"ar": "عضو عامل", "en": "Full member"}


def test_what_is_unused_is_taken_off_and_the_rest_paid(open_window, server, language, shoot):
    phone = open_window(width=390, bypass_csp=True)
    log_in_by_code(phone, server, email=f"upgrades-{language}@browser.example", language=language)
    phone.click("a[href*='/pay/change/']")
    on_one_screen(phone)
    found = findings(phone)
    choice = phone.locator("main label", has_text=TIERS[language])
    choice.click()
    shoot(phone, "1-choose")
    words = choice.inner_text()
    # Half of the ten dinars is left of the year, give or take two days; it is taken off the 25 of the new tier.
    due, fee, unused = (Decimal(amount) for amount in re.findall(r"\d+(?:\.\d+)?", words))
    assert (fee, unused.quantize(Decimal("0.1")), due) == (25, Decimal("5.0"), fee - unused)
    press(phone)
    pay(phone)
    expect(phone.locator("main table")).to_contain_text(TIERS[language])
    shoot(phone, "2-paid")
    found += findings(phone)
    assert str(due) in phone.locator("main table").inner_text()
    phone.goto(server.url(f"/{language}/me/"))
    expect(phone.locator("main")).to_contain_text(TIERS[language])
    expect(phone.locator(".badge--current")).to_be_visible()
    shoot(phone, "3-my-area")
    phone.click("a[href*='/me/cards/']")
    expect(phone.locator("main")).to_contain_text(TIERS[language])
    assert not found, "\n".join(found)
