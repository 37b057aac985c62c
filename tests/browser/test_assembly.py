"""A general assembly from its announcement to the door: made, previewed, frozen, and somebody comes in with a card."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff
from tests.browser.test_accessibility import findings

LOOK_UP = ".sanduq-scan button[type=submit]"


def verdict(page, code):
    shown = page.locator(f"[data-verdict={code}]")
    expect(shown).to_be_visible()
    return shown


def scan(page, text):
    """As a hand scanner does: types into the field that waits for it, and presses Enter."""
    field = page.locator("[data-scan]")
    expect(field).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/?**")


def make_assembly(page, server, language):
    page.goto(server.url("/admin/snippets/members/assembly/add/"))
    for number in (0, 1):
        page.fill(f"[name=title_{number}]", f"Assembly {language}")
    today = timezone.localdate().isoformat()
    page.fill("[name=starts_at]", f"{today} 18:00")
    page.fill("[name=record_day]", today)
    page.keyboard.press("Escape")
    page.fill("[name=minimum_age]", "0")
    page.check("[name=quorum_kind][value=number]")
    page.fill("[name=quorum_value]", "1")
    page.fill("[name=proxies_per_holder]", "1")
    page.locator(
        "main form[method=POST] button[type=submit], form[method=POST] .footer button[type=submit]"
    ).last.click()
    page.wait_for_url(re.compile(r"/admin/assemblies/\d+/$"))


def test_from_making_it_to_coming_in_with_a_card(open_window, server, language, shoot):
    page = open_window(bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    make_assembly(page, server, language)
    found = findings(page, within="main")

    page.click("a[href$='/preview/']")
    page.fill("[name=q]", f"salwa anwesend{language}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview/?**q=salwa**")
    expect(page.locator("main tbody tr:has(td.title)")).to_have_count(1)
    shoot(page, "1-preview")
    found += findings(page, within="main")
    page.go_back()
    page.go_back()

    page.click("a[href$='/freeze/']")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/admin/assemblies/\d+/$"))
    expect(page.locator(".sanduq-fingerprint")).to_have_text(re.compile(r"^([0-9a-f]{8} ?){8}$"))
    shoot(page, "2-frozen")
    found += findings(page, within="main")
    page.locator("a[href$='/voters/']").last.click()
    expect(page.locator("main")).to_contain_text(f"Salwa Anwesend{language}")

    page.click("a[href$='/desk/']")
    card = server.url(f"/{language}/card/at-the-door-{language}/")
    scan(page, card)
    expect(verdict(page, "in")).to_contain_text("Salwa")
    expect(page.locator(".sanduq-quorum--reached")).to_be_visible()
    shoot(page, "3-in")
    found += findings(page, within="main")
    page.reload()
    verdict(page, "in")
    scan(page, card)
    verdict(page, "already")
    found += findings(page, within="main")
    scan(page, server.url(f"/{language}/card/{'a' * 22}/"))
    verdict(page, "card")
    found += findings(page, within="main")
    assert not found, "\n".join(found)


def test_the_desk_needs_no_scripts(open_window, server, language):
    page = open_window(java_script_enabled=False)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/assemblies/1/desk/?voter=6"))
    page.locator("[data-verdict=may] button[type=submit]").click()
    verdict(page, "in")
    page.locator("[data-verdict=in] form button[type=submit]").click()
    verdict(page, "may")
    page.fill("[data-scan]", server.url(f"/{language}/card/at-the-door-{language}/"))
    page.click(LOOK_UP)
    verdict(page, "absent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_on_a_telephone(open_window, server, language, scheme, shoot):
    page = open_window(width=390, scheme=scheme, bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    found = []
    for number, path in enumerate(("desk/?voter=5", "desk/?voter=1", "desk/?q=zzzz", "voters/", "proxies/", "")):
        page.goto(server.url(f"/admin/assemblies/1/{path}"))
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, path
        shoot(page, f"{number}-{scheme}")
        found += findings(page, within="main")
    assert not found, "\n".join(found)


def test_the_figures_follow_what_another_desk_does(open_window, server, language):
    pages = [open_window() for _desk in range(2)]
    for page in pages:
        log_in_as_staff(page, server, role="membership", language=language)
    here, there = pages
    here.goto(server.url("/admin/assemblies/1/desk/"))
    present = here.locator("[data-live] dd").first
    before = int(present.inner_text())
    there.goto(server.url("/admin/assemblies/1/desk/?voter=7"))
    there.locator("[data-verdict=may] button[type=submit]").click()
    verdict(there, "in")
    expect(present).to_have_text(str(before + 1), timeout=15_000)
    there.locator("[data-verdict=in] form button[type=submit]").click()
    verdict(there, "may")
