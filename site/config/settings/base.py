"""Settings that every installation shares. The others import this one and change little."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
SITE = ROOT / "site"
VAR = ROOT / "var"

env = environ.Env()

INSTALLED_APPS = [
    "config",
    "dashboard",
    "outreach",
    "checkout",
    "portal",
    "pages",
    "donations",
    "surveys",
    "surveys.complaints",
    "volunteers",
    "members",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "djmoney",
    "django_countries",
    "django_tasks",
    "django_tasks_db",
    "i18nfield",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.middleware.ClientAddressMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.StaffDoorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "pages.context_processors.site_frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: one embedded default, one way up -------------------------------------------

SQLITE_OPTIONS = {
    # A writer takes its lock at the start, so that two never meet half-way and fail.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
}
# Pages ask for thirty rows by an index. To start helpers or a compiler for that takes ten times as long as the answer.
POSTGRES_OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off"


def database(default: str) -> dict[str, Any]:
    """The database that DATABASE_URL names, or `default`. What the address says of its own options goes before ours."""
    found = env.db("DATABASE_URL", default=default)
    if found["ENGINE"].endswith("sqlite3"):
        return {**found, "OPTIONS": SQLITE_OPTIONS}
    return {**found, "CONN_MAX_AGE": 60, "OPTIONS": {"options": POSTGRES_OPTIONS, **found.get("OPTIONS", {})}}


DATABASES = {"default": database(f"sqlite:///{VAR / 'sanduq.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rendered pieces of pages and the counts of wrong codes: Django's 300 entries would let the former push out the latter.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5_000}}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "messages"]}}

# --- People who log in --------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backends.LogInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "portal.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# No password before the address is proven: a stranger could otherwise prepare an account for somebody else to walk into.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {"login": "portal.forms.LoginForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
# Whoever's log-in changes is told by e-mail, in case it was not them.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A code typed as its half minute ends still counts (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
STAFF_SECOND_FACTOR_REQUIRED = False

# --- Languages ----------------------------------------------------------------------------

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English")), ("fa", _("Persian"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [SITE / "config" / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Asia/Amman")
# What a filter says that does not filter.
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
DEFAULT_CURRENCY = env("DEFAULT_CURRENCY", default="JOD")
PHONENUMBER_DEFAULT_REGION = env("PHONE_REGION", default="JO")

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
# Uploaded pictures are served by Sanduq itself. A busy site lets its web server do it, and switches this off.
SERVE_UPLOADS = env.bool("SERVE_UPLOADS", default=True)
# Receipts, exports and attachments: never under MEDIA_ROOT, always served by a view that asks who you are.
PRIVATE_ROOT = VAR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Room for somebody who pastes a whole book: the form then says at which field, and shows again what was typed.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20

# --- Wagtail ------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Sanduq"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILEMBEDS_FINDERS: list[dict] = []
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAIL_USER_TIME_ZONES = [
    "Africa/Cairo", "Africa/Casablanca", "Africa/Khartoum", "Africa/Tripoli", "Africa/Tunis", "America/New_York",
    "Asia/Amman", "Asia/Baghdad", "Asia/Bahrain", "Asia/Beirut", "Asia/Damascus", "Asia/Dubai", "Asia/Gaza",
    "Asia/Jerusalem", "Asia/Kabul", "Asia/Kuwait", "Asia/Muscat", "Asia/Qatar", "Asia/Riyadh", "Asia/Tehran",
    "Europe/Berlin", "Europe/Istanbul", "Europe/London", "Europe/Paris", "UTC",
]  # fmt: skip
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Messages -----------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="Sanduq <hello@sanduq.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BASE_URL = env("BASE_URL", default="http://localhost:8000")

# --- Payments -----------------------------------------------------------------------------

# Gateways a payer may choose from; "sandbox" is the built-in one for tests and demos and is refused in production.
PAYMENT_GATEWAYS = env.list("PAYMENT_GATEWAYS", default=["sandbox"])
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
# Only the tests point this elsewhere: at their stand-in for Stripe.
STRIPE_API_BASE = env("STRIPE_API_BASE", default="")

# --- Safety -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Chromium applies form-action to redirects as well: a gateway's hosted page is reached by one after a POST.
        "form-action": [SELF, "https://checkout.stripe.com"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
# Wagtail's date pickers, page editor and preview need inline script and style; nothing else is opened.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": [NONE],
}
# The page editor shows its preview in a frame; elsewhere the policy's frame-ancestors forbids frames altogether.
X_FRAME_OPTIONS = "SAMEORIGIN"
# How many proxies of one's own stand before the site, each adding an address to X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
CSRF_FAILURE_VIEW = "pages.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # see X_FRAME_OPTIONS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django's own request logger would write the path, which on some pages is a secret.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "wagtail": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Writes down the names of people's passkeys.
        "fido2": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
