"""Consent: what somebody agreed to be written about, kept as events with their current sum.

Whoever is younger than the profile's age of consent cannot agree alone: a guardian says yes for them. A guardian's yes
ends on the day on which the person comes of age. The law (recital 38 and article 8 GDPR, and the laws like it) would
let it go on until they take it back, if they are told that they can; here it is not stretched in silence: they are
asked themselves, and until they answer, silence is a no.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from django.db import transaction
from django.utils import timezone

from members.exceptions import GuardianNeededError, NotGuardianError
from members.models import HIGHEST_AGE_OF_CONSENT, Consent, ConsentEvent, Contact, LegalBasis, NonprofitProfile, User
from members.signals import consent_recorded

GUARDIAN = "guardian"  # code of the relationship: its first is the guardian of its second


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
    reason: str = "",
    guardian: Contact | None = None,
    actor: User | None = None,
    on: date | None = None,
) -> ConsentEvent:
    """Write down that `contact` said yes or no, and make it the current state.

    `source` names the form or conversation, `wording` is the sentence they saw (article 7(1) GDPR: one must be able to
    show it), `actor` is who typed it, if anybody did, and `reason` why, `guardian` who spoke for a minor, `on` today.
    A no is always taken. Raises GuardianNeededError for a minor's own yes, and NotGuardianError for a yes in the name
    of somebody who is no guardian of theirs on that day.
    """
    day = on or timezone.localdate()
    if guardian is not None and not guardians_of(contact, on=day).filter(pk=guardian.pk).exists():
        raise NotGuardianError
    if granted and basis == LegalBasis.CONSENT and guardian is None and needs_guardian(contact, on=day):
        raise GuardianNeededError(age_of_consent())
    event = ConsentEvent.objects.create(
        contact=contact,
        channel=channel,
        purpose=purpose,
        granted=granted,
        basis=basis,
        wording=wording,
        source=source,
        reason=reason,
        guardian=guardian,
        actor=actor,
    )
    Consent.objects.update_or_create(
        contact=contact, channel=channel, purpose=purpose, defaults={"granted": granted, "event": event}
    )
    transaction.on_commit(lambda: consent_recorded.send_robust(ConsentEvent, event=event))
    return event


def has_consent(contact: Contact, *, channel: str, purpose: str, on: date | None = None) -> bool:
    """Whether there is a yes to `purpose` on `channel` that counts on the day `on` (today). Silence is a no."""
    consent = (
        Consent.objects.select_related("event")
        .filter(contact=contact, channel=channel, purpose=purpose, granted=True)
        .first()
    )
    return consent is not None and bool(counting([consent.event], contact, on=on or timezone.localdate()))


def standing_answers(contact: Contact) -> list[ConsentEvent]:
    """The newest answer to each purpose on each channel. One query."""
    return [consent.event for consent in contact.consents.select_related("event")]


def counting(events: Iterable[ConsentEvent], contact: Contact, *, on: date) -> list[ConsentEvent]:
    """Those of the answers of `contact` that are a yes which may be acted on, on the day `on`.

    One's own yes counts if one was old enough to give it, a guardian's while one is not. At most one query.
    """
    limit = cache(age_of_consent)
    return [event for event in events if _counts(event, contact, on=on, limit=limit)]


def _counts(event: ConsentEvent, contact: Contact, *, on: date, limit: Callable[[], int]) -> bool:
    if not event.granted:
        return False
    if contact.birth_date is None or event.basis != LegalBasis.CONSENT:
        return True
    if event.guardian_id is not None:
        return _is_younger(contact.birth_date, limit, on=on)
    # A birth date that is learnt later also tells how old they were when they answered.
    return not _is_younger(contact.birth_date, limit, on=timezone.localdate(event.happened_at))


def needs_guardian(contact: Contact, *, on: date) -> bool:
    """Whether `contact` is too young, on the day `on`, to agree alone. Without a birth date nobody is."""
    return contact.birth_date is not None and _is_younger(contact.birth_date, age_of_consent, on=on)


def _is_younger(birth_date: date, limit: Callable[[], int], *, on: date) -> bool:
    age = age_on(birth_date, on)
    # Most people are too old for any nonprofit's limit, and it need not be looked up.
    return age < HIGHEST_AGE_OF_CONSENT and age < limit()


def age_on(birth_date: date, day: date) -> int:
    """Completed years of life on `day`. Who was born on 29 February completes one on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_of_consent() -> int:
    """From which age one's own yes counts, in years, as the nonprofit's profile says."""
    profile = NonprofitProfile.objects.order_by("-site__is_default_site").first() or NonprofitProfile()
    return profile.age_of_consent


def guardians_of(contact: Contact, *, on: date):
    """The contacts who are guardians of `contact` on the day `on`."""
    in_force = contact.relationships_to.in_force_on(on).filter(type__code=GUARDIAN)
    return Contact.objects.filter(pk__in=in_force.values("from_contact"), erased_at=None, died_on=None)
