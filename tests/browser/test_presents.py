"""Somebody gives a membership as a present, and somebody else accepts it on a phone."""

import re

from playwright.sync_api import expect

from tests.browser.steps import on_one_screen, pay, pdfs_of, press, text_of, text_of_pdf
from tests.browser.test_accessibility import findings

LINK = re.compile(r"http\S+/pay/present/\S+/")
WORDS = {
    "ar": {"giver": "عمر", "family": "صالح", "name": "ليلى", "others": "حداد", "greeting": "كل عام وأنتِ بخير"},
    "en": {"giver": "Omar", "family": "Saleh", "name": "Layla", "others": "Haddad", "greeting": "Happy birthday!"},
}


def fill(page, language, *, giver, way, recipient=""):
    words = WORDS[language]
    page.fill("[name=recipient_name]", words["name"])
    page.fill("[name=greeting]", words["greeting"])
    page.check(f"[name=way][value={way}]")
    if recipient:
        page.fill("[name=recipient_email]", recipient)
    page.fill("[name=given_name]", words["giver"])
    page.fill("[name=family_name]", words["family"])
    page.fill("[name=email]", giver)


def test_present_by_email_is_given_and_accepted(open_window, server, language, shoot):
    words = WORDS[language]
    giver, recipient = f"gives-{language}@browser.example", f"gets-{language}@browser.example"
    phone = open_window(width=390, bypass_csp=True)
    phone.goto(server.url(f"/{language}/membership/"))
    shoot(phone, "1-tiers")
    phone.goto(server.url(f"/{language}/pay/join/member/"))
    phone.click("main a[href$='/pay/present/give/member/']")
    on_one_screen(phone)
    press(phone)
    expect(phone.locator(".field--error [name=recipient_name]")).to_be_visible()
    found = findings(phone)
    shoot(phone, "2-errors")
    fill(phone, language, giver=giver, way="email", recipient=recipient)
    shoot(phone, "3-form")
    found += findings(phone)
    press(phone)
    pay(phone)
    expect(phone.locator("main h2")).to_contain_text(words["name"])
    on_one_screen(phone)
    found += findings(phone)
    shoot(phone, "4-paid")
    givers_page = phone.url
    assert [name.partition("-")[0] for name in pdfs_of(server.mail_to(giver))] == ["receipt"]
    letter = server.mail_to(recipient)
    assert words["greeting"] in text_of(letter)
    assert pdfs_of(letter) == {}

    other = open_window(width=390, scheme="dark", bypass_csp=True)
    other.goto(LINK.search(text_of(letter))[0])
    expect(other.locator("main")).to_contain_text(words["greeting"])
    on_one_screen(other)
    found += findings(other)
    shoot(other, "5-present")
    other.fill("[name=given_name]", words["name"])
    other.fill("[name=family_name]", words["others"])
    press(other)
    expect(other.locator("main .notice").first).to_be_visible()
    found += findings(other)
    shoot(other, "6-accepted")
    assert [name.partition("-")[0] for name in pdfs_of(server.mail_to(recipient, number=2))] == ["card"]
    assert words["others"] not in text_of(server.mail_to(giver, number=2))
    phone.goto(givers_page)
    expect(phone.locator("main .notice").last).to_be_visible()
    expect(phone.locator("main")).not_to_contain_text(words["others"])
    shoot(phone, "7-giver-sees-the-day")
    assert not found, "\n".join(found)


def test_present_on_paper_is_accepted_at_a_proven_address(open_window, server, language, guard, shoot):
    words = WORDS[language]
    giver, recipient = f"hands-{language}@browser.example", f"takes-{language}@browser.example"
    page = open_window(width=1280, bypass_csp=True)
    page.goto(server.url(f"/{language}/pay/present/give/member/"))
    fill(page, language, giver=giver, way="hand")
    press(page)
    pay(page)
    found = findings(page)
    shoot(page, "1-paid")
    link = page.locator("main a[href*='/pay/present/']").get_attribute("href")
    files = pdfs_of(server.mail_to(giver))
    assert sorted(name.partition("-")[0].partition(".")[0] for name in files) == ["receipt", "voucher"]

    phone = open_window(width=390, bypass_csp=True)
    phone.goto(link)
    found += findings(phone)
    shoot(phone, "2-address")
    phone.fill("[name=email]", recipient)
    press(phone)
    expect(phone.locator("main .notice")).to_contain_text(recipient)
    found += findings(phone)
    shoot(phone, "3-mailbox")
    phone.goto(LINK.search(text_of(server.mail_to(recipient)))[0])
    phone.fill("[name=given_name]", words["name"])
    phone.fill("[name=family_name]", words["others"])
    press(phone)
    expect(phone.locator("main .notice").last).to_be_visible()
    phone.goto(link)
    expect(phone.locator("main form.form")).to_have_count(0)
    shoot(phone, "4-used")
    guard.expect(404)
    phone.goto(link[:-3] + "/")
    expect(phone.locator("main .notice--error")).to_be_visible()
    found += findings(phone)
    shoot(phone, "5-broken")
    assert not found, "\n".join(found)
    assert words["greeting"] in text_of_pdf(files["voucher.pdf"])
