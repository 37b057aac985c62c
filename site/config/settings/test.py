"""The tests: as production as they can be while still quick."""

import os

from .base import *
from .base import VAR

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]

# Hashing a password well takes a third of a second; the tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = VAR / "test" / "media"
PRIVATE_ROOT = VAR / "test" / "private"
BASE_URL = "https://sanduq.example"
STRIPE_SECRET_KEY = "sk_test_sanduq"  # noqa: S105
STRIPE_WEBHOOK_SECRET = "whsec_sanduq"  # noqa: S105
PAYMENT_GATEWAYS = ["sandbox"]
RATELIMIT_ENABLE = False
ACCOUNT_RATE_LIMITS = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Threads wait for each other's locks in a file, not in SQLite's shared memory; the process id keeps runs apart.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test" / f"database-{os.getpid()}.sqlite3"}
