"""The member directory from all sides: opted into, found by another member, hidden by the office, and left."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_as_staff, log_in_by_code, on_one_screen
from tests.browser.test_accessibility import findings

CARD = "article.person"


@pytest.fixture
def found(open_window, server, language) -> Page:
    """Whoever will be in the directory, on a telephone."""
    page = open_window(width=390, bypass_csp=True)
    log_in_by_code(page, server, email=f"dalia-{language}@browser.example", language=language)
    return page


@pytest.fixture
def looks(open_window, server, language) -> Page:
    """Another member."""
    page = open_window(bypass_csp=True)
    log_in_by_code(page, server, email=f"samir-{language}@browser.example", language=language)
    return page


def a_picture() -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(content, "PNG")
    return content.getvalue()


def look_for(page: Page, server, language: str, *, where: str) -> None:
    """Search the directory at `where` for the one who may be in it, spelt in small letters."""
    page.goto(server.url(f"/{language}/{where}"))
    page.fill("[name=q]", f"gefunden{language} dal")
    page.locator("form[role=search] button").click()
    page.wait_for_url("**q=*")


def test_somebody_opts_in_is_found_opts_out_and_is_gone(found, looks, open_window, server, language, shoot):
    email = f"dalia-{language}@browser.example"
    visitor = open_window(width=390, scheme="dark", bypass_csp=True)
    look_for(looks, server, language, where="me/directory/")
    expect(looks.locator(CARD)).to_have_count(0)
    shoot(looks, "1-nobody")
    axe = findings(looks)

    entry = server.url(f"/{language}/me/directory/entry/")
    found.goto(server.url(f"/{language}/me/"))
    found.click("a[href$='/me/directory/entry/']")
    expect(found.locator(CARD)).to_have_count(0)
    on_one_screen(found)
    shoot(found, "2-nothing-shared")
    axe += findings(found)
    found.set_input_files("[name=photo]", {"name": "me.png", "mimeType": "image/png", "buffer": a_picture()})
    found.locator("form[enctype] button").click()
    expect(found.locator("#photo ~ img")).to_be_visible()
    found.fill("[name=about]", "Baker")
    found.fill("[name=city]", "Irbid")
    found.fill("[name=website]", "www.dalia.example/bread")
    for name in ("name", "about", "email"):
        found.select_option(f"[name={name}_audience]", "everyone")
    for name in ("photo", "city", "phone", "website"):
        found.select_option(f"[name={name}_audience]", "members")
    found.click("button[name=preview]")
    expect(found.locator(CARD)).to_have_count(2)
    expect(found.locator(CARD).first).to_contain_text("Irbid")
    expect(found.locator(CARD).last).not_to_contain_text("Irbid")
    on_one_screen(found)
    shoot(found, "3-preview")
    axe += findings(found)
    look_for(looks, server, language, where="me/directory/")
    expect(looks.locator(CARD)).to_have_count(0)
    found.locator("form.form:has([name=shown_name]) button:not([name])").click()
    found.wait_for_url(entry)
    expect(found.locator(".notice").first).to_be_visible()
    shoot(found, "4-saved")

    looks.reload()
    expect(looks.locator(CARD)).to_have_count(1)
    expect(looks.locator(CARD)).to_contain_text(email)
    expect(looks.locator(f"{CARD} img")).to_be_visible()
    shoot(looks, "5-found")
    axe += findings(looks)
    looks.goto(server.url(f"/{language}/me/directory/"))
    on_one_screen(looks)
    shoot(looks, "6-all")
    look_for(visitor, server, language, where="directory/")
    expect(visitor.locator(CARD)).to_have_count(1)
    expect(visitor.locator(CARD)).not_to_contain_text("Irbid")
    assert email not in visitor.content()
    on_one_screen(visitor)
    shoot(visitor, "7-public")
    axe += findings(visitor)
    visitor.locator(f"{CARD} button").click()
    expect(visitor.locator("main")).to_contain_text(email)
    assert "797654321" not in visitor.content().replace(" ", "")
    shoot(visitor, "8-reach")
    axe += findings(visitor)

    found.locator("form[action$='/leave/'] button").click()
    found.wait_for_url(re.compile(rf"/{language}/me/$"))
    for page, where in ((looks, "me/directory/"), (visitor, "directory/")):
        look_for(page, server, language, where=where)
        expect(page.locator(CARD)).to_have_count(0)
    found.goto(entry)
    expect(found.locator("[name=about]")).to_have_value("")
    assert not axe, "\n".join(axe)


def test_the_office_hides_an_entry_and_shows_it_again(desktop, looks, server, language, shoot):
    # Each language hides somebody of its own.
    name, listed = {"ar": ("الخطيب", "أحمد الخطيب"), "en": ("weber", "Hannah Weber")}[language]
    log_in_as_staff(desktop, server, role="membership", language=language)
    desktop.goto(server.url(f"/admin/snippets/members/directoryentry/?q={name}"))
    shoot(desktop, "1-list")
    desktop.locator("table.listing tbody a", has_text=listed).click()
    expect(desktop.locator("#section-entry")).to_be_visible()
    shoot(desktop, "2-entry")
    desktop.click("a[href$='/hide/']")
    desktop.fill("[name=reason]", "Sold things")
    shoot(desktop, "3-hide")
    desktop.locator(".sanduq-form button[type=submit]").click()
    expect(desktop.locator("main")).to_contain_text("Sold things")
    shoot(desktop, "4-hidden")
    directory = server.url(f"/{language}/me/directory/?q={name}")
    looks.goto(directory)
    expect(looks.locator(CARD)).to_have_count(0)
    desktop.locator("form[action$='/show/'] button").click()
    expect(desktop.locator("a[href$='/hide/']")).to_be_visible()
    looks.goto(directory)
    expect(looks.locator(CARD)).to_have_count(1)


def test_whoever_is_no_member_is_told(open_window, server, guard, language, shoot):
    guard.expect(403)
    page = open_window(width=390, bypass_csp=True)
    log_in_by_code(page, server, email=f"passkey-{language}@browser.example", language=language)
    page.goto(server.url(f"/{language}/me/directory/"))
    expect(page.locator("main a[href$='/directory/']").first).to_be_visible()
    shoot(page, "1-closed")
    assert not findings(page)
