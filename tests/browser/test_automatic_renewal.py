"""A visitor joins, lets the card renew the membership, sees what is to come, and stops it: from the letter or in their area."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import fill_payer, log_in_by_code, on_one_screen, pay, press, text_of
from tests.browser.test_accessibility import findings

DIGITS = "4242"


def join_with_the_box(page: Page, server, *, email: str, language: str) -> None:
    page.goto(server.url(f"/{language}/pay/join/member/"))
    fill_payer(page, email=email, given_name="Noor", family_name="Zaid")
    box = page.locator("[name=renews_automatically]")
    expect(box).not_to_be_checked()
    box.check()


def test_member_joins_with_the_box_sees_it_and_stops_it(phone, server, language, shoot):
    email = f"automatic-{language}@browser.example"
    join_with_the_box(phone, server, email=email, language=language)
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    shoot(phone, "1-form")
    press(phone)
    pay(phone)
    # The receipt, and what was agreed to in writing.
    server.mail_to(email, number=2)
    log_in_by_code(phone, server, email=email, language=language)
    expect(phone.locator("main")).to_contain_text(DIGITS)
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    shoot(phone, "2-my-area")

    phone.click("main a[href*='/pay/automatic/']")
    phone.wait_for_url("**/pay/automatic/**")
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    shoot(phone, "3-state")
    phone.click("form[action$='/stop/'] button")
    phone.wait_for_load_state("load")
    expect(phone.locator("[name=agrees]")).not_to_be_checked()
    expect(phone.locator("main")).not_to_contain_text(DIGITS)
    shoot(phone, "4-stopped")

    phone.check("[name=agrees]")
    press(phone)
    phone.wait_for_url("**/sandbox/card/**")
    assert findings(phone, within="main") == []
    phone.click("button[value=succeed]")
    phone.wait_for_url("**/pay/automatic/given/**")
    expect(phone.locator("main .notice")).to_be_visible()
    expect(phone.locator("main")).to_contain_text(DIGITS)
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    shoot(phone, "5-again")


def test_member_stops_it_from_the_letter_without_logging_in(phone, server, language, shoot):
    email = f"stops-{language}@browser.example"
    join_with_the_box(phone, server, email=email, language=language)
    press(phone)
    pay(phone)
    letters = [server.mail_to(email, number=number) for number in (1, 2)]
    [link] = {
        found[0] for letter in letters if (found := re.findall(r"http\S+/pay/automatic/stop/\S+/", text_of(letter)))
    }
    phone.context.clear_cookies()
    phone.goto(link)
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    expect(phone.locator("main")).not_to_contain_text(email)
    shoot(phone, "1-asked")
    press(phone)
    expect(phone.locator("main [role=status]")).to_be_visible()
    on_one_screen(phone)
    assert findings(phone, within="main") == []
    shoot(phone, "2-stopped")
    server.mail_to(email, number=3)
