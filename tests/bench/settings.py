"""The demo's settings on a database and folders of the bench's own, with the floor's page beside ours."""

from pathlib import Path

from config.settings.base import database, env
from config.settings.demo import *

ROOT = Path(env("BENCH_FOLDER"))
MEDIA_ROOT = ROOT / "media"
PRIVATE_ROOT = ROOT / "private"
STORAGES["default"]["OPTIONS"]["location"] = MEDIA_ROOT
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.floor"]
DATABASES = {"default": database(f"sqlite:///{ROOT}/bench.sqlite3")}
