"""What outreach tells, once the transaction is committed."""

from django.dispatch import Signal

# sender=Delivery: there are messages to be sent.
messages_queued = Signal()
