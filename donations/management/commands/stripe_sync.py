from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations.domain.syncing import pull_missed
from donations.exceptions import GatewayError
from donations.payments.stripe_gateway import StripeGateway

# Stripe forgets its events after that.
MOST_DAYS = 30


class Command(BaseCommand):
    help = (
        "Asks Stripe for what it told in the last days and takes in what no webhook brought. Run twice, it changes"
        " nothing the second time. The clock does the same every hour for the last three days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=3, help=f"how far to look back, 1 to {MOST_DAYS} (default: 3)")

    def handle(self, *, days: int, **options):
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"--days must be between 1 and {MOST_DAYS}: Stripe remembers no longer than that.")
        if StripeGateway.code not in settings.PAYMENT_GATEWAYS:
            raise CommandError("PAYMENT_GATEWAYS does not contain 'stripe'.")
        try:
            pulled = pull_missed(StripeGateway.code, since=timezone.now() - timedelta(days=days))
        except GatewayError as error:
            raise CommandError(f"{error} Check STRIPE_SECRET_KEY and the network, then run this again.") from error
        self.stdout.write(
            f"Looked at {pulled.seen} messages of the last {days} days: {pulled.missing} were missing,"
            f" of which {pulled.applied} are applied."
        )
