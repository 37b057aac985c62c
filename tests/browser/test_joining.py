"""A visitor becomes a member, on a phone."""

import re

from playwright.sync_api import expect

from tests.browser.steps import (
    fill_payer,
    log_in_by_code,
    on_one_screen,
    pay,
    pdfs_of,
    press,
    text_of,
    text_of_pdf,
)

WORDS = {
    "ar": {"given": "سعاد", "family": "المصري", "tier": "عضو عامل"},
    "en": {"given": "Ada", "family": "Marsh", "tier": "Full member"},
}


def test_visitor_joins_pays_and_sees_the_membership(phone, server, language, shoot):
    words, email = WORDS[language], f"joins-{language}@browser.example"
    phone.goto(server.url(f"/{language}/"))
    shoot(phone, "1-home")
    phone.click(f"main a[href$='/{language}/membership/']")
    on_one_screen(phone)
    shoot(phone, "2-tiers")
    phone.click("main a[href$='/pay/join/member/']")
    fill_payer(phone, email=email, given_name=words["given"], family_name=words["family"])
    on_one_screen(phone)
    shoot(phone, "3-form")
    press(phone)
    phone.wait_for_url("**/sandbox/**")
    shoot(phone, "4-gateway")
    pay(phone)
    expect(phone.locator("main h1")).to_contain_text(words["given"])
    expect(phone.locator("main table")).to_contain_text(words["tier"])
    shoot(phone, "5-done")

    letter = server.mail_to(email)
    assert words["tier"] in text_of(letter)
    files = pdfs_of(letter)
    assert sorted(name.partition("-")[0] for name in files) == ["card", "receipt"]
    receipt, card = (next(files[name] for name in files if name.startswith(kind)) for kind in ("receipt", "card"))
    assert words["family"] in text_of_pdf(receipt)
    assert words["family"] in text_of_pdf(card)

    log_in_by_code(phone, server, email=email, language=language)
    expect(phone.locator("main")).to_contain_text(words["tier"])
    expect(phone.locator(".badge--current")).to_be_visible()
    on_one_screen(phone)
    shoot(phone, "6-my-area")

    verify_url = re.search(rb"/URI \((http[^)]+)\)", card)[1].decode()
    assert verify_url.startswith(server.url(f"/{language}/card/"))
    phone.context.clear_cookies()
    phone.goto(verify_url)
    expect(phone.locator("main .notice")).to_contain_text(words["given"])
    expect(phone.locator("main")).not_to_contain_text(words["family"])
    shoot(phone, "7-card-verified")


def test_member_renews_without_typing_anything_twice(phone, server, language, shoot):
    email = f"renews-{language}@browser.example"
    log_in_by_code(phone, server, email=email, language=language)
    shoot(phone, "1-my-area")
    phone.click(f"main a[href*='/{language}/pay/renew/']")
    expect(phone.locator("[name=email]")).to_have_value(email)
    shoot(phone, "2-form")
    press(phone)
    pay(phone)
    expect(phone.locator("main table")).to_contain_text(WORDS[language]["tier"])
    phone.goto(server.url(f"/{language}/pay/renew/"))
    press(phone)
    expect(phone.locator("main [role=alert]")).to_be_visible()
    shoot(phone, "3-too-early")


def test_declined_payment_grants_nothing_and_can_be_tried_again(phone, server, language, shoot):
    email = f"declined-{language}@browser.example"
    phone.goto(server.url(f"/{language}/pay/join/friend/"))
    fill_payer(phone, email=email, given_name="Noor", family_name="Zaid")
    press(phone)
    pay(phone, answer="decline")
    shoot(phone, "1-declined")
    assert server.all_mail_to(email) == []

    press(phone)
    pay(phone, answer="wait")
    shoot(phone, "2-waiting")
    assert server.all_mail_to(email) == []


def test_wrong_input_is_told_by_the_field_and_keeps_what_was_typed(phone, server, language, shoot):
    phone.goto(server.url(f"/{language}/pay/join/friend/"))
    fill_payer(phone, email="not an address", given_name="Noor", family_name="")
    press(phone)
    expect(phone.locator(".field:has([name=family_name]) .errorlist")).to_be_visible()
    expect(phone.locator(".field:has([name=email]) .errorlist")).to_be_visible()
    expect(phone.locator("[name=given_name]")).to_have_value("Noor")
    shoot(phone, "errors")


def test_card_nobody_issued_is_not_valid(phone, server, guard, language, shoot):
    guard.expect(404)
    phone.goto(server.url(f"/{language}/card/{'a' * 22}/"))
    expect(phone.locator("main .notice--error")).to_be_visible()
    shoot(phone, "unknown-card")
