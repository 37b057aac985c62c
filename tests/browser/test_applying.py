"""Applying on a telephone in three steps, and the office that says yes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_as_staff, pay, press, text_of
from tests.browser.test_accessibility import findings


def go_on(page: Page) -> None:
    """To the next step. Below it one may have a link sent instead."""
    page.locator("main form.form button[type=submit]").click()


def test_a_young_woman_applies_in_three_steps_and_pays_once_she_is_welcome(open_window, server, language, shoot):
    phone = open_window(width=390, bypass_csp=True)
    email = f"applies-{language}@browser.example"
    phone.goto(server.url(f"/{language}/pay/join/youth/"))
    found = findings(phone)
    phone.fill("[name=given_name]", "Lina")
    phone.fill("[name=family_name]", f"Saleh {language}")
    phone.fill("[name=email]", email)
    phone.fill("[name=birth_date]", "2007-03-04")
    go_on(phone)
    phone.wait_for_url(re.compile("/questions/"))
    shoot(phone, "1-questions")
    found += findings(phone)

    # Her bus comes: she has the link sent, and goes on from it at home.
    phone.locator(".application-foot button").click()
    link = re.search(r"/\w\w/pay/application/[0-9a-f-]+/", text_of(server.mail_to(email)))[0]
    phone.goto(server.url(link))
    phone.wait_for_url(re.compile("/questions/"))
    phone.fill("[name=question_motive]", "To teach the little ones")
    phone.locator("[name=question_heard_from]").first.check()
    go_on(phone)
    phone.wait_for_url(re.compile("/send/"))
    expect(phone.locator(".facts")).to_contain_text("To teach the little ones")
    shoot(phone, "2-check")
    found += findings(phone)
    go_on(phone)
    phone.wait_for_url(re.compile(r"/application/[0-9a-f-]+/$"))
    shoot(phone, "3-sent")
    found += findings(phone)

    desk = open_window(bypass_csp=True)
    log_in_as_staff(desk, server, role="membership", language=language)
    desk.goto(server.url(f"/admin/snippets/checkout/application/?q={email}"))
    desk.locator("td.title a").click()
    desk.wait_for_url(re.compile(r"/applications/[0-9a-f-]+/"))
    found += findings(desk, within="main")
    shoot(desk, "4-desk")
    desk.locator("button[value=approve]").click()
    expect(desk.locator("button[value=approve]")).to_have_count(0)

    phone.reload()
    phone.locator("main a.button").click()
    phone.wait_for_url(re.compile(r"/pay/[0-9a-f-]+/$"))
    press(phone)
    pay(phone)
    expect(phone.locator("main")).to_contain_text(re.compile(r"20\d\d-\d{4}"))
    shoot(phone, "5-member")
    assert not found, "\n".join(found)
