from django.utils.translation import gettext as _

from checkout.models import PresentState


class CheckoutError(Exception):
    """Something asked of the till cannot be done. Its text is a sentence for the payer."""


class ApplicationStateError(CheckoutError):
    """An application was asked for something that does not fit how far it has come."""

    def __init__(self, state: str):
        super().__init__(_("This cannot be done any more. The application stands at: %(state)s.") % {"state": state})


class OfferChangedError(CheckoutError):
    """Since the page was opened, a colleague has done it, or the fee is another."""

    def __init__(self):
        super().__init__(
            _("Something has changed since this page was opened: a new term, or the fee. Nothing was entered.")
        )


class PartForNobodyError(CheckoutError):
    """A part of a fee came from somebody who is no member, so that there is nothing to keep it for."""

    def __init__(self):
        super().__init__(
            _("Somebody new pays the whole fee at once. Nothing was entered: enter all of it, or have it transferred.")
        )


class FeeRefusedError(CheckoutError):
    """The rules forbid the term. Its text is their sentence."""


class InvoiceAwaitedError(CheckoutError):
    """An invoice is on its way to somebody already, so that another would ask for the money twice."""

    def __init__(self):
        super().__init__(_("An invoice was sent already and is not paid yet."))


class RenewedByCardError(CheckoutError):
    """A card on file pays for the next term."""

    def __init__(self):
        super().__init__(_("This membership is renewed automatically by card."))


class StaysOnTierError(CheckoutError):
    """Somebody was to move to the tier on which they are."""

    def __init__(self):
        super().__init__(_("This membership is on that tier already, and it fits."))


class NoInvoicesError(CheckoutError):
    """Something is to be paid by invoice where nobody can pay by bank transfer."""

    def __init__(self):
        super().__init__(
            _("No invoice can be sent: paying by bank transfer is not switched on, or the bank account is not known.")
        )


class DeliveryDayError(CheckoutError):
    """A present was to be delivered on a day that is past or too far away, or sent once more before its day."""

    def __init__(self):
        super().__init__(_("A present goes out on its day, from today and within a year."))


class PresentNotReadyError(CheckoutError):
    """A present was to be accepted, or sent, that cannot be at the moment. Its text does not say what it cost or whose it is."""

    def __init__(self, state: PresentState):
        self.state = state
        sentences = {
            PresentState.UNPAID: _("This present has not been paid yet."),
            PresentState.HELD: _("The payment of this present is being looked into. Please try again in some days."),
            PresentState.RETURNED: _("This present was paid back and cannot be accepted any more."),
            PresentState.ACCEPTED: _("This present has been accepted already."),
            PresentState.EXPIRED: _("The last day for accepting this present has passed."),
        }
        super().__init__(sentences[state])
