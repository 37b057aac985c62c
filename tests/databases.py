"""One migrated database for all test processes: made once for each state of the migrations, then copied.

Migrating takes twenty seconds, copying a tenth of one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "test"


def fingerprint() -> str:
    """A name for the database that the sources and the locked dependencies of now would migrate to."""
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    sources += [*ROOT.glob("site/outreach/message_defaults/*.toml"), ROOT / "site/dashboard/domain/roles.py"]
    sources += [ROOT / "members/domain/figures/marking.py"]
    digest = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes())
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def use_a_copy() -> None:
    """Point the default connection at a fresh copy of the migrated database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            _use_sqlite_copy()
        else:
            _use_postgres_copy()


def drop_the_copy() -> None:
    """Remove what `use_a_copy` made."""
    connection.close()
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        for path in FOLDER.glob(f"{Path(name).name}*"):
            path.unlink(missing_ok=True)
    else:
        _postgres(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def make_copy(name: str) -> str:
    """Copy the migrated database for another process to use, and return its DATABASE_URL."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            return f"sqlite:///{shutil.copy(_sqlite_template(), FOLDER / f'{name}.sqlite3')}"
        _postgres(f'DROP DATABASE IF EXISTS "{name}"')
        _postgres(f'CREATE DATABASE "{name}" TEMPLATE "{_postgres_template()}"')
        return _url_of(name)


def remove_copy(name: str) -> None:
    """Remove what `make_copy` made."""
    if connection.vendor == "sqlite":
        for path in FOLDER.glob(f"{name}.sqlite3*"):
            path.unlink(missing_ok=True)
    else:
        _postgres(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use_sqlite_copy() -> None:
    copy = FOLDER / f"database-{os.getpid()}.sqlite3"
    shutil.copy(_sqlite_template(), copy)
    _connect_to(str(copy))


def _sqlite_template() -> Path:
    template = FOLDER / f"template-{fingerprint()}.sqlite3"
    if not template.exists():
        for old in FOLDER.glob("template-*.sqlite3*"):
            old.unlink()
        unfinished = template.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        _migrate(f"sqlite:///{unfinished}")
        unfinished.rename(template)
    return template


def _use_postgres_copy() -> None:
    copy = f"sanduq_test_{os.getpid()}"
    _postgres(f'CREATE DATABASE "{copy}" TEMPLATE "{_postgres_template()}"')
    _connect_to(copy)


def _postgres_template() -> str:
    template = f"sanduq_template_{fingerprint()}"
    if not _postgres(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
        _postgres(f'CREATE DATABASE "{template}_unfinished"')
        _migrate(_url_of(f"{template}_unfinished"))
        _postgres(f'ALTER DATABASE "{template}_unfinished" RENAME TO "{template}"')
    return template


def _url_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _migrate(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--settings", "config.settings.test"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"The test database could not be migrated:\n{done.stderr[-4000:]}")


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _postgres(statement: str) -> list[tuple]:
    """Run one statement on the server's own database, outside any transaction, and return the rows if there are any."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
