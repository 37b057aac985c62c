"""One browser and one server for all tests of this folder in one process; a guarded window for each test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.guard import Guard
from tests.browser.server import Server
from tests.databases import make_copy, remove_copy

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESKTOP = 390, 1280
# Per language, as a reader's browser would send it.
LOCALES = {"ar": "ar-JO", "en": "en-GB"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Half of the tests to each of two processes, so that at most two servers are started.
@pytest.fixture(params=[pytest.param(code, marks=pytest.mark.xdist_group(f"browser-{code}")) for code in LOCALES])
def language(request) -> str:
    """Every test that asks for it runs in both."""
    return request.param


@pytest.fixture(scope="package")
def server(tmp_path_factory, django_db_blocker):
    name = f"sanduq_browser_{os.getpid()}"
    with django_db_blocker.unblock():
        url = make_copy(name)
    with Server(database_url=url, folder=tmp_path_factory.mktemp("server")) as running:
        yield running
    with django_db_blocker.unblock():
        remove_copy(name)


@pytest.fixture(scope="package")
def chromium(server):
    """Ends with this folder's tests: Django refuses its database to whoever runs while Playwright's loop does."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if path is None:
        pytest.fail("No Chromium was found. Install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def guard(server):
    """Fails the test when a page complained, broke its security policy or asked another host for anything,
    and when the server wrote down an error.
    """
    watching, before = Guard(server.base_url), len(server.errors())
    yield watching
    assert watching.findings == []
    assert server.errors()[before:] == []


@pytest.fixture
def open_window(chromium: Browser, guard: Guard, language: str) -> Callable[..., Page]:
    """Opens a window of somebody's own: `width` in pixels, `scheme` light or dark, and what else a context takes."""
    contexts = []

    def open_one(*, width: int = DESKTOP, scheme: str = "light", **options) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            has_touch=width < 600,
            locale=LOCALES[language],
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        guard.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_window) -> Page:
    return open_window(width=PHONE)


@pytest.fixture
def desktop(open_window) -> Page:
    return open_window(width=DESKTOP)


@pytest.fixture
def shoot(request, language) -> Callable[[Page, str], None]:
    """Saves a picture of the page at both widths, when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Page, step: str) -> None:
        if not folder:
            return
        before = page.viewport_size
        # The admin scrolls inside its frame, so that a picture of the whole page needs a tall window.
        height = 1900 if "/admin/" in page.url else 844
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
            name = request.node.originalname.removeprefix("test_")[:40]
            page.screenshot(path=Path(folder) / f"{name}-{step}-{language}-{width}.png", full_page=True)
        page.set_viewport_size(before)

    return take
