"""How the log-in library speaks to people: through our own messages, in their language."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from outreach.domain.messages import queue_message

# The library's message, ours, and which of its values our button leads to.
_MESSAGES = {
    "account/email/login_code": ("login-code", ""),
    "account/email/email_confirmation": ("login-code", ""),
    "account/email/email_confirmation_signup": ("login-code", ""),
    "account/email/password_reset_code": ("login-code", ""),
    "account/email/password_reset_key": ("account-link", "password_reset_url"),
    "account/email/unknown_account": ("account-unknown", ""),
    "account/email/account_already_exists": ("account-exists", "password_reset_url"),
}


class AccountAdapter(DefaultAccountAdapter):
    """E-mails of the log-in go out by the same delivery table as all others."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        template, link = _MESSAGES.get(template_prefix, ("account-changed", ""))
        values = {"code": str(context["code"])} if "code" in context else {}
        if link:
            values["button_url"] = str(context.get(link, ""))
        if template == "account-changed":
            values["change"] = self._what_changed(template_prefix)
        queue_message(
            template,
            key=f"account-{get_random_string(24)}",
            to=email,
            language=get_language() or "",
            context=values,
        )

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Whoever logged in within REAUTHENTICATION_TIMEOUT has just proven who they are, by whatever means.

        Without this, somebody with a first passkey would be asked for it before they may see their recovery codes.
        """
        return super().is_reauthentication_required(app=app, **kwargs) and not self._logged_in_just_now()

    def _logged_in_just_now(self) -> bool:
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        return any(proof["at"] >= since for proof in get_authentication_records(self.request, self.request.user))

    def _what_changed(self, template_prefix: str) -> str:
        changes = {
            "password_changed": _("The password was changed."),
            "password_set": _("A password was set."),
            "password_reset": _("The password was reset."),
            "email_changed": _("The e-mail address was changed."),
            "email_deleted": _("An e-mail address was removed."),
            "email_confirm": _("An e-mail address was confirmed."),
            "totp_activated": _("An authenticator app was added."),
            "totp_deactivated": _("The authenticator app was removed."),
            "webauthn_added": _("A passkey was added."),
            "webauthn_removed": _("A passkey was removed."),
            "recovery_codes_generated": _("New recovery codes were made."),
        }
        return changes.get(template_prefix.rpartition("/")[2], "")
