"""No page of ours has a finding of axe-core that is serious or critical (WCAG 2.2 AA), by day or by night."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import fill_payer, links_of, log_in_as_staff, log_in_by_code, pay, press
from tests.browser.test_import import UNDO, WORKER

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = [
    "",
    "about/",
    "membership/",
    "give/",
    "give/library/",
    "volunteering/",
    "volunteer/",
    "survey/",
    "survey/clinic/",
    "survey/clinic/results/",
    "box/",
    "box/follow/",
    "news/",
    "news/reading-corner/",
    "contact/",
    "search/?q=a",
    "directory/",
    "pay/join/member/",
    "pay/give/",
    "pay/give/library/",
    "account/login/",
    "account/login/code/",
    "account/signup/",
    f"card/{'a' * 22}/",
    "nothing-here/",
]
MEMBERS_OWN = [
    "me/",
    "me/preferences/",
    "me/directory/",
    "me/directory/entry/",
    "me/data/",
    "me/data/erase/",
    "pay/renew/",
    "account/2fa/",
    "account/email/",
    "account/logout/",
]
ADMIN = [
    ("administrator", "/admin/"),
    ("administrator", "/admin/contacts/"),
    ("administrator", "/admin/contacts/inspect/1/"),
    ("administrator", "/admin/contacts/?views=1"),
    ("administrator", "/admin/contacts/edit/1/"),
    ("administrator", "/admin/follow-ups/"),
    ("administrator", "/admin/people/1/note/"),
    ("administrator", "/admin/people/1/relate/?q=a"),
    ("administrator", "/admin/people/1/relate/2/"),
    ("administrator", "/admin/bulk/members/contact/tag/?id=1&id=2"),
    ("administrator", "/admin/bulk-runs/"),
    ("administrator", "/admin/imports/"),
    ("administrator", "/admin/people/1/consent/"),
    ("administrator", "/admin/people/1/data/"),
    ("administrator", "/admin/people/1/erase/"),
    ("administrator", "/admin/erasures/"),
    ("administrator", "/admin/retention/"),
    ("administrator", "/admin/desk/1/"),
    ("administrator", "/admin/snippets/members/tier/edit/1/"),
    ("membership", "/admin/snippets/members/directoryentry/"),
    ("membership", "/admin/snippets/members/directoryentry/inspect/1/"),
    ("membership", "/admin/directory/1/hide/"),
    ("membership", "/admin/renewals/by-hand/"),
    ("membership", "/admin/membership/1/"),
    ("membership", "/admin/membership/1/automatic/stop/"),
    ("membership", "/admin/snippets/checkout/present/"),
    ("membership", "/admin/presents/1/"),
    ("membership", "/admin/snippets/members/lettertemplate/edit/1/"),
    ("membership", "/admin/bulk/members/contact/cards/?id=1&id=2"),
    ("membership", "/admin/bulk/members/contact/labels/?id=1&id=2"),
    ("membership", "/admin/bulk/members/contact/letters/?id=1&id=2"),
    ("membership", "/admin/papers/"),
    ("auditor", "/admin/membership/figures/?period=all&cohorts=quarter"),
    ("membership", "/admin/snippets/members/assembly/add/"),
    ("membership", "/admin/assemblies/1/?check=1"),
    ("membership", "/admin/assemblies/1/voters/"),
    ("membership", "/admin/assemblies/1/voters/add/?q=a"),
    ("membership", "/admin/assemblies/1/voters/4/strike/"),
    ("membership", "/admin/assemblies/1/desk/?voter=1"),
    ("membership", "/admin/assemblies/1/desk/?q=m"),
    ("membership", "/admin/assemblies/1/desk/1/proxy/?q=m"),
    ("membership", "/admin/assemblies/1/proxies/"),
    ("membership", "/admin/assemblies/2/preview/"),
    ("membership", "/admin/assemblies/2/freeze/"),
    ("membership", "/admin/duplicates/"),
    ("membership", "/admin/merges/"),
    ("membership", "/admin/merge/1/?q=a"),
    ("membership", "/admin/merge/1/2/"),
    ("outreach", "/admin/snippets/outreach/segment/add/"),
    ("outreach", "/admin/campaigns/1/"),
    ("feedback", "/admin/cases/1/"),
    ("volunteers", "/admin/shifts/1/"),
    ("fundraising", "/admin/snippets/donations/payment/record/"),
    ("administrator", "/{language}/styleguide/"),
]


def findings(page: Page, *, within: str = "") -> list[str]:
    """What axe finds serious or critical: rule, place, and what to do about it."""
    # Wagtail's notices fade in once its page says that it is ready, and from the frame after that.
    page.wait_for_function("!document.querySelector('.messages > ul > li') || document.querySelector('.ready')")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # What fades in has too little contrast on its way; an animation without an end is looked at as it is.
    page.evaluate(
        "Promise.allSettled(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)"
        ".map(one => one.finished))"
    )
    page.evaluate(AXE.read_text())
    report = page.evaluate(
        "([within, tags]) => axe.run(within || document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        [within, RULES],
    )
    return [
        f"{rule['id']} ({rule['impact']}) {page.url}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for rule in report["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(open_window, server, guard, language, scheme):
    page = open_window(width=390 if scheme == "dark" else 1280, scheme=scheme, bypass_csp=True)
    guard.expect(404)
    found = []
    for path in PUBLIC:
        page.goto(server.url(f"/{language}/{path}"))
        found += findings(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_on_the_way_of_a_member(open_window, server, language, scheme):
    page = open_window(width=1280 if scheme == "dark" else 390, scheme=scheme, bypass_csp=True)
    email = f"axe-{language}-{scheme}@browser.example"
    page.goto(server.url(f"/{language}/pay/join/friend/"))
    press(page)
    found = findings(page)
    fill_payer(page, email=email, given_name="Axe", family_name="Core")
    press(page)
    page.wait_for_url("**/sandbox/**")
    found += findings(page)
    pay(page, answer="decline")
    found += findings(page)
    press(page)
    pay(page)
    found += findings(page)
    assert server.mail_to(email)
    log_in_by_code(page, server, email=email, language=language)
    for path in (
        "me/",
        "me/preferences/",
        "me/directory/",
        "me/directory/entry/",
        "me/data/",
        "me/data/erase/",
        "pay/renew/",
        "account/2fa/",
        "account/email/",
        "account/logout/",
    ):
        page.goto(server.url(f"/{language}/{path}"))
        found += findings(page)
    page.goto(server.url(f"/{language}/me/"))
    page.locator("main a[href*='/me/cards/']").click()
    found += findings(page)
    assert not found, "\n".join(found)


def test_staff_pages_that_we_add(open_window, server, language):
    found = []
    for role in dict.fromkeys(role for role, _path in ADMIN):
        page = open_window(bypass_csp=True)
        log_in_as_staff(page, server, role=role, language=language)
        for path in (path for owner, path in ADMIN if owner == role):
            assert page.goto(server.url(path.format(language=language))).status == 200, path
            found += findings(page, within="main")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_reminder(open_window, server, language, scheme):
    page = open_window(width=390 if scheme == "dark" else 1280, scheme=scheme, bypass_csp=True)
    found = []
    for url in links_of(server.mail_to(f"declines-{language}@browser.example")):
        page.goto(url)
        found += findings(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_an_import(open_window, server, language, scheme):
    page = open_window(width=390 if scheme == "dark" else 1280, scheme=scheme, bypass_csp=True)
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/imports/"))
    content = f"name,email\nAxe {language} {scheme},axe-{language}-{scheme}@import.example\nBad,bad@\n".encode()
    page.set_input_files("[name=file]", {"name": "axe.csv", "mimeType": "text/csv", "buffer": content})
    page.locator(".sanduq-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/admin/imports/\d+/"))
    found = findings(page, within="main")
    page.locator(".sanduq-import button[type=submit]").click()
    expect(page.locator("button[name=start]")).to_be_visible(timeout=WORKER)
    found += findings(page, within="main")
    page.click("button[name=start]")
    expect(page.locator(UNDO)).to_be_visible(timeout=WORKER)
    found += findings(page, within="main")
    page.click(UNDO)
    page.wait_for_url(re.compile(r"/undo/"))
    found += findings(page, within="main")
    assert not found, "\n".join(found)


def test_lists_of_the_staffs_on_a_telephone_at_night(open_window, server, language):
    page = open_window(width=390, scheme="dark", bypass_csp=True)
    log_in_as_staff(page, server, role="administrator", language=language)
    found = []
    for path in ("/admin/contacts/", "/admin/contacts/inspect/1/", "/admin/snippets/donations/gift/"):
        page.goto(server.url(path))
        found += findings(page, within="main")
    assert not found, "\n".join(found)
