"""The whole of Sanduq as a user has it: web server and task worker on a copy of the migrated database, with the demo."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

from tests.databases import ROOT
from tests.smtp_sink import SmtpServer

PATIENCE_SECONDS = 30


class Server:
    """Runs in processes of its own; tests reach it by browser and HTTP, and read the mail that it sent."""

    def __init__(self, *, database_url: str, folder: Path):
        self.smtp = SmtpServer()
        self._log = folder / "server.log"
        self._processes: list[subprocess.Popen] = []
        self._port = free_port()
        # By name: a browser makes no passkey for a number.
        self.base_url = f"http://localhost:{self._port}"
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "BASE_URL": self.base_url,
            "SANDUQ_FOLDER": str(folder),
            "SMTP_PORT": str(self.smtp.port),
        }

    def __enter__(self) -> "Server":
        self.smtp.__enter__()
        self._run("-m", "tests.browser.seed")
        self._start(
            "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self._port}", "--workers", "1", "--threads", "4",
            "--log-level", "warning", "--no-control-socket",
        )  # fmt: skip
        self._start(
            "manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2", "--no-startup-delay", "--verbosity", "0"
        )
        self._wait_until_up()
        return self

    def __exit__(self, *_exception) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.smtp.__exit__()

    def url(self, path: str) -> str:
        """The whole address of `path`."""
        return self.base_url + path

    def errors(self) -> list[str]:
        """The errors that the processes have written down so far."""
        return [
            line for line in self._log.read_text().splitlines() if '"level": "error"' in line or "Traceback" in line
        ]

    def mail_to(self, address: str, *, subject: str = "", number: int = 1) -> EmailMessage:
        """Wait for the message `number`, counted from 1, to `address` with `subject` in its own, and return it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = self.all_mail_to(address, subject=subject)
            if len(found) >= number:
                return found[number - 1]
            time.sleep(0.05)
        raise AssertionError(f"Message {number} to {address} did not come.\n{self._log.read_text()[-3000:]}")

    def all_mail_to(self, address: str, *, subject: str = "") -> list[EmailMessage]:
        """The messages to `address` with `subject` in their own, so far."""
        return [
            message
            for message in list(self.smtp.sink.messages)
            if address in str(message["To"]) and subject in str(message["Subject"])
        ]

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"The server's data could not be loaded:\n{done.stderr[-4000:]}")

    def _start(self, *arguments: str) -> None:
        with self._log.open("ab") as log:
            self._processes.append(
                subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self._environment, stdout=log, stderr=log)
            )

    def _wait_until_up(self) -> None:
        end = time.monotonic() + 2 * PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.url("/healthz"), timeout=2).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"The server does not answer:\n{self._log.read_text()[-4000:]}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
