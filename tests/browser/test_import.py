"""A messy file of forty paper forms, typed up somewhere else, comes in and goes out again."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.steps import log_in_as_staff

# Milliseconds that the worker may take to pick something up and do it, on a busy machine.
WORKER = 30_000
UNDO = "a[href$='/undo/']"
FILE = """الاسم الأول;اسم العائلة;البريد الإلكتروني;الجوال;تاريخ الميلاد;المدينة
هديل;القاسم;HADEEL-{code}@Browser.example;0795551{digits};23/5/1990;عمّان
هديل;القاسم;hadeel-{code}@browser.example;;;
ماجد;عودة;majed;;;إربد
سناء;مراد;;;1/1/2190;
=cmd|calc;رمزي;ramzi-{code}@browser.example;;15/3/1412;
"""

# What of the tables and the buttons reaches over the edge of the window.
OUTSIDE = """() => [...document.querySelectorAll("main td, main select, main .button")]
    .filter((part) => part.getBoundingClientRect().left < 0 || part.getBoundingClientRect().right > innerWidth)
    .map((part) => part.outerHTML)"""


def test_all_of_the_columns_and_the_verdicts_can_be_read_on_a_telephone(phone, server, language):
    page = phone
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/imports/"))
    content = "الاسم,البريد الإلكتروني\nليلى حداد,l@\n" + "سارة-" * 25 + ",sara@browser.example\n"
    page.set_input_files("[name=file]", {"name": "x.csv", "mimeType": "text/csv", "buffer": content.encode()})
    page.locator(".sanduq-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/admin/imports/\d+/"))
    assert page.evaluate(OUTSIDE) == []
    page.locator(".sanduq-import button[type=submit]").click()
    expect(page.locator("button[name=start]")).to_be_visible(timeout=WORKER)
    assert page.evaluate(OUTSIDE) == []
    page.click("button[name=cancel]")


def test_a_messy_arabic_file_is_checked_imported_and_taken_back(desktop, server, language, shoot, tmp_path):
    page = desktop
    log_in_as_staff(page, server, role="membership", language=language)
    page.goto(server.url("/admin/imports/"))
    shoot(page, "1-upload")
    content = FILE.format(code=language, digits="001" if language == "ar" else "002").encode("cp1256")
    page.set_input_files("[name=file]", {"name": "استمارات ورقية.csv", "mimeType": "text/csv", "buffer": content})
    page.locator(".sanduq-form button[type=submit]").click()

    page.wait_for_url(re.compile(r"/admin/imports/\d+/"))
    chosen = [field.input_value() for field in page.locator("select[name^=column_]").all()]
    assert chosen == ["given_name", "family_name", "email", "phone", "birth_date", "city"]
    shoot(page, "2-columns")
    page.locator(".sanduq-import button[type=submit]").click()

    expect(page.locator("button[name=start]")).to_be_visible(timeout=WORKER)
    assert [int(count.inner_text()) for count in page.locator(".sanduq-verdicts strong").all()] == [2, 1, 0, 2]
    shoot(page, "3-verdicts")
    page.click("button[name=start]")

    expect(page.locator(UNDO)).to_be_visible(timeout=WORKER)
    shoot(page, "4-done")
    with page.expect_download() as download:
        page.click("a[href$='/rejected.csv']")
    rejected = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rejected) == 3
    assert "majed" in rejected[1]

    page.goto(server.url(f"/admin/contacts/?q=hadeel-{language}@browser.example"))
    expect(page.locator("table.listing tbody tr")).to_have_count(1)
    page.go_back()
    page.click(UNDO)
    expect(page.locator(".sanduq-import-undo strong").first).to_have_text("2")
    shoot(page, "5-undo")
    page.click("button.serious")
    page.wait_for_url(re.compile(r"/admin/imports/\d+/$"))
    expect(page.locator(UNDO)).to_have_count(0)
    # The worker takes it back; the page says when it is done.
    expect(page.locator("[data-progress]")).to_have_count(0, timeout=WORKER)
    page.goto(server.url(f"/admin/contacts/?q=hadeel-{language}@browser.example"))
    expect(page.locator("table.listing tbody tr")).to_have_count(0)
