"""The demo: one machine, play money, mail to the local mailbox. As production behaves, without its secrets."""

from .dev import *
from .dev import ROOT, SQLITE_OPTIONS, env

DEBUG = env.bool("DEBUG", default=False)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ROOT / "var" / "demo.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
}
MEDIA_ROOT = ROOT / "var" / "demo" / "media"
PRIVATE_ROOT = ROOT / "var" / "demo" / "private"
PAYMENT_GATEWAYS = ["sandbox", "transfer"]
DEFAULT_FROM_EMAIL = "صندوق <hello@sanduq.example>"
# Static files are served as they lie in the source, so that a start needs no collecting.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
STORAGES["default"]["OPTIONS"] = {"location": MEDIA_ROOT, "base_url": "/media/"}
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
