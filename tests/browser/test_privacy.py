"""Privacy from both sides: consent changed by the person and seen by staff, my data on a disk, and an erasure."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import log_in_as_staff, log_in_by_code, on_one_screen, press


@pytest.fixture
def desk(open_window, server, language):
    """The administrator's window."""
    page = open_window()
    log_in_as_staff(page, server, role="administrator", language=language)
    return page


@pytest.fixture
def member(open_window, server, language):
    """Somebody in "my area", on a telephone."""
    page = open_window(width=390, accept_downloads=True)
    log_in_by_code(page, server, email=f"private-{language}@browser.example", language=language)
    return page


def open_person(page: Page, server, name: str) -> None:
    page.goto(server.url(f"/admin/contacts/?q={name}"))
    page.locator("main table a", has_text=name).first.click()
    expect(page.locator("#section-consent")).to_be_visible()


def test_consent_changed_by_the_person_stands_in_the_staffs_history(member, desk, server, language, shoot):
    member.goto(server.url(f"/{language}/me/preferences/"))
    on_one_screen(member)
    shoot(member, "1-preferences")
    member.check("input[name=email][value=news]")
    member.check("input[name=sms][value=surveys]")
    press(member)
    member.wait_for_url(re.compile(rf"/{language}/me/$"))
    open_person(desk, server, f"Privat{language}")
    history = desk.locator("section:has(#section-consent) table")
    expect(history.locator("tbody tr")).to_have_count(2)
    expect(history).to_contain_text("my area")
    expect(history).to_contain_text(f"private-{language}@browser.example")
    shoot(desk, "2-history")

    number = re.search(r"/(\d+)/", desk.url)[1]
    desk.goto(server.url(f"/admin/people/{number}/consent/"))
    desk.check("input[name=granted][value=no]")
    desk.fill("[name=source]", "telephone")
    desk.fill("[name=reason]", "Called and said so")
    shoot(desk, "3-change")
    desk.locator("main form button[type=submit]").last.click()
    expect(desk.locator("section:has(#section-consent) tbody tr")).to_have_count(3)
    expect(desk.locator("section:has(#section-consent) table")).to_contain_text("Called and said so")


def test_my_data_is_downloaded_and_can_be_read_without_us(member, server, language, shoot, tmp_path, open_window):
    member.goto(server.url(f"/{language}/me/data/"))
    on_one_screen(member)
    shoot(member, "1-my-data")
    with member.expect_download() as download:
        member.locator("main form button[type=submit]").first.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
        data = json.loads(archive.read("data.json"))
    assert data["data"]["members.email"] == [
        {"address": f"private-{language}@browser.example", "is_primary": True, "is_undeliverable": False}
    ]
    reader = open_window(width=390)
    # Not by its address: a page that opens a file of the disk would look like one that asks another host.
    reader.set_content((tmp_path / "index.html").read_text(encoding="utf-8"))
    expect(reader.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(reader.locator("main")).to_contain_text(f"private-{language}@browser.example")
    on_one_screen(reader)
    shoot(reader, "2-index")
    member.goto(server.url(f"/{language}/me/data/erase/"))
    on_one_screen(member)
    shoot(member, "3-what-would-go")
    press(member)
    expect(member.locator(".notice").first).to_be_visible()
    shoot(member, "4-asked")


def test_an_erased_person_is_not_found_again(desk, server, language, shoot):
    name = f"Vergangen{language}"
    open_person(desk, server, name)
    number = re.search(r"/(\d+)/", desk.url)[1]
    desk.goto(server.url(f"/admin/people/{number}/erase/"))
    desk.fill("[name=reason]", "By letter")
    desk.fill("[name=confirmation]", f"Noor {name}")
    shoot(desk, "1-preview")
    desk.locator("main form button[type=submit]").last.click()
    desk.wait_for_url("**/erasures/")
    expect(desk.locator("main table")).to_contain_text("By letter")
    shoot(desk, "2-erasures")
    desk.goto(server.url(f"/admin/contacts/?q={name}"))
    expect(desk.locator("main table a", has_text=name)).to_have_count(0)
    desk.goto(server.url("/admin/retention/"))
    desk.fill("[name=members-interaction-months]", "36")
    desk.locator("main form button[type=submit]").last.click()
    desk.wait_for_url("**/retention/?preview=1")
    shoot(desk, "3-retention")
