import pytest

from tests.stripe_standin import StandIn


@pytest.fixture
def stripe(settings):
    """A stand-in for Stripe, which the installation's one gateway talks to. Events go nowhere until a test says so."""
    with StandIn() as stand_in:
        settings.PAYMENT_GATEWAYS = ["stripe"]
        settings.STRIPE_API_BASE = stand_in.url
        settings.STRIPE_SECRET_KEY = stand_in.key
        settings.STRIPE_WEBHOOK_SECRET = stand_in.post.secret
        yield stand_in


@pytest.fixture
def hooked_stripe(stripe, live_server):
    """The same, sending its events to our webhook over HTTP."""
    stripe.post.webhook_url = f"{live_server.url}/hooks/stripe/"
    return stripe
