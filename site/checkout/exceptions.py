from django.utils.translation import gettext as _


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
