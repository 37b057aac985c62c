"""The stand-in's HTTP: the API under /v1, the hosted page under /c/pay."""

import json
import re
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from .books import CARD, SLOW_BANK
from .errors import ApiError

if TYPE_CHECKING:
    from .server import StandIn

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in checkout</title>
<h1>{name}</h1><p>{amount} {currency}</p><form method="post">
<button name="answer" value="pay">Pay</button>
<button name="answer" value="slow">Pay by slow bank</button>
<button name="answer" value="decline">Pay with a card that is declined</button>
</form><a href="{cancel_url}">Back</a></html>"""


class Handler(BaseHTTPRequestHandler):
    """One request. `stand_in` is set on a subclass, one for each server."""

    stand_in: "StandIn"
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def do_DELETE(self):
        self._serve("DELETE")

    def log_message(self, *arguments):
        """A test's output is no place for an access log."""

    def _serve(self, method: str) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        pairs = parse_qsl(body or address.query, keep_blank_values=True)
        if address.path.startswith("/c/pay/"):
            self._hosted_page(method, address.path.rsplit("/", 1)[1], dict(pairs))
        elif self.headers.get("Authorization") != f"Bearer {self.stand_in.key}":
            error = ApiError(401, "invalid_request_error", "Invalid API Key provided.")
            self._json(error.status, error.body, {})
        else:
            self._api(method, address.path, unflatten(pairs))

    def _api(self, method: str, path: str, params: dict) -> None:
        if method == "POST" and self.stand_in.failures:
            self.stand_in.failures -= 1
            error = ApiError(503, "api_error", "We are out of order.")
            self._json(error.status, error.body, {})
            return
        status, body, headers = self.stand_in.answer(method, path, params, self.headers.get("Idempotency-Key", ""))
        if method == "POST" and self.stand_in.lost_answers:
            self.stand_in.lost_answers -= 1
            self.close_connection = True
            self.connection.close()
            return
        self._json(status, body, headers)

    def _hosted_page(self, method: str, number: str, form: dict) -> None:
        session = self.stand_in.books.sessions.get(number)
        if session is None or session["status"] != "open":
            self._html("<!doctype html><title>Closed</title><p>This page is closed.</p>")
        elif method == "POST" and form.get("answer") in {"pay", "slow"}:
            self.stand_in.books.pay(number, method=CARD if form["answer"] == "pay" else SLOW_BANK)
            self._redirect(session["success_url"])
        else:
            if method == "POST":
                self.stand_in.books.decline(number)
            name = self.stand_in.books.wish_of(number)["line_items"][0]["price_data"]["product_data"]["name"]
            facts = {"name": name, "amount": session["amount_total"], **session}
            self._html(_PAGE.format(**{key: escape(str(value)) for key, value in facts.items()}))

    def _json(self, status: int, body: dict, headers: dict) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})

    def _html(self, text: str) -> None:
        self._send(200, text.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _redirect(self, url: str) -> None:
        self._send(303, b"", {"Location": url})

    def _send(self, status: int, body: bytes, headers: dict) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def unflatten(pairs: list[tuple[str, str]]) -> dict:
    """Read `a[b][0][c]=d` the way Stripe does: names make dicts, numbers make lists."""
    root: dict = {}
    for name, value in pairs:
        *parents, last = re.findall(r"[^\[\]]+", name)
        place = root
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return _with_lists(root)


def _with_lists(thing):
    if not isinstance(thing, dict):
        return thing
    values = {name: _with_lists(value) for name, value in thing.items()}
    if values and all(name.isdigit() for name in values):
        return [values[name] for name in sorted(values, key=int)]
    return values
