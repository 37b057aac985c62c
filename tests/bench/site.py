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
    """Migrates, loads the demo and serves it with gunicorn. `with BenchSite() as site: site.port`."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sanduq-bench-"))
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
            "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{self.folder / 'bench.sqlite3'}"),
        }
        self.server: subprocess.Popen | None = None
        self.port = 0

    def __enter__(self) -> "BenchSite":
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_demo")
        self.manage("shell", "--verbosity", "0", "--command", ADD_FLOOR)
        return self

    def __exit__(self, *_exception) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def manage(self, *arguments: str) -> float:
        """Run one of Django's commands and return the seconds it took."""
        start = time.perf_counter()
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
        return time.perf_counter() - start

    def serve(self) -> None:
        """Start the web server and wait until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}",
                "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30",
                "--log-level", "error", "--no-control-socket",
            ],
            env=self.environment,
            cwd=ROOT,
        )  # fmt: skip
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
