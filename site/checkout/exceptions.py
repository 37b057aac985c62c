from django.utils.translation import gettext as _


class CheckoutError(Exception):
    """Something asked of the till cannot be done. Its text is a sentence for the payer."""


class ApplicationStateError(CheckoutError):
    """An application was asked for something that does not fit how far it has come."""

    def __init__(self, state: str):
        super().__init__(_("This cannot be done any more. The application stands at: %(state)s.") % {"state": state})
