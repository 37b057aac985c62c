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
    on_one_screen(phone)
    shoot(phone, "3-look")
    phone.click("main a[href$='/stop/']")
    on_one_screen(phone)
    shoot(phone, "4-stop")
    press(phone)
    phone.wait_for_url(re.compile(r"/me/giving/\d+/$"))
    expect(phone.locator("main a[href$='/stop/']")).to_have_count(0)
    shoot(phone, "5-stopped")
    # Receipt, code, and now the word that it has stopped.
    assert "7" in text_of(server.mail_to(email, number=3))
    phone.goto(server.url(f"/{language}/me/"))
    expect(phone.locator("main a[href*='/me/giving/']")).to_have_count(0)

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


@pytest.mark.parametrize("width", [390, 1280])
def test_donor_changes_pauses_skips_and_goes_on_by_themselves(open_window, server, language, width, shoot):
    page = open_window(width=width)
    email = f"changes-{language}-{width}@browser.example"
    page.goto(server.url(f"/{language}/pay/give/"))
    page.check("[name=interval][value=friday]")
    page.check("[name=suggested] >> nth=1")
    page.check("[name=fund] >> nth=0")
    fill_payer(page, email=email, given_name="Omar", family_name="Nasser")
    press(page)
    pay(page)
    assert server.mail_to(email)
    log_in_by_code(page, server, email=email, language=language)
    page.click("main a[href*='/me/giving/']")
    here = page.url

    page.click("main a[href$='/change/']")
    on_one_screen(page)
    shoot(page, "1-change")
    page.fill("[name=amount]", "30")
    page.locator("main summary.questions__question").first.click()
    page.fill("[name^=share_] >> nth=0", "40%")
    page.fill("[name^=share_] >> nth=1", "60%")
    press(page)
    page.wait_for_url(here)
    expect(page.locator("main tbody tr")).to_have_count(2)

    page.click("main a[href$='/pause/']")
    shoot(page, "2-pause")
    press(page)
    page.wait_for_url(here)
    expect(page.locator("form[action$='/resume/']")).to_be_visible()
    shoot(page, "3-paused")
    page.click("form[action$='/resume/'] button")
    page.click("form[action$='/skip/'] button")
    expect(page.locator("form[action$='/resume/']")).to_be_visible()
    on_one_screen(page)
    shoot(page, "4-skipped")


def test_gift_to_two_funds_in_memory_of_somebody_for_an_organisation(open_window, server, language, shoot):
    page = open_window(width=390)
    email = f"meant-{language}@browser.example"
    page.goto(server.url(f"/{language}/pay/give/"))
    page.fill("[name=amount]", "50")
    for place in range(page.locator("summary.questions__question").count()):
        page.locator("summary.questions__question").nth(place).click()
    page.fill("[name^=share_] >> nth=0", "20")
    page.fill("[name^=share_] >> nth=1", "25")
    page.check("[name=tribute_kind][value=memory]")
    page.fill("[name=honoree]", "سلمى حداد")
    page.fill("[name=card_email]", f"card-{language}@browser.example")
    page.fill("[name=card_words]", "In our thoughts")
    page.fill("[name=organisation]", "Haddad & Sons")
    fill_payer(page, email=email, given_name="Layla", family_name="Haddad")
    on_one_screen(page)
    shoot(page, "1-form")
    press(page)
    # The parts do not add up yet; nothing that was typed is lost.
    shoot(page, "2-error")
    expect(page.locator("[name=honoree]")).to_have_value("سلمى حداد")
    page.fill("[name^=share_] >> nth=1", "30")
    press(page)
    pay(page)
    expect(page.locator("main tbody tr")).to_have_count(2)
    shoot(page, "3-done")
    (receipt,) = pdfs_of(server.mail_to(email)).values()
    assert "Haddad & Sons" in text_of_pdf(receipt)


def test_zakat_is_reckoned_explained_and_given_to_the_zakat_fund_only(phone, server, language, shoot):
    email = f"zakat-{language}@browser.example"
    phone.goto(server.url(f"/{language}/pay/zakat/"))
    on_one_screen(phone)
    shoot(phone, "1-form")
    phone.fill("[name=cash]", "12000")
    phone.fill("[name=gold_21]", "40")
    phone.fill("[name=debts]", "500")
    if phone.locator("[name=gold_price]").count():
        phone.fill("[name=gold_price]", "60")
        phone.fill("[name=silver_price]", "0.7")
    phone.check("[name=held]")
    press(phone)
    on_one_screen(phone)
    shoot(phone, "2-result")
    phone.click("main a[href*='zakat=1']")
    expect(phone.locator("[name=fund]")).to_have_count(1)
    fill_payer(phone, email=email, given_name="Huda", family_name="Saleh")
    shoot(phone, "3-give")
    press(phone)
    pay(phone)
    assert len(pdfs_of(server.mail_to(email))) == 1
