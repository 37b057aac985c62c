"""The test gateway's own clock: real gateways charge recurring gifts by themselves, the sandbox when this is called."""

from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone

from donations.domain.events import apply_event, receive_event
from donations.domain.schedules import next_charge_after
from donations.models import RecurringGift
from donations.payments.sandbox import SandboxGateway, compose_charge


def charge_due(on: date) -> int:
    """Charge every active recurring gift of the sandbox that is due by the day `on`; return how many charges that made.

    A gift that was due several times is charged for each of those days, and never twice for one. Days of a pause are
    passed over. One that was declined stays due, and keeps the later ones from being opened.
    """
    if SandboxGateway.code not in settings.PAYMENT_GATEWAYS:
        return 0
    charged = 0
    for gift in RecurringGift.objects.due_on(on).filter(gateway=SandboxGateway.code):
        while gift.is_active and gift.next_charge_on and gift.next_charge_on <= on:
            due_on = gift.next_charge_on
            if gift.paused_until and due_on < gift.paused_until:
                gift.next_charge_on = next_charge_after(gift, due_on)
                gift.save(update_fields=["next_charge_on"])
                continue
            body, headers = compose_charge(
                gift.gateway_reference,
                recurring=gift.reference,
                amount=gift.charged,
                due_on=due_on,
                at=timezone.make_aware(datetime.combine(due_on, time(12))),
            )
            if not apply_event(receive_event(SandboxGateway.code, body=body, headers=headers)):
                break
            gift.refresh_from_db()
            charged += 1
            if gift.next_charge_on == due_on:
                break
    return charged
