"""The office's day with its people: written down once, noted, related, tagged together."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_as_staff

NAMES = {"ar": ("رنا", "الزعبي"), "en": ("Rana", "Alzoubi")}


@pytest.fixture
def office(desktop, server, language) -> Page:
    log_in_as_staff(desktop, server, role="membership", language=language)
    return desktop


def write_down(page: Page, server, *, given_name: str, family_name: str, email: str) -> None:
    """Fill in the form for a new contact, and save."""
    page.goto(server.url("/admin/contacts/add/"))
    page.fill("[name=given_name]", given_name)
    page.fill("[name=family_name]", family_name)
    page.click("#id_emails-ADD")
    page.fill("[name=emails-0-address]", email)
    page.locator("form button[type=submit]").last.click()


def open_contact(page: Page, server, text: str) -> None:
    page.goto(server.url(f"/admin/contacts/?q={text}"))
    page.locator("table.listing tbody a").first.click()
    page.wait_for_url(re.compile(r"/admin/contacts/inspect/\d+/"))


def test_somebody_known_already_is_shown_before_they_are_written_down_twice(office, server, language, shoot):
    given, family = NAMES[language]
    email = f"rana-{language}@browser.example"
    write_down(office, server, given_name=given, family_name=family, email=email)
    office.wait_for_url(re.compile(r"/admin/contacts/(\?.*)?$"))
    write_down(office, server, given_name=given, family_name=family, email=email)

    expect(office.locator("body")).to_contain_text(email)
    shoot(office, "1-known-already")
    link = office.locator("main a[href*='/contacts/inspect/']")
    expect(link.first).to_be_visible()


def test_what_happened_is_noted_and_followed_up(office, server, language, shoot):
    open_contact(office, server, "person1@people.example")
    office.locator("a[href$='/note/']").click()
    office.select_option("[name=kind]", "call")
    office.fill("[name=subject]", f"Rang about the summer camp ({language})")
    office.fill("[name=follow_up_on]", "2026-12-01")
    # The calendar lies upon the button until one looks elsewhere, and may open late.
    expect(office.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    office.click("[name=subject]")
    expect(office.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
    shoot(office, "1-note")
    office.locator(".sanduq-form button[type=submit]").click()
    office.wait_for_url(re.compile(r"/inspect/\d+/"))
    expect(office.locator(".sanduq-timeline")).to_contain_text(f"summer camp ({language})")
    shoot(office, "2-person")

    office.goto(server.url("/admin/follow-ups/"))
    office.click("button[name=make]")
    expect(office.locator(".sanduq-secret")).to_contain_text(".ics")
    shoot(office, "3-follow-ups")
    office.locator(".sanduq-follow-ups li", has_text=f"({language})").locator("button").click()
    expect(office.locator(".sanduq-follow-ups li", has_text=f"({language})")).to_have_count(0)


def test_two_people_are_related(office, server, language, shoot):
    open_contact(office, server, "person2@people.example")
    name = office.locator(".sanduq-person__card h2").inner_text()
    office.locator("a[href$='/relate/']").click()
    office.fill("[name=q]", "person3@people")
    office.keyboard.press("Enter")
    office.wait_for_url("**q=person3**")
    shoot(office, "1-choose")
    office.locator(".sanduq-choices a").first.click()
    office.select_option("[name=kind]", label={"ar": "متزوّج/ة من", "en": "is married to"}[language])
    shoot(office, "2-how")
    office.locator(".sanduq-form button[type=submit]").click()
    office.wait_for_url(re.compile(r"/inspect/\d+/"))
    office.locator("[aria-labelledby=section-relationships] li a").first.click()
    expect(office.locator("[aria-labelledby=section-relationships]")).to_contain_text(name)


def test_many_are_tagged_together_and_it_is_undone(office, server, language, shoot):
    office.goto(server.url("/admin/contacts/?ordering=search_name"))
    shoot(office, "1-list")
    for box in office.locator("[data-bulk-action-checkbox]").all()[:3]:
        box.check()
    office.locator("a[href*='/bulk/members/contact/tag/']").click()
    office.fill("[name=new_tag]", f"Camp {language}")
    shoot(office, "2-preview")
    office.locator(".sanduq-form button[type=submit]").click()
    office.wait_for_url(re.compile(r"/admin/bulk-runs/\d+/"))
    expect(office.locator("button[name=undo]")).to_be_visible()
    shoot(office, "3-done")
    office.click("button[name=undo]")
    expect(office.locator("button[name=undo]")).to_have_count(0)


def test_a_list_shows_the_columns_that_were_chosen(office, server, language, shoot):
    office.goto(server.url("/admin/contacts/?views=1"))
    office.locator("[name=shown][value=kind]").check()
    office.fill("[name=name]", f"With kinds {language}")
    shoot(office, "1-views")
    office.click("button[name=columns]")
    office.wait_for_url(re.compile(r"/admin/contacts/(\?.*)?$"))
    expect(office.locator("table.listing thead th")).to_have_count(6)
    office.goto(server.url("/admin/contacts/?reset=1"))
    expect(office.locator("table.listing thead th")).to_have_count(5)


def test_an_answer_to_a_question_of_the_nonprofits_own_stays_with_the_contact(desktop, server, language, shoot):
    log_in_as_staff(desktop, server, role="administrator", language=language)
    code = f"diet_{language}"
    desktop.goto(server.url("/admin/snippets/members/customfield/add/"))
    for place in range(2):
        desktop.fill(f"[name=label_{place}]", "الحمية" if language == "ar" else "Diet")
    desktop.fill("[name=code]", code)
    desktop.locator("form button[type=submit]").last.click()
    desktop.wait_for_url(re.compile(r"/customfield/(\?.*)?$"))

    given, family = ("سلمى", "النجار") if language == "ar" else ("Salma", "Najjar")
    desktop.goto(server.url("/admin/contacts/add/"))
    desktop.fill("[name=given_name]", given)
    desktop.fill("[name=family_name]", family)
    desktop.fill(f"[name=custom_{code}]", "نباتية" if language == "ar" else "Vegetarian")
    shoot(desktop, "1-own-question")
    desktop.locator("form button[type=submit]").last.click()
    desktop.wait_for_url(re.compile(r"/admin/contacts/(\?.*)?$"))

    open_contact(desktop, server, f"{given} {family}")
    expect(desktop.locator("main")).to_contain_text("نباتية" if language == "ar" else "Vegetarian")
