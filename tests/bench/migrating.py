"""How long migrating an empty SQLite database takes, and how much of it is ours."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Ours, and the log-in's table, without which the others cannot be migrated.
OTHERS = """
import sys, time
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
ours = {"members", "donations", "surveys", "complaints", "volunteers", "checkout", "outreach", "pages", "config"}
executor = MigrationExecutor(connection)
targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in ours] + [("members", "0001_initial")]
executor.migrate(targets)
"""


def migration_seconds() -> tuple[float, float]:
    """Seconds for all tables, and for those that are not ours, each in a process and a database of its own."""
    return _run("manage.py", "migrate", "--verbosity", "0"), _run(
        "manage.py", "shell", "--verbosity", "0", "--command", OTHERS
    )


def _run(*arguments: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3",
        }
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)
        return time.perf_counter() - start
