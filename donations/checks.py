"""What an installation for the public must not have, or must not lack, before it takes money."""

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from donations.payments.registry import gateways_switched_on


@register(Tags.security, deploy=True)
def no_play_money(app_configs, **kwargs) -> list[CheckMessage]:
    """The sandbox grants memberships for nothing: an installation for the public must not have it."""
    if "sandbox" not in settings.PAYMENT_GATEWAYS:
        return []
    return [
        Error(
            "PAYMENT_GATEWAYS contains 'sandbox', which grants memberships and receipts for play money.",
            hint="Set it to 'stripe'.",
            id="donations.E001",
        )
    ]


@register(Tags.security, deploy=True)
def stripe_has_its_secrets(app_configs, **kwargs) -> list[CheckMessage]:
    """Without its key Stripe takes no payment; without the webhook's secret, none that came in would be believed."""
    missing = [name for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET") if not getattr(settings, name)]
    if "stripe" not in settings.PAYMENT_GATEWAYS or not missing:
        return []
    return [
        Error(
            f"PAYMENT_GATEWAYS contains 'stripe', but {' and '.join(missing)} is empty.",
            hint="Both stand in Stripe's dashboard, under Developers.",
            id="donations.E002",
        )
    ]


@register(Tags.security, deploy=True)
def somebody_can_pay(app_configs, **kwargs) -> list[CheckMessage]:
    """An installation may take cash and transfers only; that is worth knowing, since nobody can then pay on the site."""
    if gateways_switched_on():
        return []
    return [
        checks.Warning(
            "PAYMENT_GATEWAYS offers no way to pay on the site: staff enter cash and bank transfers by hand.",
            hint="Set it to 'stripe' to take payments on the site.",
            id="donations.W001",
        )
    ]
