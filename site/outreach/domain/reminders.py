"""Reminders of renewing: who is due is queued once a day, and each letter is written when it is sent.

What is queued is no more than a term and a number, so that many are queued fast, and so that the letter says what is true
when it goes out. A reminder is known by its term and its day, so that none is ever sent twice.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkout.domain.automatic_rules import renews_by_itself
from checkout.domain.baskets import quote_next_term
from checkout.domain.renewal_links import not_renewing_token, renewal_token
from members.batching import batched
from members.domain.fees import rates_of
from members.domain.renewal import awaiting_renewal, due_on, schedule_of, terms_due
from members.exceptions import MembersError
from members.models import Email, Relationship, Term, Tier
from members.money import format_money
from outreach.domain.addresses import page_url
from outreach.domain.messages import nudge_worker
from outreach.domain.recipients import RESPONSIBLE, recipients_of
from outreach.models import Delivery, Suppression

BEFORE, AFTER = "renewal-reminder", "renewal-ended"
REMINDERS = (BEFORE, AFTER)
CHUNK = 5_000


def reminder_key(term: int, offset: int) -> str:
    """By what the reminder of `term` at `offset` is known for ever."""
    return f"renewal-{term}-{offset}"


def queue_reminders(*, on: date, at: datetime) -> int:
    """Queue what is due on the day `on`, and return how many messages that made. Once more does nothing."""
    queued = 0
    for due in due_on(on):
        # Whoever is renewed by card gets the notice of that instead.
        wanted = terms_due(due, on=on).filter(~renews_by_itself(on))
        pks = list(wanted.order_by("pk").values_list("pk", flat=True))
        for some in batched(pks, CHUNK):
            queued += _queue(some, due.offset, on=on, at=at)
    return queued


@transaction.atomic
def _queue(terms: list[int], offset: int, *, on: date, at: datetime) -> int:
    keys = {reminder_key(pk, offset): pk for pk in terms}
    known = set(Delivery.objects.filter(key__in=keys).values_list("key", flat=True))
    wanted = {key: pk for key, pk in keys.items() if key not in known}
    recipients = recipients_of(wanted.values(), on=on)
    template = BEFORE if offset <= 0 else AFTER
    deliveries = [
        Delivery(
            key=key,
            contact_id=to.contact,
            address=to.address,
            language=to.language,
            template=template,
            context={"term": pk},
            due_at=at,
        )
        for key, pk in wanted.items()
        if (to := recipients.get(pk))
    ]
    # Another clock may be at the same; of two with one key, one stays.
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=1000)
    if deliveries:
        transaction.on_commit(nudge_worker)
    return len(deliveries)


def out_of_reach(on: date) -> QuerySet[Term]:
    """Return the terms whose reminders have begun, to whom no e-mail can be written: they are phoned or sent a letter."""
    spans = Q(pk__in=[])
    for tier in Tier.objects.prefetch_related("reminders"):
        if offsets := schedule_of(tier):
            first, last = on - timedelta(days=tier.grace_days), on - timedelta(days=offsets[0])
            spans |= Q(tier=tier.pk, ends_on__range=(first, last))
    suppressed = Suppression.objects.filter(address__iexact=OuterRef("address"))
    usable = Email.objects.filter(~Exists(suppressed), is_undeliverable=False)
    responsible = Relationship.objects.in_force_on(on).filter(
        Exists(usable.filter(contact=OuterRef("from_contact"))),
        to_contact=OuterRef("membership__contact"),
        type__code__in=RESPONSIBLE,
        from_contact__died_on=None,
        from_contact__erased_at=None,
    )
    own = usable.filter(contact=OuterRef("membership__contact"))
    waiting = awaiting_renewal(on).filter(spans).filter(~renews_by_itself(on))
    return waiting.filter(~Exists(own), ~Exists(responsible)).order_by("ends_on", "pk")


# --- At the moment of sending ----------------------------------------------------------------


def no_longer_due(delivery: Delivery) -> str:
    """Return why a reminder must not be sent by now, or an empty string: they renewed, said no, left, or died."""
    if delivery.template not in REMINDERS:
        return ""
    today = timezone.localdate()
    waits = awaiting_renewal(today).filter(~renews_by_itself(today), pk=delivery.context.get("term", 0))
    return "" if waits.exists() else _("A reminder is not called for any more.")


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what is filled into a reminder, as it is now; nothing for any other message."""
    if delivery.template not in REMINDERS:
        return {}
    term = Term.objects.select_related("tier", "membership__contact", "membership__branch").get(
        pk=delivery.context["term"]
    )
    with translation.override(delivery.language):
        return {
            "member": term.membership.contact.name,
            "tier": str(term.tier.name),
            "until": date_format(term.ends_on),
            "grace_until": date_format(term.grace_until),
            "amount": format_money(_due(term), delivery.language),
            "button_url": page_url("checkout:renew_by_link", renewal_token(term), language=delivery.language),
            "quiet_label": _("I will not renew this year"),
            "quiet_url": page_url("checkout:not_this_year", not_renewing_token(term), language=delivery.language),
        }


def _due(term: Term):
    try:
        return quote_next_term(term.membership, tier=term.tier, on=timezone.localdate()).due
    except MembersError:
        return rates_of(term.tier).renewal_price
