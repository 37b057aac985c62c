from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def no_play_money(app_configs, **kwargs) -> list[Error]:
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
