"""Cards and other papers: a member shows the card, somebody else checks it; the office prints."""

import re

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff, log_in_by_code, on_one_screen

VALID = {"ar": "سارية", "en": "Valid"}


def test_a_member_shows_the_card_on_a_phone_and_somebody_else_checks_it(phone, open_window, server, language, shoot):
    log_in_by_code(phone, server, email=f"dalia-{language}@browser.example", language=language)
    phone.locator("main a[href*='/me/cards/']").first.click()
    expect(phone.locator(".member-card__code svg")).to_be_visible()
    on_one_screen(phone)
    shoot(phone, "1-card")
    code = phone.locator(".member-card__code").bounding_box()
    assert code["width"] > 300, "The code is as wide as the telephone lets it be."

    # The code says what the link on the same card as a PDF says.
    pdf = phone.request.get(server.url(phone.locator("main a[href$='.pdf']").get_attribute("href"))).body()
    address = re.search(rb"/URI \((.+?)\)", pdf)[1].decode()
    gate = open_window(width=390)
    gate.goto(server.url(re.sub(r"^https?://[^/]+", "", address)))
    expect(gate.locator(".notice__title")).to_have_text(VALID[language])
    expect(gate.locator("main")).to_contain_text("Dalia")
    expect(gate.locator("main")).not_to_contain_text("Gefunden")
    shoot(gate, "2-checked")


def test_the_office_prints_labels_and_a_certificate(desktop, server, language, shoot):
    log_in_as_staff(desktop, server, role="membership", language=language)
    desktop.goto(server.url("/admin/contacts/?q=person"))
    for action in ("labels", "letters"):
        desktop.goto(server.url("/admin/contacts/?q=person"))
        for box in desktop.locator("[data-bulk-action-checkbox]").all()[:4]:
            box.check()
        # What does not fit beside the others stands behind a button.
        link = desktop.locator(f"a[href*='/bulk/members/contact/{action}/']").first
        if not link.is_visible():
            desktop.locator("[data-bulk-action-footer] [data-w-dropdown-target=toggle]").click()
        link.click()
        if action == "letters":
            desktop.select_option("[name=template]", label="Certificate of membership")
            desktop.uncheck("[name=by_post]")
        shoot(desktop, f"1-{action}")
        desktop.locator(".sanduq-form button[type=submit]").last.click()
        desktop.wait_for_url(re.compile(r"/admin/papers/\d+/"))
        link = desktop.locator("a[href$='.pdf']")
        expect(link).to_be_visible(timeout=30_000)
        shoot(desktop, f"2-{action}")
        pdf = desktop.request.get(server.url(link.get_attribute("href"))).body()
        assert pdf.startswith(b"%PDF")


def test_a_word_that_is_not_known_is_refused_and_nothing_is_lost(desktop, server, language, shoot):
    log_in_as_staff(desktop, server, role="membership", language=language)
    desktop.goto(server.url("/admin/snippets/members/lettertemplate/add/"))
    desktop.fill("[name=name]", f"Thanks {language}")
    for field, text in (("title", "Thanks"), ("text", "Dear {nmae}, thank you.")):
        desktop.locator(f"[name={field}_0]").fill(text)
    desktop.locator("form button[type=submit]").last.click()
    expect(desktop.locator("main")).to_contain_text("{nmae}")
    expect(desktop.locator("[name=text_0]")).to_have_value("Dear {nmae}, thank you.")
    shoot(desktop, "1-refused")
    desktop.locator("[name=text_0]").fill("Dear {name}, thank you.")
    desktop.locator("form button[type=submit]").last.click()
    desktop.wait_for_url(re.compile(r"/lettertemplate/(\?.*)?$"))
