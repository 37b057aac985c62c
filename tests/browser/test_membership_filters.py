"""A colleague filters the contacts by where their memberships stand, and opens one to see what can be done."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings

ALL = "membership_status=current&membership_paid_from=2026-01-01"


def test_contacts_are_filtered_by_status_and_a_membership_says_what_can_be_done(open_window, server, language, shoot):
    page = open_window(bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/contacts/?reset=1"))
    page.locator("button:has(svg.icon-sliders)").first.click()
    page.locator("button[aria-controls='drilldown-id_membership_status']").click()
    shoot(page, "1-choose")
    page.locator("label:has(input[name=membership_status][value=current])").click()
    page.wait_for_url(re.compile("membership_status=current"))
    expect(page.locator(".w-active-filters .w-pill")).to_have_count(1)
    page.goto(server.url(f"/admin/contacts/?{ALL}"))
    expect(page.locator(".w-active-filters .w-pill")).to_have_count(2)
    shoot(page, "2-filtered")
    # Wagtail's own button for the filters counts them beside its name.
    found = findings(page, within="#listing-results")
    page.goto(server.url("/admin/contacts/?membership_paid_from=2026-02-01&membership_paid_to=2026-01-01"))
    shoot(page, "3-refused")
    page.goto(server.url("/admin/snippets/members/membership/?membership_status=current"))
    page.locator("main td.title a").first.click()
    page.wait_for_url(re.compile(r"/membership/\d+/"))
    expect(page.locator("main .sanduq-buttons .button").first).to_be_visible()
    shoot(page, "4-membership")
    found += findings(page, within="main")
    # The next colleague with this log-in finds the lists as they were.
    for path in ("/admin/contacts/?reset=1", "/admin/snippets/members/membership/?reset=1"):
        page.goto(server.url(path))
    assert not found, "\n".join(found)
