"""Somebody gives, once and every month, known to us or not."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import fill_payer, log_in_by_code, on_one_screen, pay, pdfs_of, press, text_of, text_of_pdf

# A word of the receipt's frame, written by the PDF and not by the giver.
RECEIPT_IN = {"ar": "جمعية بيادر", "en": "Bayader"}


@pytest.mark.parametrize("width", [390, 1280])
def test_stranger_gives_once_and_chooses_the_language_of_the_receipt(open_window, server, language, width, shoot):
    page, other = open_window(width=width), "en" if language == "ar" else "ar"
    email = f"gives-{language}-{width}@browser.example"
    page.goto(server.url(f"/{language}/give/"))
    on_one_screen(page)
    page.fill("[name=amount]", "12.500")
    page.check("[name=fund] >> nth=1")
    fill_payer(page, email=email, given_name="Salma", family_name="Haddad")
    page.select_option("[name=language]", other)
    shoot(page, "1-form")
    press(page)
    pay(page)
    expect(page.locator("html")).to_have_attribute("lang", language)
    shoot(page, "2-done")

    letter = server.mail_to(email)
    (receipt,) = pdfs_of(letter).values()
    words = text_of_pdf(receipt)
    assert RECEIPT_IN[other] in words
    assert "12.5" in words
    assert ("عزيز" in text_of(letter) or "Salma،" in text_of(letter)) == (other == "ar")


def test_monthly_giver_without_an_account_logs_in_later_and_stops_it(phone, server, language, shoot):
    email = f"monthly-{language}@browser.example"
    phone.goto(server.url(f"/{language}/pay/give/"))
    phone.check("[name=interval][value=month]")
    phone.fill("[name=amount]", "7")
    phone.check("[name=fund] >> nth=0")
    fill_payer(phone, email=email, given_name="Omar", family_name="Nasser")
    press(phone)
    pay(phone)
    shoot(phone, "1-done")
    assert len(pdfs_of(server.mail_to(email))) == 1

    log_in_by_code(phone, server, email=email, language=language)
    shoot(phone, "2-my-area")
    phone.click("main a[href*='/me/giving/']")
    shoot(phone, "3-stop")
    press(phone)
    phone.wait_for_url(re.compile(r"/me/$"))
    expect(phone.locator("main a[href*='/me/giving/']")).to_have_count(0)
    shoot(phone, "4-stopped")
    # Receipt, code, and now the word that it has stopped.
    assert "7" in text_of(server.mail_to(email, number=3))

    with phone.expect_response(re.compile(r"/me/receipts/")) as answer:
        phone.evaluate("fetch(document.querySelector('main a[href*=\"/me/receipts/\"]').href)")
    assert answer.value.headers["content-type"] == "application/pdf"


def test_member_who_is_logged_in_finds_the_form_filled(phone, server, language):
    email = f"known-{language}@browser.example"
    phone.goto(server.url(f"/{language}/pay/give/"))
    phone.fill("[name=amount]", "5")
    phone.check("[name=fund] >> nth=2")
    fill_payer(phone, email=email, given_name="Huda", family_name="Saleh")
    press(phone)
    pay(phone)
    assert server.mail_to(email)
    log_in_by_code(phone, server, email=email, language=language)

    phone.goto(server.url(f"/{language}/pay/give/"))
    expect(phone.locator("[name=given_name]")).to_have_value("Huda")
    phone.fill("[name=amount]", "6")
    phone.check("[name=fund] >> nth=2")
    press(phone)
    pay(phone)
    phone.goto(server.url(f"/{language}/me/"))
    expect(phone.locator("main a[href*='/me/receipts/']")).to_have_count(2)


def test_appeal_shows_how_far_it_is_and_takes_a_gift(desktop, server, language, shoot):
    desktop.goto(server.url(f"/{language}/give/library/"))
    expect(desktop.locator("main progress")).to_be_visible()
    shoot(desktop, "1-appeal")
    desktop.goto(server.url(f"/{language}/pay/give/library/"))
    expect(desktop.locator("[name=fund]")).to_have_count(1)
    shoot(desktop, "2-form")
