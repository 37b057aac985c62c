"""A mailbox for the demo: takes every message by SMTP and shows it on a page. Keeps the newest few hundred on disk."""

import argparse
import email
import email.policy
import html
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from aiosmtpd.controller import Controller

FOLDER = Path(__file__).resolve().parents[3] / "var" / "mailbox"
KEEP = 500
STYLE = """
body{font:17px/1.7 Vazirmatn,'Noto Sans Arabic',system-ui,sans-serif;background:#FBF7EF;color:#10302F;max-width:60rem;
margin:auto;padding:1.5rem}a{color:#0B5D5A}li{padding:.5rem 0;border-block-end:1px solid #C9C2B0;list-style:none}
ul{padding:0}small{color:#5B6B6A}iframe{width:100%;height:46rem;border:1px solid #C9C2B0;background:#fff}pre{white-space:pre-wrap}
"""


class Sink:
    """Takes what is sent and writes it down."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (the name is aiosmtpd's)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{time.time_ns()}.eml").write_bytes(envelope.content)
        for old in sorted(FOLDER.glob("*.eml"))[:-KEEP]:
            old.unlink(missing_ok=True)
        return "250 OK"


class Pages(BaseHTTPRequestHandler):
    """The list of messages, each message, its HTML and its attachments."""

    def do_GET(self):
        parts = [unquote(part) for part in self.path.strip("/").split("/")]
        if parts == [""]:
            return self._answer(page("Mailbox", listing()))
        message = read(parts[0])
        if message is None:
            return self._answer(page("Not found", "<p>No such message.</p>"), status=404)
        if len(parts) == 1:
            return self._answer(page(str(message["Subject"]), shown(parts[0], message)))
        if parts[1] == "html":
            part = message.get_body(("html",))
            return self._answer((part.get_content() if part else "").encode(), policy="sandbox")
        for part in message.iter_attachments():
            if part.get_filename() == parts[-1]:
                return self._answer(part.get_payload(decode=True), kind=part.get_content_type())
        return self._answer(page("Not found", "<p>No such attachment.</p>"), status=404)

    def _answer(
        self, body: bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", policy: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing: the demo's terminal is for its addresses."""


def read(name: str) -> EmailMessage | None:
    """Return the message kept as `name`, or None."""
    path = FOLDER / f"{name}.eml"
    if not name.isdigit() or not path.exists():
        return None
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def listing() -> str:
    """All messages, newest first."""
    rows = []
    for path in sorted(FOLDER.glob("*.eml"), reverse=True):
        message = read(path.stem)
        rows.append(
            f'<li dir="auto"><a href="/{path.stem}">{html.escape(str(message["Subject"]))}</a><br>'
            f"<small><bdi>{html.escape(str(message['To']))}</bdi> · {html.escape(str(message['Date']))}</small></li>"
        )
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>No messages yet. Whatever the site sends appears here.</p>"


def shown(name: str, message: EmailMessage) -> str:
    """One message: who, attachments, HTML in a frame, plain text below."""
    plain = message.get_body(("plain",))
    files = "".join(
        f'<li><a href="/{name}/file/{quote(part.get_filename())}">{html.escape(part.get_filename())}</a></li>'
        for part in message.iter_attachments()
    )
    return (
        f'<p><a href="/">Mailbox</a></p><p><small><bdi>{html.escape(str(message["To"]))}</bdi></small></p><ul>{files}</ul>'
        f'<iframe src="/{name}/html" title="HTML" sandbox></iframe>'
        f'<h2>Plain text</h2><pre dir="auto">{html.escape(plain.get_content() if plain else "")}</pre>'
    )


def page(title: str, body: str) -> bytes:
    """A whole page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1 dir=auto>{html.escape(title)}</h1>{body}</html>"
    ).encode()


def main() -> None:
    """Listen on both ports until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--smtp", type=int, default=8026)
    parser.add_argument("--web", type=int, default=8025)
    options = parser.parse_args()
    controller = Controller(Sink(), hostname="127.0.0.1", port=options.smtp, data_size_limit=50_000_000)
    controller.start()
    try:
        ThreadingHTTPServer(("127.0.0.1", options.web), Pages).serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
