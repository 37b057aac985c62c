"""Renewing, and saying no to it, from the message and without logging in, on a phone."""

from playwright.sync_api import expect

from tests.browser.steps import links_of, on_one_screen, pay, pdfs_of, press


def test_member_passes_the_link_on_and_a_relative_pays(phone, server, language, shoot):
    email, payer = f"reminded-{language}@browser.example", f"relative-{language}@browser.example"
    renew, _no = links_of(server.mail_to(email))
    phone.goto(renew)
    expect(phone.locator("main")).to_contain_text("Rima")
    for secret in ("Geheim", email):
        expect(phone.locator("main")).not_to_contain_text(secret)
    on_one_screen(phone)
    shoot(phone, "1-form")
    phone.fill("[name=email]", payer)
    press(phone)
    expect(phone.locator(".field--error [name=given_name]")).to_be_visible()
    shoot(phone, "2-name-is-missing")
    phone.fill("[name=given_name]", "Omar")
    press(phone)
    pay(phone)
    expect(phone.locator("main h1")).to_contain_text("Omar")
    for secret in ("Geheim", email):
        expect(phone.locator("main")).not_to_contain_text(secret)
    on_one_screen(phone)
    shoot(phone, "3-paid")
    assert [name.partition("-")[0] for name in pdfs_of(server.mail_to(payer))] == ["receipt"]
    assert [name.partition("-")[0] for name in pdfs_of(server.mail_to(email, number=2))] == ["card"]


def test_used_and_broken_links_say_so(phone, server, guard, language, shoot):
    renew, _no = links_of(server.mail_to(f"reminded-too-{language}@browser.example"))
    phone.goto(renew)
    press(phone)
    pay(phone)
    guard.expect(410)
    phone.goto(renew)
    expect(phone.locator("main .notice")).to_be_visible()
    shoot(phone, "1-used")
    guard.expect(404)
    phone.goto(renew[:-3] + "/")
    expect(phone.locator("main .notice--error")).to_be_visible()
    shoot(phone, "2-broken")


def test_member_says_not_this_year_and_changes_their_mind(phone, server, language, shoot):
    _renew, no = links_of(server.mail_to(f"declines-{language}@browser.example"))
    phone.goto(no)
    on_one_screen(phone)
    shoot(phone, "1-asked")
    phone.check("[name=reason][value=cost]")
    press(phone)
    expect(phone.locator("main [role=status]")).to_be_visible()
    on_one_screen(phone)
    shoot(phone, "2-said")
    phone.click("button[name=take_back]")
    expect(phone.locator("[name=reason]").first).to_be_visible()
