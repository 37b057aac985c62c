"""What a member is told of automatic renewal: the notice before each charge, a charge that failed, a card that runs out.

What is queued holds numbers only. Each letter is written when it is sent, and not sent if it is not called for any more.
Whether a notice went out is read from its delivery: only then do the days of notice begin.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkout.domain.automatic import stop_token
from checkout.domain.automatic_plans import cards_running_out, note_told, note_untold, waiting_for_notice
from checkout.domain.automatic_rules import NOTICE_DAYS, planned_day
from checkout.domain.renewal_links import renewal_token
from checkout.models import AutomaticCharge, AutomaticRenewal, ChargeState, DropReason
from donations.payments.interface import EXPIRED_CARD, NEEDS_PAYER
from members.dates import until_phrase
from members.domain.renewal import awaiting_renewal
from members.domain.terms import end_of_term
from members.models import Term
from members.money import format_money
from outreach.domain.addresses import page_url
from outreach.domain.messages import nudge_worker
from outreach.domain.recipients import recipients_of
from outreach.models import Delivery, DeliveryState

NOTICE, FAILED, CARD, STARTED, STOPPED = (
    "automatic-notice", "automatic-failed", "automatic-card", "automatic-started", "automatic-stopped",
)  # fmt: skip
AUTOMATIC = (NOTICE, FAILED, CARD, STARTED, STOPPED)
# A charge that failed longer ago is told of by then, or it would only confuse.
LOOK_BACK = timedelta(days=3)


def notice_key(charge: AutomaticCharge) -> str:
    """By what the notice of one announcement is known for ever."""
    return f"{NOTICE}-{charge.pk}-{charge.announcement}"


def queue_automatic_messages(*, on: date, at: datetime) -> int:
    """Queue what members are to be told of automatic renewals, and note which notices went out. Once more does nothing."""
    queued = _queue_notices(on=on, at=at)
    note_what_went_out()
    failed = AutomaticCharge.objects.filter(failed_at__gte=at - LOOK_BACK)
    for charge in failed.filter(state__in=[ChargeState.FAILED, ChargeState.DROPPED]):
        key = f"{FAILED}-{charge.pk}-{charge.attempts}"
        queued += _queue(FAILED, key, charge.term_id, {"charge": charge.pk}, on=on, at=at)
    for renewal, term in cards_running_out(on):
        key = f"{CARD}-{renewal.pk}-{renewal.card_id}-{term.pk}"
        queued += _queue(CARD, key, term.pk, {"renewal": renewal.pk, "term": term.pk}, on=on, at=at)
    return queued


def queue_about(renewal: AutomaticRenewal, template: str, *, key: str, at: datetime) -> bool:
    """Queue the message `template` about `renewal`, known by `key`, to whoever may be written to about the membership."""
    last = renewal.membership.last_term
    if last is None:
        return False
    context = {"renewal": renewal.pk, "term": last.pk}
    return _queue(template, key, last.pk, context, on=timezone.localdate(at), at=at)


def _queue_notices(*, on: date, at: datetime) -> int:
    queued = 0
    for charge in waiting_for_notice().order_by("pk"):
        key = notice_key(charge)
        if Delivery.objects.filter(key=key).exists():
            continue
        context = {"charge": charge.pk, "announcement": charge.announcement}
        if _queue(NOTICE, key, charge.term_id, context, on=on, at=at):
            queued += 1
        elif not Delivery.objects.filter(key=key).exists():
            # Nobody can be written to, so nobody is charged.
            note_untold(charge)
    return queued


@transaction.atomic
def _queue(template: str, key: str, term: int, context: dict, *, on: date, at: datetime) -> bool:
    if Delivery.objects.filter(key=key).exists():
        return False
    to = recipients_of([term], on=on).get(term)
    if to is None:
        return False
    # Another clock may be at the same; of two with one key, one stays.
    delivery = Delivery(
        key=key,
        contact_id=to.contact,
        address=to.address,
        language=to.language,
        template=template,
        context=context,
        due_at=at,
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    transaction.on_commit(nudge_worker)
    return True


def note_what_went_out() -> int:
    """Note of each charge that waits for it whether its notice went out. Returns how many are known to have."""
    waiting = {notice_key(charge): charge for charge in waiting_for_notice()}
    told = 0
    for delivery in by_keys(waiting):
        charge = waiting[delivery.key]
        if delivery.state == DeliveryState.SENT and delivery.sent_at:
            told += note_told(charge, on=timezone.localdate(delivery.sent_at))
        elif delivery.state in (DeliveryState.FAILED, DeliveryState.SKIPPED):
            note_untold(charge)
    return told


def by_keys(keys: Iterable[str]) -> Iterable[Delivery]:
    """Return the deliveries that are known by `keys`, which may be many."""
    keys = sorted(keys)
    for start in range(0, len(keys), 500):
        yield from Delivery.objects.filter(key__in=keys[start : start + 500])


# --- At the moment of sending ----------------------------------------------------------------


def no_longer_due(delivery: Delivery) -> str:
    """Return why a message about an automatic renewal must not be sent by now, or an empty string."""
    checks = {NOTICE: _is_announced_so, FAILED: _is_still_unpaid, CARD: _is_still_without_card, STARTED: _is_in_force}
    check = checks.get(delivery.template)
    return "" if check is None or check(delivery) else _("This is not called for any more.")


def _is_announced_so(delivery: Delivery) -> bool:
    same = {"pk": delivery.context.get("charge", 0), "announcement": delivery.context.get("announcement", 0)}
    return waiting_for_notice().filter(**same, renewal__stopped_at=None).exists()


def _is_still_unpaid(delivery: Delivery) -> bool:
    charge = AutomaticCharge.objects.filter(pk=delivery.context.get("charge", 0)).first()
    if charge is None or charge.drop_reason not in ("", DropReason.DECLINED):
        return False
    waits = awaiting_renewal(timezone.localdate()).filter(pk=charge.term_id)
    return charge.state in (ChargeState.FAILED, ChargeState.DROPPED) and waits.exists()


def _is_still_without_card(delivery: Delivery) -> bool:
    known = (delivery.context.get("renewal"), delivery.context.get("term"))
    return any((renewal.pk, term.pk) == known for renewal, term in cards_running_out(timezone.localdate()))


def _is_in_force(delivery: Delivery) -> bool:
    return AutomaticRenewal.objects.in_force().filter(pk=delivery.context.get("renewal", 0)).exists()


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what is filled into a message about an automatic renewal, as it is now; nothing for any other message."""
    if delivery.template not in AUTOMATIC:
        return {}
    with translation.override(delivery.language):
        if delivery.template in (NOTICE, FAILED):
            found = AutomaticCharge.objects.select_related("renewal__card", "term__tier", "term__membership__contact")
            charge = found.get(pk=delivery.context["charge"])
            facts = _facts_of(charge.renewal, charge.term, delivery.language)
            more = _notice_facts if delivery.template == NOTICE else _failure_facts
            return facts | more(charge, delivery.language)
        renewal = AutomaticRenewal.objects.select_related("card").get(pk=delivery.context["renewal"])
        term = Term.objects.select_related("tier", "membership__contact").get(pk=delivery.context["term"])
        facts = _facts_of(renewal, term, delivery.language)
        if delivery.template == STOPPED:
            return facts | _stop_facts(renewal, delivery.language)
        return facts | _card_facts(renewal, term)


def _facts_of(renewal: AutomaticRenewal, term: Term, language: str) -> dict[str, str]:
    """What most of these messages have in common. `button_url` leads to giving another card, the quiet link to stopping."""
    token = stop_token(renewal)
    return {
        "member": term.membership.contact.name,
        "tier": str(term.tier.name),
        "until": date_format(term.ends_on),
        "grace_until": date_format(term.grace_until),
        "card": renewal.card.words if renewal.card.last4 else "",
        "days": str(NOTICE_DAYS),
        "button_url": page_url("checkout:automatic_card_by_link", token, language=language),
        "quiet_label": _("Stop automatic renewal"),
        "quiet_url": page_url("checkout:automatic_stop_by_link", token, language=language),
    }


def _notice_facts(charge: AutomaticCharge, language: str) -> dict[str, str]:
    starts_on = charge.term.ends_on + timedelta(days=1)
    facts = {
        "amount": format_money(charge.amount, language),
        "day": date_format(charge.charge_on),
        "card": charge.renewal.card.words,
    }
    if charge.amount.amount:
        payment = _("On %(day)s, or in the days after, we charge %(amount)s to your card (%(card)s).") % facts
    else:
        payment = _("Nothing is charged: the credit of the membership covers the fee.")
    return {
        "payment": payment,
        "amount": facts["amount"],
        "day": facts["day"],
        "new_from": date_format(starts_on),
        "new_until": date_format(end_of_term(starts_on, tier=charge.term.tier)),
    }


def _failure_facts(charge: AutomaticCharge, language: str) -> dict[str, str]:
    reasons = {
        NEEDS_PAYER: _("Your bank wants you to confirm the payment yourself."),
        EXPIRED_CARD: _("The card has expired."),
    }
    if charge.state == ChargeState.FAILED and charge.retry_on:
        what_next = _("We try again on %(day)s.") % {"day": date_format(charge.retry_on)}
    elif charge.renewal.stopped_at:
        what_next = _("We do not try again, and the automatic renewal has ended.")
    else:
        what_next = _("We do not try again with this card.")
    facts = {
        "amount": format_money(charge.amount, language),
        "reason": reasons.get(charge.failure, _("The bank declined it.")),
        "what_next": what_next,
        "button_url": page_url("checkout:renew_by_link", renewal_token(charge.term), language=language),
        "quiet_label": _("Give another card for automatic renewal"),
        "quiet_url": page_url("checkout:automatic_card_by_link", stop_token(charge.renewal), language=language),
    }
    return facts | ({"quiet_label": "", "quiet_url": ""} if charge.renewal.stopped_at else {})


def _stop_facts(renewal: AutomaticRenewal, language: str) -> dict[str, str]:
    under_way = renewal.charges.filter(state=ChargeState.CHARGING).exists()
    paid_until = renewal.membership.paid_until
    return {
        "until": until_phrase(paid_until) if paid_until else "",
        "under_way": _("A payment that had begun before could not be called back; you get its receipt.")
        if under_way
        else "",
        "button_url": page_url("portal:home", language=language),
        "quiet_label": "",
        "quiet_url": "",
    }


def _card_facts(renewal: AutomaticRenewal, term: Term) -> dict[str, str]:
    expires_on = renewal.card.expires_on
    return {
        "expires": date_format(expires_on) if expires_on else "",
        "day": date_format(planned_day(term, on=timezone.localdate())),
    }
