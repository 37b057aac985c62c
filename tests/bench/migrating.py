"""How long migrating an empty SQLite database takes, and how much of it is ours.

In seconds of processor time: on a machine that does other things too, they are what an idle one would take.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = "config.settings.dev"
LIBRARIES = "tests.bench.libraries.settings"


def migration_seconds(*, rounds: int) -> tuple[float, float]:
    """Seconds for all tables, and for those of Wagtail and its friends alone: the least of `rounds`, taken in turn."""
    both = [(_migrate(EVERYTHING), _migrate(LIBRARIES)) for _round in range(rounds)]
    return min(everything for everything, _libraries in both), min(libraries for _everything, libraries in both)


def _migrate(settings: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3",
        }
        before = _used()
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        return _used() - before


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
