"""Somebody complains without a name, and is answered."""

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff, on_one_screen, press

WORDS = {
    "ar": ("انتظرت ساعتين ولم يخبرني أحد بالسبب.", "نعتذر، وقد أضفنا طبيبة ثانية.", "شكرًا لكم."),
    "en": ("I waited for two hours and nobody said why.", "We are sorry; a second doctor has come.", "Thank you."),
}


def test_complainant_without_a_name_is_answered_and_replies(phone, open_window, server, language, shoot):
    complaint, reply, thanks = WORDS[language]
    phone.goto(server.url(f"/{language}/box/"))
    on_one_screen(phone)
    shoot(phone, "1-page")
    phone.goto(server.url(f"/{language}/box/"))
    if not phone.locator("[name=body]").count():
        phone.click(f"main a[href$='/{language}/box/']")
    phone.fill("[name=body]", complaint)
    shoot(phone, "2-form")
    press(phone)
    code = phone.locator(".code--shown bdi").inner_text()
    assert len("".join(filter(str.isdigit, code))) == 20
    on_one_screen(phone)
    shoot(phone, "3-code")

    desk = open_window()
    log_in_as_staff(desk, server, role="feedback", language=language)
    answer_it(desk, server, complaint, reply, shoot)

    phone.goto(server.url(f"/{language}/box/follow/"))
    phone.fill("[name=code]", code)
    shoot(phone, "6-follow")
    press(phone)
    expect(phone.locator(".conversation")).to_contain_text(reply)
    phone.fill("[name=body]", thanks)
    press(phone)
    expect(phone.locator(".conversation__turn")).to_have_count(3)
    on_one_screen(phone)
    shoot(phone, "7-replied")
    assert phone.context.cookies() == []

    desk.reload()
    expect(desk.locator("main")).to_contain_text(thanks)


def answer_it(desk, server, complaint, reply, shoot):
    """Find the case that says `complaint`, newest first, and answer it."""
    desk.goto(server.url("/admin/"))
    desk.goto(server.url("/admin/snippets/complaints/case/"))
    shoot(desk, "4-staff-list")
    for link in desk.locator("main a[href*='/admin/cases/']").all():
        address = link.get_attribute("href")
        if complaint in desk.request.get(server.url(address)).text():
            desk.goto(server.url(address))
            break
    desk.fill("textarea[name=body]", reply)
    desk.click("button[name=answer]")
    expect(desk.locator("main")).to_contain_text(reply)
    shoot(desk, "5-staff-answered")


def test_code_that_nobody_has_opens_nothing(phone, server, language, shoot):
    phone.goto(server.url(f"/{language}/box/follow/"))
    phone.fill("[name=code]", "12345 67890 12345 67890")
    press(phone)
    expect(phone.locator(".field--error")).to_be_visible()
    shoot(phone, "wrong-code")
    assert phone.context.cookies() == []
