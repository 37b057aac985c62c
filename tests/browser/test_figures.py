"""Who stays? The figures of the membership on the staff's desk."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings

PICTURE = "svg.sanduq-heat"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_manager_asks_who_stays(open_window, server, language, scheme, shoot, tmp_path):
    page = open_window(scheme=scheme, bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/membership/figures/"))
    expect(page.locator("#table-time")).to_be_visible()
    page.select_option("[name=period]", "all")
    page.select_option("[name=cohorts]", "quarter")
    page.locator(".sanduq-numbers__choice button").click()
    page.wait_for_url("**cohorts=quarter**")

    assert "80%" in page.locator(PICTURE).inner_html()
    shoot(page, f"1-{scheme}")
    assert findings(page) == []
    with page.expect_download() as download:
        page.locator("a[href*='table=retention'][href*='csv']").click()
    file = tmp_path / "retention.csv"
    download.value.save_as(file)
    assert "0.8" in file.read_text(encoding="utf-8-sig")


def test_the_table_of_numbers_is_pushed_and_not_the_page(phone, server, language):
    log_in_as_staff(phone, server, role="auditor", language=language)
    phone.goto(server.url("/admin/membership/figures/?period=all"))
    wider = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0


def test_it_stands_under_the_reports(desktop, server, language):
    log_in_as_staff(desktop, server, role="auditor", language=language)
    desktop.goto(server.url("/admin/membership/figures/"))
    expect(desktop.locator(".sidebar a[href$='/admin/membership/figures/']")).to_have_count(1)
