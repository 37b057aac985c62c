"""What this wing refuses to do, each with one sentence for the person who asked."""

from django.utils.translation import gettext_lazy as _


class DonationsError(Exception):
    """Base of all. `str()` is a translated sentence that may be shown."""

    message = _("This payment could not be handled. Please tell us.")

    def __init__(self, message: str = ""):
        super().__init__(message or str(self.message))


class GatewayError(DonationsError):
    """A way to pay cannot be used, for one of the reasons below."""


class GatewayUnavailableError(GatewayError):
    """The gateway did not answer, or answered that it is out of order. Asking again is safe."""

    message = _(
        "The payment service does not answer at the moment. Nothing has been charged. Please try again shortly."
    )


class GatewayRefusedError(GatewayError):
    """The gateway understood and said no. Asking the same again will not help."""

    message = _("The payment service refused this. Please choose another way to pay, or tell us.")


class UnknownGatewayError(GatewayError):
    message = _("This way to pay is not offered.")


class WrongSignatureError(DonationsError):
    """A message that claims to come from a gateway and does not prove it."""

    message = _("The signature of this message is wrong.")


class ForeignEventError(DonationsError):
    """A message that is genuine and not meant for us: of another account, or of test money where real money is taken."""

    message = _("This message is about another account, or about test money where real money is taken, or the reverse.")


class EventTooEarlyError(DonationsError):
    """An event speaks of something that another event, not here yet, will tell us about."""

    message = _("The payment that this message is about is not known yet.")


class PaymentClosedError(DonationsError):
    message = _("This has been paid already. You need not pay again.")


class NotSettledError(DonationsError):
    message = _("This payment has not come in yet.")


class AmountError(DonationsError):
    message = _("This amount cannot be taken.")


class RefundTooLargeError(DonationsError):
    message = _("No more can be refunded than came in.")


class ReceiptVoidedError(DonationsError):
    message = _("This receipt has been voided already.")


class RecurringStoppedError(DonationsError):
    message = _("This recurring gift has been stopped already.")


class ChangeUnderWayError(DonationsError):
    message = _(
        "The payment service has not answered yet what you asked for last. We go on asking; please look again in some minutes."
    )


class NothingToChangeError(DonationsError):
    message = _("There is nothing to change here.")


class DayOutOfReachError(DonationsError):
    message = _("This day is too near or too far away. Please choose another one.")


class ReceiptDamagedError(DonationsError):
    """The kept PDF is not the one whose hash was kept. An operator must restore it from a backup."""

    message = _("The file of this receipt is damaged. Please tell us, so that it can be restored.")


class DuplicateEntryError(DonationsError):
    message = _("A payment with this reference has been entered already.")


class ReceiptErasedError(DonationsError):
    """Number, amount and day of a receipt stay in the books; its paper went with the person to whom it was issued."""

    message = _("The paper of this receipt was erased together with the person. Its number and amount are kept.")
