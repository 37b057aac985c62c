from django.utils import timezone
from django_tasks import task

from outreach.domain.sending import send_due


@task(queue_name="messages")
def send_waiting() -> None:
    """Send the messages that wait."""
    send_due(at=timezone.now())
