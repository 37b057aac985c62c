"""As the tests' settings, but with a server of its own around it: its files, its address, a mail server to reach."""

from config.settings.test import *
from config.settings.test import STORAGES, env

ROOT = env.path("SANDUQ_FOLDER")
MEDIA_ROOT = ROOT("media")
PRIVATE_ROOT = ROOT("private")
STORAGES["default"]["OPTIONS"] = {"location": MEDIA_ROOT, "base_url": "/media/"}
STORAGES["private"]["OPTIONS"] = {"location": PRIVATE_ROOT, "base_url": None}
BASE_URL = WAGTAILADMIN_BASE_URL = env("BASE_URL")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.int("SMTP_PORT")
