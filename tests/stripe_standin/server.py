"""The stand-in itself: which call does what, and what a key repeats."""

import json
import re
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from .books import Books
from .errors import ApiError, missing
from .handler import Handler
from .lists import listed
from .post import Post

API_VERSION = "2026-10-28.endive"
# A list of events takes no more kinds at once.
MOST_TYPES = 20


class StandIn:
    """Use it as a context manager: `with StandIn(...) as stripe: settings.STRIPE_API_BASE = stripe.url`."""

    def __init__(self, *, key: str = "sk_test_sanduq", webhook_secret: str = "whsec_sanduq"):
        self.key = key
        self.post = Post(secret=webhook_secret)
        self.requests: list[tuple[str, str]] = []
        # How many of the next answers to POST requests get lost after the work was done, or fail before it.
        self.lost_answers = 0
        self.failures = 0
        self._remembered: dict[str, tuple[str, int, dict]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("OurHandler", (Handler,), {"stand_in": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.books = Books(base_url=self.url, api_version=API_VERSION, tell=self.post)

    def __enter__(self) -> "StandIn":
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def only_session(self) -> str:
        """The id of the one session that there is."""
        (number,) = self.books.sessions
        return number

    def forget_keys(self) -> None:
        """Idempotency keys are kept for a day and no longer promised after it."""
        self._remembered.clear()

    def answer(self, method: str, path: str, params: dict, idempotency_key: str) -> tuple[int, dict, dict]:
        """Status, body and extra headers for a call. A key repeats its first answer, and refuses other parameters."""
        with self.books.lock:
            self.requests.append((method, path))
            asked = json.dumps([path, params], sort_keys=True)
            if method == "POST" and idempotency_key in self._remembered:
                first_asked, status, body = self._remembered[idempotency_key]
                if first_asked != asked:
                    error = ApiError(
                        400,
                        "idempotency_error",
                        f"Keys for idempotent requests can only be used with the same parameters: '{idempotency_key}'.",
                    )
                    return error.status, error.body, {}
                return status, body, {"Idempotent-Replayed": "true"}
            try:
                status, body = 200, self._call(method, path, params)
            except ApiError as error:
                status, body = error.status, error.body
            if method == "POST" and idempotency_key:
                self._remembered[idempotency_key] = (asked, status, json.loads(json.dumps(body)))
            return status, body, {}

    def _call(self, method: str, path: str, params: dict) -> dict:
        for route_method, pattern, handle in _ROUTES:
            if method == route_method and (match := re.fullmatch(pattern, path)):
                return handle(self.books, params, *match.groups())
        raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")


def _find(kind: str, things: dict[str, dict], number: str) -> dict:
    if number not in things:
        raise missing(kind, number)
    return things[number]


def _list_invoice_payments(books: Books, params: dict) -> dict:
    found = [
        payment
        for payment in books.invoice_payments
        if payment["invoice"] == params.get("invoice") and payment["status"] == params.get("status", payment["status"])
    ]
    return listed(found, "/v1/invoice_payments", params)


def _list_events(books: Books, params: dict) -> dict:
    kinds = params.get("types")
    if kinds and len(kinds) > MOST_TYPES:
        raise ApiError(400, "invalid_request_error", f"You may only specify {MOST_TYPES} types.", param="types")
    return listed([event for event in books.events if not kinds or event["type"] in kinds], "/v1/events", params)


_ROUTES: list[tuple[str, str, Callable[..., dict]]] = [
    ("POST", "/v1/checkout/sessions", lambda books, params: books.create_session(params)),
    ("GET", r"/v1/checkout/sessions/(\w+)", lambda books, params, n: _find("checkout.session", books.sessions, n)),
    (
        "GET",
        r"/v1/payment_intents/(\w+)",
        lambda books, params, n: books.expanded(_find("payment_intent", books.intents, n), params),
    ),
    (
        "GET",
        "/v1/payment_intents",
        lambda books, params: listed(books.intents_of(params["customer"]), "/v1/payment_intents", params),
    ),
    ("POST", "/v1/payment_intents", lambda books, params: books.charge_kept_card(params)),
    (
        "GET",
        r"/v1/setup_intents/(\w+)",
        lambda books, params, n: books.expanded(_find("setup_intent", books.setups, n), params),
    ),
    ("DELETE", r"/v1/customers/(\w+)", lambda books, params, n: books.delete_customer(n)),
    (
        "GET",
        r"/v1/subscriptions/(\w+)",
        lambda books, params, n: books.expanded(_find("subscription", books.subscriptions, n), params),
    ),
    ("POST", r"/v1/invoices/(\w+)/pay", lambda books, params, n: books.pay_invoice(n, params)),
    ("GET", "/v1/invoices", lambda books, params: listed(books.open_invoices(params), "/v1/invoices", params)),
    ("POST", r"/v1/subscriptions/(\w+)", lambda books, params, n: books.update_subscription(n, params)),
    ("DELETE", r"/v1/subscriptions/(\w+)", lambda books, params, n: books.cancel_subscription(n)),
    ("GET", r"/v1/invoices/(\w+)", lambda books, params, n: _find("invoice", books.invoices, n)),
    ("GET", "/v1/invoice_payments", _list_invoice_payments),
    ("POST", "/v1/refunds", lambda books, params: books.create_refund(params)),
    ("GET", r"/v1/refunds/(\w+)", lambda books, params, n: _find("refund", books.refunds, n)),
    ("GET", "/v1/events", _list_events),
]
