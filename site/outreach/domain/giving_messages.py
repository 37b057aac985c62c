"""What donors are told of their recurring gifts, and what others are told of gifts in somebody's honour.

A charge that failed and a card that runs out come with a link to give another card. What is queued holds numbers only; each
letter is written when it is sent, and not sent if it is not called for any more.
"""

from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from donations.domain.recurring_cards import card_token, running_out
from donations.models import RecurringGift, Tribute
from members.domain.seats import billing_email
from members.money import format_money
from outreach.domain.addresses import page_url
from outreach.domain.automatic_messages import by_keys
from outreach.domain.messages import queue_message
from outreach.models import Delivery

FAILED, CARD, TRIBUTE = "recurring-failed", "recurring-card", "tribute-card"


def queue_giving_messages(*, on: date, at: datetime) -> int:
    """Queue what is due about gifts on the day `on`, and return how many messages that made. Once more does nothing."""
    failing = RecurringGift.objects.active().filter(failing_since__isnull=False, donor__erased_at=None)
    wanted = {f"{FAILED}-{gift.pk}-{gift.failing_since}": (FAILED, gift) for gift in failing.select_related("donor")}
    wanted |= {f"{CARD}-{gift.pk}-{gift.card_expires_on}": (CARD, gift) for gift in running_out(on)}
    known = {delivery.key for delivery in by_keys(wanted)}
    queued = 0
    for key, (template, gift) in wanted.items():
        if key not in known:
            _queue(template, key, gift)
            queued += 1
    return queued + _queue_cards(on=on, at=at)


def _queue(template: str, key: str, gift: RecurringGift) -> None:
    donor = gift.donor
    queue_message(
        template,
        key=key,
        contact=donor,
        to=billing_email(donor, on=timezone.localdate()),
        language=donor.preferred_language,
        context={"recurring_gift": gift.pk},
    )


def _queue_cards(*, on: date, at: datetime) -> int:
    """A card goes out once, on its day or later, while the money of its gift is ours."""
    due = Tribute.objects.with_card().filter(queued_at=None, card_on__lte=on)
    tributes = list(due.select_related("gift__payment")[:500])
    for tribute in tributes:
        queue_message(
            TRIBUTE,
            key=f"{TRIBUTE}-{tribute.pk}",
            to=tribute.card_email,
            language=tribute.gift.payment.language,
            context={"tribute": tribute.pk},
        )
        Tribute.objects.filter(pk=tribute.pk).update(queued_at=at)
    return len(tributes)


# --- At the moment of sending ----------------------------------------------------------------


def no_longer_due(delivery: Delivery) -> str:
    """Return why a message about a gift must not be sent by now, or an empty string."""
    if delivery.template in (FAILED, CARD):
        gift = RecurringGift.objects.active().filter(pk=delivery.context.get("recurring_gift", 0)).first()
        # What is written in the key is what it was queued for.
        told = gift and (gift.failing_since if delivery.template == FAILED else gift.card_expires_on)
        return "" if told and delivery.key.endswith(f"-{told}") else _("This is settled by now.")
    if delivery.template == TRIBUTE:
        tribute = Tribute.objects.select_related("gift__payment").filter(pk=delivery.context.get("tribute", 0)).first()
        is_ours = tribute is not None and tribute.gift.payment.refundable.amount > 0
        return "" if is_ours else _("This gift went back.")
    return ""


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what is filled into a message about a gift, as it is now; nothing for any other message."""
    with translation.override(delivery.language):
        if delivery.template in (FAILED, CARD):
            return _facts_of(RecurringGift.objects.get(pk=delivery.context["recurring_gift"]), delivery.language)
        if delivery.template == TRIBUTE:
            return _words_of(Tribute.objects.get(pk=delivery.context["tribute"]))
    return {}


def _facts_of(gift: RecurringGift, language: str) -> dict[str, str]:
    return {
        "amount": format_money(gift.charged, language),
        "interval": gift.get_interval_display(),
        "funds": gift.fund_names,
        "digits": gift.card_last4,
        "day": date_format(gift.card_expires_on, "m/Y") if gift.card_expires_on else "",
        "button_url": page_url("portal:recurring_card_by_link", card_token(gift), language=language),
    }


def _words_of(tribute: Tribute) -> dict[str, str]:
    return {
        "name": tribute.card_name,
        "giver": tribute.from_name,
        "occasion": _tribute_words(tribute),
        "words": tribute.card_words,
    }


def _tribute_words(tribute: Tribute) -> str:
    if tribute.kind == "memory":
        return _("in memory of %(name)s") % {"name": tribute.honoree}
    return _("in honour of %(name)s") % {"name": tribute.honoree}
