"""Somebody is on record twice: found, merged line by line, and made two again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_as_staff

# The same woman, written down at two desks.
NAMES = {
    "ar": (("مؤمنة", "البرغوثي"), ("مومنه", "البرغوثى"), "الزبرجد"),
    "en": (("Mohanna", "Khateeb"), ("Muhanna", "Al-Khatib"), "Zumurrud"),
}


@pytest.fixture
def desk(desktop, server, language) -> Page:
    log_in_as_staff(desktop, server, role="membership", language=language)
    return desktop


def add_contact(page: Page, server, name: tuple[str, str], *, email: str, phone: str = "") -> None:
    page.goto(server.url("/admin/contacts/add/"))
    page.fill("[name=given_name]", name[0])
    page.fill("[name=family_name]", name[1])
    page.click("#id_emails-ADD")
    page.fill("[name=emails-0-address]", email)
    if phone:
        page.click("#id_phones-ADD")
        page.fill("[name=phones-0-number]", phone)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_load_state()


def note(page: Page, server, *, email: str, subject: str) -> None:
    open_contact(page, server, email)
    page.locator("a[href$='/note/']").click()
    page.fill("[name=subject]", subject)
    page.keyboard.press("Escape")
    page.locator(".sanduq-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/inspect/\d+/"))


def open_contact(page: Page, server, text: str) -> None:
    page.goto(server.url(f"/admin/contacts/?q={text}"))
    page.locator("table.listing tbody a").first.click()
    page.wait_for_url(re.compile(r"/inspect/\d+/"))


def test_two_like_contacts_are_found_merged_and_made_two_again(desk, server, language, shoot):
    first, second, _other = NAMES[language]
    phone = "+96279555010" + ("1" if language == "ar" else "2")
    for number, name in enumerate((first, second)):
        email = f"twice{number}-{language}@browser.example"
        add_contact(desk, server, name, email=email, phone=phone)
        if desk.locator("[name=emails-0-address]").count():  # somebody like that is known: it is meant so
            desk.locator("form button[type=submit]").last.click()
            desk.wait_for_load_state()
        note(desk, server, email=email, subject=f"Desk {number} {language}")

    desk.goto(server.url("/admin/duplicates/"))
    desk.locator("form[action$='/duplicates/search/'] button").click()
    pair = desk.locator(".sanduq-pair", has_text=second[1])
    expect(pair).to_be_visible(timeout=60_000)
    shoot(desk, "1-found")
    pair.locator("a.button").click()
    shoot(desk, "2-side-by-side")
    desk.check("[name=given_name][value=merged]")
    desk.click("button[name=preview]")
    shoot(desk, "3-preview")
    expect(desk.locator("main h2").first).to_have_text(f"{second[0]} {first[1]}")
    desk.click("button[name=merge]")

    desk.wait_for_url(re.compile(r"/inspect/\d+/"))
    for number in range(2):
        expect(desk.locator("main")).to_contain_text(f"twice{number}-{language}@browser.example")
        expect(desk.locator("main")).to_contain_text(f"Desk {number} {language}")
    shoot(desk, "4-one-person")

    desk.goto(server.url("/admin/merges/"))
    shoot(desk, "5-merges")
    desk.locator("main table tr", has_text=" ".join(second)).locator("a.button").click()
    shoot(desk, "6-undo")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator(".messages .success")).to_be_visible()
    for number, name in enumerate((first, second)):
        open_contact(desk, server, f"twice{number}-{language}@browser.example")
        expect(desk.locator("main")).to_contain_text(" ".join(name))
        expect(desk.locator("main")).to_contain_text(f"Desk {number} {language}")
        expect(desk.locator("main")).not_to_contain_text(f"Desk {1 - number} {language}")


def test_two_people_who_only_share_much_are_told_apart(desk, server, language, shoot):
    first, _second, family = NAMES[language]
    email = f"apart-{language}@browser.example"
    for _number in range(2):
        add_contact(desk, server, (first[0], family), email=email)
        if desk.locator("[name=emails-0-address]").count():
            desk.locator("form button[type=submit]").last.click()
            desk.wait_for_load_state()
    open_contact(desk, server, email)
    desk.goto(server.url(f"/admin/merge/{re.search(r'/inspect/([0-9]+)/', desk.url)[1]}/"))
    desk.fill("[name=q]", family)
    desk.locator("main form button[type=submit]").click()
    shoot(desk, "1-choose")
    desk.locator(".sanduq-choices a").first.click()
    expect(desk.locator(".sanduq-reasons li")).to_have_count(2)
    desk.locator("form[action$='/apart/'] button").click()
    expect(desk.locator(".messages .success")).to_be_visible()
    expect(desk.locator(".sanduq-pair", has_text=family)).to_have_count(0)
