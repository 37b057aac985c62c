"""Our settings without any app of ours: what Wagtail and its friends need by themselves."""

from config.settings.dev import *

OURS = {
    "config", "dashboard", "outreach", "checkout", "portal", "pages",
    "donations", "surveys", "surveys.complaints", "volunteers", "members",
}  # fmt: skip
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in OURS]
AUTH_USER_MODEL = "auth.User"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_ADAPTER = "allauth.account.adapter.DefaultAccountAdapter"
ACCOUNT_FORMS = {}
ROOT_URLCONF = "wagtail.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"].remove("pages.context_processors.site_frame")
