"""A public installation: secrets from the environment, everything strict."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import BASE_URL, PAYMENT_GATEWAYS, STORAGES, env

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

if "sandbox" in PAYMENT_GATEWAYS:
    raise ImproperlyConfigured(
        "PAYMENT_GATEWAYS contains 'sandbox', which grants memberships for play money. Set it to 'stripe'."
    )

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
STAFF_SECOND_FACTOR_REQUIRED = True

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
if "CACHE_URL" in env:
    CACHES = {"default": env.cache("CACHE_URL")}

# EMAIL_URL such as smtp+tls://user:password@host:587, or a provider of django-anymail by its own settings.
vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
if provider := env("ANYMAIL_PROVIDER", default=""):
    EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    ANYMAIL = env.json("ANYMAIL", default={})
    INSTALLED_APPS = [*INSTALLED_APPS, "anymail"]
