"""A laptop or the demo: everything on one machine, mail to the local mailbox."""

from .base import *
from .base import env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="only-for-development-never-for-people")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# A browser makes passkeys for https, and for http://localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.int("MAILBOX_SMTP_PORT", default=8026)
