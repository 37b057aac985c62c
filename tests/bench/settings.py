"""The demo's settings on a database of the bench's own, with the floor's page beside ours."""

from config.settings.base import SQLITE_OPTIONS, env
from config.settings.demo import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.floor"]
DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
