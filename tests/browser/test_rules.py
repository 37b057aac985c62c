"""A treasurer raises a fee and shortens the grace: first she sees whom that concerns."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings

TIER = "/admin/snippets/members/tier/edit/2/"


def test_a_change_of_rules_is_shown_before_it_is_made(open_window, server, language, shoot):
    page = open_window(bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url(TIER))
    price = page.locator("[name=price_0]")
    before = price.input_value()
    price.fill("27.5")
    save = page.locator("#w-editor-form footer button[type=submit]").first
    save.click()
    effects = page.locator(".sanduq-effects tbody tr")
    expect(effects).to_have_count(1)
    expect(effects).to_contain_text(re.compile("27[.٫]5"))
    shoot(page, "1-preview")
    assert findings(page, within="main") == []
    # She thinks better of it.
    page.goto(server.url(TIER))
    assert page.locator("[name=price_0]").input_value() == before
