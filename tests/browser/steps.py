"""What several flows have in common."""

import re
import shutil
import subprocess
import unicodedata
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from config.demo.staff import PASSWORD
from tests.browser.server import Server

REMINDER_LINK = re.compile(r"http\S+/pay/renew/(?:link|not-this-year)/\S+/")
SUBMIT = "main form.form button[type=submit], main form:not(.search) button[type=submit]"


def fill_payer(page: Page, *, email: str, given_name: str, family_name: str) -> None:
    """Write into the form who pays."""
    page.fill("[name=given_name]", given_name)
    page.fill("[name=family_name]", family_name)
    page.fill("[name=email]", email)


def press(page: Page) -> None:
    """Send the page's own form."""
    page.locator(SUBMIT).last.click()


def pay(page: Page, *, answer: str = "succeed") -> None:
    """Choose on the test gateway's page how the payment ends."""
    page.wait_for_url("**/sandbox/**")
    page.click(f"button[value={answer}]")
    page.wait_for_url(re.compile(r"/pay/[0-9a-f-]{36}/"))


def log_in_by_code(page: Page, server: Server, *, email: str, language: str) -> None:
    """Log in as somebody who never set a password: with the code that comes by e-mail."""
    type_code_from_mail(page, server, email=email, language=language)
    page.wait_for_url(re.compile(rf"/{language}/me/"))


def type_code_from_mail(page: Page, server: Server, *, email: str, language: str) -> None:
    """Ask for a log-in by code, and send the code that comes."""
    # Whatever was sent before has come by now: a receipt is waited for by each test that pays.
    before = len(server.all_mail_to(email))
    page.goto(server.url(f"/{language}/account/login/code/"))
    page.fill("main [name=email]", email)
    press(page)
    page.wait_for_url("**/login/code/confirm/**")
    code = re.search(r"[A-Z0-9-]{6,}", str(server.mail_to(email, number=before + 1)["Subject"]))[0]
    page.fill("main [name=code]", code)
    page.press("main [name=code]", "Enter")


def log_in_as_staff(page: Page, server: Server, *, role: str, language: str) -> None:
    """Log in to the admin with the demo's password."""
    page.goto(server.url("/admin/"))
    page.wait_for_url("**/account/login/**")
    page.fill("main [name=login]", f"{role}@bayader.example")
    page.fill("main [name=password]", PASSWORD)
    page.locator("main form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(server.url("/admin/"))
    expect(page.locator("html")).to_have_attribute("lang", language)


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    return message.get_body(("plain",)).get_content()


def html_of(message: EmailMessage) -> str:
    """The HTML of a message."""
    return message.get_body(("html",)).get_content()


def links_of(letter: EmailMessage) -> tuple[str, str]:
    """The link to renew with and the one to say no with, as a reminder has them."""
    renew, no = REMINDER_LINK.findall(text_of(letter))
    assert renew in html_of(letter).replace("&amp;", "&")
    return renew, no


def pdfs_of(message: EmailMessage) -> dict[str, bytes]:
    """The attached PDFs by name."""
    return {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}


def text_of_pdf(content: bytes) -> str:
    """The words of a PDF in logical order and plain letters."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return unicodedata.normalize("NFKC", read.stdout.decode())


def on_one_screen(page: Page) -> None:
    """Nothing stands out at the side, so that a phone need not be pushed about."""
    page.wait_for_load_state("load")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, f"{page.url} is {wider} px wider than the screen"
