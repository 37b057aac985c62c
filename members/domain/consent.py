"""Consent: what somebody agreed to be written about, kept as events with their current sum."""

from django.db import transaction

from members.models import Consent, ConsentEvent, Contact, LegalBasis, User
from members.signals import consent_recorded


@transaction.atomic
def record_consent(
    contact: Contact,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
    wording: str = "",
    basis: str = LegalBasis.CONSENT,
    actor: User | None = None,
) -> ConsentEvent:
    """Write down that `contact` said yes or no, and make it the current state.

    `source` names the form or conversation, `wording` is the sentence they saw (article 7(1) GDPR: one must be able to
    show it), `actor` is the member of staff who typed it, if any.
    """
    event = ConsentEvent.objects.create(
        contact=contact,
        channel=channel,
        purpose=purpose,
        granted=granted,
        basis=basis,
        wording=wording,
        source=source,
        actor=actor,
    )
    Consent.objects.update_or_create(
        contact=contact, channel=channel, purpose=purpose, defaults={"granted": granted, "event": event}
    )
    transaction.on_commit(lambda: consent_recorded.send_robust(ConsentEvent, event=event))
    return event


def has_consent(contact: Contact, *, channel: str, purpose: str) -> bool:
    """Whether `contact` has said yes to `purpose` on `channel`, and has not taken it back. Silence is a no."""
    return Consent.objects.filter(contact=contact, channel=channel, purpose=purpose, granted=True).exists()
