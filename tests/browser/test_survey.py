"""Somebody answers a survey by a shared link, and leaves no trace."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import on_one_screen, press


def answer(page, url, *, level):
    page.goto(url)
    for scale in page.locator("fieldset.level-scale").all():
        scale.locator(f"input[value='{level}']").check()
    press(page)
    page.wait_for_url("**/thanks/")


@pytest.mark.parametrize("code", ["fresh", "plain"])
def test_results_appear_once_five_have_answered_without_cookies(open_window, server, language, code, shoot):
    page = open_window(width=390, java_script_enabled=code == "fresh")
    url = server.url(f"/{language}/survey/{code}-{language}/")
    page.goto(url)
    on_one_screen(page)
    shoot(page, "1-form")
    for level in (5, 5, 4, 4):
        answer(page, url, level=level)
    shoot(page, "2-thanks")
    page.goto(f"{url}results/")
    expect(page.locator(".results")).to_have_count(0)
    shoot(page, "3-no-results-yet")

    answer(page, url, level=1)
    page.goto(f"{url}results/")
    first = page.locator(".results__question").first
    expect(first.locator("tbody .results__count")).to_have_text(["2", "2", "0", "0", "1"])
    on_one_screen(page)
    shoot(page, "4-results")
    assert page.context.cookies() == []


def test_question_that_must_be_answered_is_asked_for(phone, server, language, shoot):
    phone.goto(server.url(f"/{language}/survey/clinic/"))
    press(phone)
    expect(phone.locator("fieldset.field--error")).to_have_count(1)
    shoot(phone, "missing")
    assert phone.context.cookies() == []


def test_survey_page_leads_to_the_questions(desktop, server, language, shoot):
    desktop.goto(server.url(f"/{language}/survey/"))
    shoot(desktop, "page")
    desktop.click("main a[href$='/survey/clinic/']")
    expect(desktop.locator("fieldset.level-scale")).to_have_count(4)
    assert desktop.context.cookies() == []
