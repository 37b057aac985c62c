"""A household that is a member: its head invites by link, whoever is invited belongs, and somebody goes again."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_by_code, on_one_screen, press, text_of
from tests.browser.test_accessibility import findings

INVITATION = re.compile(r"http\S+/me/invitation/[0-9a-f-]{36}/")
NAMES = {"ar": ("رنا", "كريم"), "en": ("Rana", "Karim")}


def test_the_head_invites_two_until_the_seats_are_taken_and_one_goes(open_window, server, language, shoot):
    head = open_window(width=390, bypass_csp=True)
    log_in_by_code(head, server, email=f"head-{language}@browser.example", language=language)
    shoot(head, "1-my-area")
    found = findings(head)
    head.click("a[href*='/me/seats/']")
    seats = head.url
    for number, name in enumerate(NAMES[language]):
        head.goto(seats)
        on_one_screen(head)
        head.fill("[name=email]", f"guest{number}-{language}@browser.example")
        head.locator("[name=kind]").last.check()
        press(head)
        expect(head.locator("main .rows").last).to_contain_text(f"guest{number}-{language}@browser.example")
        shoot(head, f"2-invited-{number}")
        found += findings(head)
        letter = server.mail_to(f"guest{number}-{language}@browser.example")
        guest = open_window(width=390, scheme="dark", bypass_csp=True)
        guest.goto(INVITATION.search(text_of(letter))[0])
        on_one_screen(guest)
        shoot(guest, f"3-invitation-{number}")
        found += findings(guest)
        guest.fill("[name=given_name]", name)
        guest.fill("[name=family_name]", f"Gast{language}")
        press(guest)
        expect(guest.locator("main .notice")).to_be_visible()
        shoot(guest, f"4-belongs-{number}")
    head.goto(seats)
    expect(head.locator("main .rows li")).to_have_count(3)
    expect(head.locator("[name=email]")).to_have_count(0)
    expect(head.locator("main .notice")).to_be_visible()
    shoot(head, "5-all-taken")
    found += findings(head)

    head.locator("main .rows li", has_text=NAMES[language][0]).locator("button").click()
    expect(head.locator("main .rows li")).to_have_count(2)
    expect(head.locator("[name=email]")).to_be_visible()
    shoot(head, "6-one-gone")
    assert not found, "\n".join(found)
