"""How events travel: signed, one by one, and as badly as the internet may treat them."""

import json
import random
import threading
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import stripe


class Post:
    """Delivers events to `webhook_url` as they happen; while held, it keeps them for `release`."""

    def __init__(self, *, secret: str):
        self.secret = secret
        self.webhook_url = ""
        self.is_held = False
        self.waiting: list[dict] = []
        # HTTP status of each delivery, in order; 0 when nobody answered.
        self.answers: list[int] = []
        self._lock = threading.Lock()

    def __call__(self, event: dict) -> None:
        if self.is_held or not self.webhook_url:
            with self._lock:
                self.waiting.append(event)
        else:
            self.deliver(event)

    def hold(self) -> None:
        """Keep events back until `release`."""
        self.is_held = True

    def release(self, *, copies: int = 1, backwards: bool = False, shuffle: random.Random | None = None) -> None:
        """Deliver what was kept, each `copies` times, in order, backwards or shuffled."""
        with self._lock:
            events, self.waiting = self.waiting * copies, []
        self.is_held = False
        if backwards:
            events.reverse()
        if shuffle:
            shuffle.shuffle(events)
        for event in events:
            self.deliver(event)

    def deliver(self, event: dict, *, secret: str = "") -> int:
        """Send one event, signed with our secret or another; returns the HTTP status of the answer."""
        text = json.dumps(event, indent=2)
        signature = stripe.WebhookSignature.generate_signature_header(text, secret or self.secret)
        request = Request(
            self.webhook_url,
            data=text.encode(),
            headers={"Content-Type": "application/json", "Stripe-Signature": signature},
            method="POST",
        )
        try:
            with urlopen(request, timeout=10) as answer:
                status = answer.status
        except HTTPError as error:
            status = error.code
        except URLError:
            status = 0
        self.answers.append(status)
        return status
