"""Two want the last place of a shift at the same moment."""

import re

from playwright.sync_api import expect

from tests.browser.steps import on_one_screen

# Both windows press at the same moment by the machine's clock.
PRESS_AT = (
    "moment => setTimeout(() => document.querySelector('main form button[type=submit]').click(), moment - Date.now())"
)


def test_last_place_goes_to_exactly_one_of_two_who_press_at_once(open_window, server, language, shoot):
    first, second = open_window(width=390), open_window(width=1280)
    first.goto(server.url(f"/{language}/volunteer/"))
    on_one_screen(first)
    shoot(first, "1-shifts")
    address = first.locator(f"article:has-text('last-place-{language}') a").get_attribute("href")
    for number, page in enumerate((first, second)):
        page.goto(server.url(address))
        page.fill("[name=given_name]", "Rana")
        page.fill("[name=family_name]", f"Number {number}")
        page.fill("[name=email]", f"last-{language}-{number}@browser.example")
    shoot(first, "2-form")
    moment = first.evaluate("Date.now()") + 700
    for page in (first, second):
        page.evaluate(PRESS_AT, moment)
    for page in (first, second):
        page.wait_for_selector("main :is([role=alert], h1 + .lead)")

    winners = [page for page in (first, second) if re.search("/signed-up/", page.url)]
    losers = [page for page in (first, second) if page not in winners]
    assert (len(winners), len(losers)) == (1, 1)
    (winner,), (loser,) = winners, losers
    expect(loser.locator("[role=alert]")).to_be_visible()
    expect(loser.locator("[name=email]")).to_have_value(re.compile("browser.example"))
    shoot(winner, "3-place-kept")
    shoot(loser, "4-full")
    number = 0 if winner is first else 1
    assert server.mail_to(f"last-{language}-{number}@browser.example")

    loser.click("main form button[type=submit]")
    loser.wait_for_url("**/signed-up/**")
    shoot(loser, "5-waiting")
    winner.click("main form button[type=submit]")
    loser.reload()
    shoot(loser, "6-moved-up")
    assert server.mail_to(f"last-{language}-{1 - number}@browser.example", number=2)
