"""The real server on a database of its own, for as long as a measurement takes."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2


class BenchSite:
    """Migrates, loads the demo, and serves it with gunicorn and a sink for mail. `with BenchSite() as site: site.port`.

    On SQLite, or on the PostgreSQL that DATABASE_URL names, which must be empty.
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sanduq-bench-"))
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{self.folder / 'bench.sqlite3'}"),
            "BENCH_FOLDER": str(self.folder),
        }
        self.processes: list[subprocess.Popen] = []
        self.port = 0

    def __enter__(self) -> "BenchSite":
        try:
            self._serve_mail()
            self.manage("migrate", "--verbosity", "0")
            self.manage("load_demo")
            self.run(ADD_FLOOR)
            self._serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_postgres(self) -> bool:
        """Whether the site stands on PostgreSQL."""
        return self.environment["DATABASE_URL"].startswith("postgres")

    def manage(self, *arguments: str) -> float:
        """Run one of Django's commands and return the seconds it took."""
        start = time.perf_counter()
        self._manage(*arguments)
        return time.perf_counter() - start

    def run(self, code: str) -> str:
        """Run Python inside the site and return what it printed."""
        return self._manage("shell", "--verbosity", "0", "--command", code)

    def staff_cookie(self) -> str:
        """The cookie of an administrator who has logged in."""
        return f"sessionid={self.run(LOG_IN).strip()}"

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def _serve_mail(self) -> None:
        sink = subprocess.Popen([sys.executable, "-m", "tests.bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.processes.append(sink)
        self.environment["MAILBOX_SMTP_PORT"] = sink.stdout.readline().strip()

    def _serve(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--pythonpath", "site", "--no-control-socket",
            "--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS), "--log-level", "error",
        ]  # fmt: skip
        self.processes.append(subprocess.Popen(command, env=self.environment, cwd=ROOT))
        for _attempt in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
            except OSError:
                time.sleep(0.25)
            else:
                return
        raise RuntimeError("The server does not answer.")


ADD_FLOOR = """
from tests.bench.floor.models import BarePage
from wagtail.models import Site
home = Site.objects.get(is_default_site=True).root_page
home.add_child(instance=BarePage(title="Floor", slug="floor", locale=home.locale))
"""
LOG_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from members.models import User
user = User.objects.filter(groups__name="administrator").first()
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "members.backends.LogInBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
