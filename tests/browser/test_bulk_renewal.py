"""An office renews many at once: first it sees for whom what would come of it, then it is done, then taken back."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings

LIST = "/admin/snippets/members/membership/"


def test_many_are_renewed_by_the_rules_and_it_is_taken_back(open_window, server, language, shoot):
    page = open_window(bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url(f"{LIST}?q=Chor{language}"))
    boxes = page.locator("[data-bulk-action-checkbox]")
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        box.check()
    page.locator("a[href*='/bulk/members/membership/renew/']").click()
    page.wait_for_url("**/membership/renew/**")
    shoot(page, "1-ask")
    found = findings(page, within="main")
    page.check("[name=way][value=free]")
    page.fill("[name=reason]", "Jubilee")
    page.locator(".sanduq-form button[type=submit]").first.click()
    rows = page.locator(".sanduq-form table tbody tr")
    expect(rows).to_have_count(3)
    # Whoever is refused stands before the others.
    expect(rows.first).to_contain_text("Spaeth")
    shoot(page, "2-preview")
    found += findings(page, within="main")
    page.click("button[name=go]")
    page.wait_for_url(re.compile(r"/admin/bulk-runs/\d+/"))
    expect(page.locator("button[name=undo]")).to_be_visible(timeout=60_000)
    expect(page.locator("[aria-labelledby=refused] tbody tr")).to_have_count(1)
    shoot(page, "3-done")
    found += findings(page, within="main")
    page.click("button[name=undo]")
    expect(page.locator("button[name=undo]")).to_have_count(0)
    page.goto(server.url(f"{LIST}?reset=1"))
    assert not found, "\n".join(found)
