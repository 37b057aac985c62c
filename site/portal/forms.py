from allauth.account import forms as account_forms
from django.utils.translation import gettext_lazy as _


class LoginForm(account_forms.LoginForm):
    """One door for all: with a password if one has been set, else with a code that comes by e-mail.

    The library leaves the password out since nobody chooses one while registering; who sets one later could not use it.
    """

    def _setup_password_field(self) -> None:
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Leave it empty, and we send you a code by e-mail.")
