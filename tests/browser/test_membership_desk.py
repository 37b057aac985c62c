"""A fee is brought to the desk in cash, and the member is renewed with a receipt."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings


def test_a_fee_in_cash_renews_a_member_and_a_second_one_is_too_early(open_window, server, language, shoot):
    page = open_window(bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url(f"/admin/contacts/?q=desk-{language}@browser.example"))
    page.locator("main td.title a").first.click()
    page.wait_for_url(re.compile(r"/inspect/\d+/"))
    page.locator("main a[href*='/admin/membership/']").first.click()
    page.locator("main .sanduq-buttons a[href*='/desk/']").first.click()
    page.wait_for_url("**/desk/**")
    shoot(page, "1-choose")
    found = findings(page, within="main")
    page.locator("main a[href*='/renew/']").first.click()
    page.wait_for_url("**/renew/**")
    expect(page.locator("[name=amount]")).to_have_value("25")
    shoot(page, "2-enter")
    found += findings(page, within="main")
    page.locator("form[method=post] button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/membership/\d+/"))
    expect(page.locator("main table").first.locator("tbody tr")).to_have_count(2)
    shoot(page, "3-renewed")
    found += findings(page, within="main")
    letter = server.mail_to(f"desk-{language}@browser.example")
    assert any(part.get_filename("").startswith("receipt") for part in letter.iter_attachments())
    page.locator("main .sanduq-buttons a[href*='/desk/']").first.click()
    page.wait_for_url("**/desk/**")
    expect(page.locator("main .help-warning")).to_be_visible()
    shoot(page, "4-too-early")
    assert not found, "\n".join(found)
