from django_tasks import task

from donations.domain.events import apply_event
from donations.models import PaymentEvent


@task()
def apply_stored_event(event_id: int) -> bool:
    """Apply one stored message soon. Only a nudge: what is lost here the scheduler's pump picks up."""
    return apply_event(PaymentEvent.objects.get(pk=event_id))
