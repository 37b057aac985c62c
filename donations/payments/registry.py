"""Which gateways this installation has: `settings.PAYMENT_GATEWAYS`, in the order in which payers see them."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from donations.exceptions import UnknownGatewayError
from donations.payments.interface import Gateway
from donations.payments.sandbox import SandboxGateway
from donations.payments.stripe_gateway import StripeGateway
from donations.payments.transfer import TransferGateway

_GATEWAYS: dict[str, type[Gateway]] = {
    "stripe": StripeGateway,
    "sandbox": SandboxGateway,
    "transfer": TransferGateway,
}

# Names of all ways to pay that may stand on a payment, those that staff enter included.
LABELS = {
    "stripe": StripeGateway.label,
    "sandbox": SandboxGateway.label,
    "transfer": TransferGateway.label,
    "cash": _("Cash"),
}


def gateways_offered() -> list[Gateway]:
    """Return the gateways that a payer may choose from, best first."""
    return [gateway for gateway in gateways_switched_on() if gateway.is_ready()]


def gateways_switched_on() -> list[Gateway]:
    """Return the gateways that the operator has named, ready or not."""
    return [_GATEWAYS[name]() for name in settings.PAYMENT_GATEWAYS if name in _GATEWAYS]


def get_gateway(name: str) -> Gateway:
    """Return the gateway called `name`. Raises UnknownGatewayError unless this installation has it switched on."""
    if name not in settings.PAYMENT_GATEWAYS or name not in _GATEWAYS:
        raise UnknownGatewayError
    return _GATEWAYS[name]()


def card_keepers() -> list[Gateway]:
    """Return the gateways that a payer may choose from and that keep a card for later, best first."""
    return [gateway for gateway in gateways_offered() if gateway.can_keep_cards]


def hook_names() -> list[str]:
    """Names that may stand in the address of a webhook."""
    return list(_GATEWAYS)


def gateway_label(name: str) -> str:
    """What people call the way of payment `name`, in the active language."""
    return str(LABELS.get(name, name))
