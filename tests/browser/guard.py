"""Watches what pages do behind the reader's back."""

from playwright.sync_api import ConsoleMessage, Page, Request


class Guard:
    """Collects in `findings` what no page of ours may do. Chromium reports a broken security policy as an error."""

    def __init__(self, base_url: str):
        self._base_url = base_url
        self._expected: set[int] = set()
        self.findings: list[str] = []

    def watch(self, page: Page) -> None:
        """Watch `page` from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.findings.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def expect(self, status: int) -> None:
        """Somebody is going to be answered with `status`; Chromium writes that down as an error."""
        self._expected.add(status)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status}" in message.text for status in self._expected):
            return
        self.findings.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._base_url, "data:", "blob:", "about:")):
            self.findings.append(f"foreign host: {request.url}")

    def _failed(self, request: Request) -> None:
        # What the reader leaves before it has come is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.findings.append(f"failed: {request.url} {request.failure}")
