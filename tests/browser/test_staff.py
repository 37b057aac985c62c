"""A day at the desk: one person's page, a segment, a campaign that goes out and whom it leaves out next time."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import html_of, log_in_as_staff, pdfs_of, text_of

SUBJECTS = {"ar": "قلتم لنا رأيكم، وهذه النتائج", "en": "You told us, and these are the results"}
SURVEY = {"ar": "كيف كانت زيارتك للعيادة؟", "en": "How was your visit to the clinic?"}


@pytest.fixture
def desk(open_window, server, language):
    """Logs in somebody of a role, in a window of their own."""

    def log_in(role: str) -> Page:
        page = open_window()
        log_in_as_staff(page, server, role=role, language=language)
        return page

    return log_in


def save(page: Page) -> None:
    """Press the admin form's own button, at its foot."""
    page.locator("main :is(footer button.action-save, form .button[type=submit])").last.click()


def choose(page: Page, field: str, words: str, *, by_search: bool = True) -> None:
    """Pick a row in one of the admin's choosers, which may list more of them than stand on its first page."""
    page.locator(f"#id_{field}-chooser button[data-chooser-action-choose]").first.click()
    if by_search:
        # All at once: an answer about the first letters that comes late would stand where the last one stood.
        page.locator(".modal input[name=q]").fill(words)
    choice = page.locator(".modal a.snippet-choice, .modal a[data-chooser-modal-choice]", has_text=words)
    expect(choice.first, page.locator(".modal").inner_text()).to_be_visible()
    choice.first.click()
    expect(page.locator(f"input[name={field}]")).not_to_have_value("")


def test_one_page_tells_all_about_a_person(desk, server, language, shoot):
    page = desk("administrator")
    shoot(page, "1-home")
    page.goto(server.url("/admin/contacts/?q=احمد"))
    page.click("main table a:has-text('أحمد')")
    for section in ("membership", "giving", "volunteering", "cases", "messages", "consent"):
        expect(page.locator(f"#section-{section}")).to_be_visible()
    shoot(page, "2-person")


def test_segment_and_campaign_reach_whom_they_should(desk, server, language, shoot, open_window):
    page = desk("outreach")
    stays, leaves = f"stays-{language}@browser.example", f"leaves-{language}@browser.example"
    name = f"Members who have not given, {language}"
    build_segment(page, server, name)
    shoot(page, "1-segment")
    save(page)
    page.wait_for_url(re.compile(r"/segment/($|\?)"))

    write_campaign(page, server, language=language, segment=name)
    shoot(page, "2-campaign-form")
    save(page)
    send(page, server, f"Results, {language}", shoot, "3-campaign")
    letter = server.mail_to(leaves, subject=SUBJECTS[language])
    assert SURVEY[language] in text_of(letter)
    assert SURVEY[language] in html_of(letter)
    assert "%" in text_of(letter)
    shoot_letter(open_window(), letter, shoot, "5-letter")

    unsubscribe_by_one_click(server, letter, page)
    window = open_window(width=390)
    window.goto(re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1])
    shoot(window, "6-unsubscribe")

    write_campaign(page, server, language=language, segment=name, again=True)
    save(page)
    send(page, server, f"Results, {language}, again", shoot, "7-second-campaign")
    assert server.mail_to(stays, subject=SUBJECTS[language], number=2)
    assert len(server.all_mail_to(leaves, subject=SUBJECTS[language])) == 1


def build_segment(page: Page, server, name: str) -> None:
    page.goto(server.url("/admin/snippets/outreach/segment/add/"))
    page.fill("[name=name]", name)
    page.select_option("[name=condition_0_1]", "membership:current")
    page.select_option("[name=condition_1_0]", "not")
    page.select_option("[name=condition_1_1]", "gave:this_year")


def write_campaign(page: Page, server, *, language: str, segment: str, again: bool = False) -> None:
    page.goto(server.url("/admin/snippets/outreach/campaign/add/"))
    page.fill("[name=name]", f"Results, {language}{', again' if again else ''}")
    choose(page, "segment", segment)
    page.select_option("[name=texts-0-language]", language)
    page.fill("[name=texts-0-subject]", SUBJECTS[language])
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Dear {name},")
    choose(page, "survey", SURVEY[language], by_search=False)


def send(page: Page, server, name: str, shoot, step: str) -> None:
    page.goto(server.url("/admin/snippets/outreach/campaign/"))
    page.locator("main table a", has_text=re.compile(f"^\\s*{re.escape(name)}\\s*$")).click()
    expect(page.frame_locator("main iframe").first.locator("body")).to_contain_text("Dear")
    shoot(page, step)
    page.locator("main form[action$='/send/'] button").click()
    expect(page.locator(".messages .success")).to_be_visible()


def unsubscribe_by_one_click(server, letter, page: Page) -> None:
    """As a mail program does it (RFC 8058): a POST without any cookie."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1]
    context = page.context.browser.new_context()
    answer = context.request.post(address, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    context.close()


def shoot_letter(page: Page, letter, shoot, step: str) -> None:
    page.set_content(html_of(letter))
    shoot(page, step)


def test_fundraiser_enters_a_cash_gift(desk, server, language, shoot):
    page = desk("fundraising")
    page.goto(server.url("/admin/snippets/donations/payment/"))
    shoot(page, "1-payments")
    page.click("header a[href$='/record/'], main a[href$='/record/']")
    choose(page, "donor", "Hannah")
    page.check("[name=gateway][value=cash]")
    page.fill("[name=amount]", "20")
    page.select_option("[name=fund]", index=1)
    page.fill("[name=bank_reference]", f"envelope-{language}")
    shoot(page, "2-form")
    save(page)
    expect(page.locator(".messages .success")).to_be_visible()
    shoot(page, "3-entered")
    assert pdfs_of(server.mail_to("person13@people.example", subject="R-"))


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("membership", "/admin/snippets/donations/payment/"),
        ("fundraising", "/admin/snippets/complaints/case/"),
        ("volunteers", "/admin/snippets/outreach/campaign/add/"),
        ("feedback", "/admin/snippets/donations/gift/"),
        ("outreach", "/admin/snippets/members/tier/"),
        ("auditor", "/admin/contacts/add/"),
    ],
)
def test_wrong_role_is_told_that_it_may_not(desk, server, guard, language, role, path, shoot):
    page = desk(role)
    guard.expect(403)
    answer = page.goto(server.url(path))
    assert answer.status == 403
    if role == "membership":
        shoot(page, "refused")
