"""The tests: as production as they can be while still quick."""

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
ACCOUNT_RATE_LIMITS = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Static files are served from where they lie in the source.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
