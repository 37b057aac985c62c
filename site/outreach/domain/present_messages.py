"""What giver and recipient are told of a membership that is a present: it is there, it waits, it was accepted.

What is queued holds a number only. Each letter is written when it is sent, and not sent if it is not called for any more.
To the recipient no letter says what it cost; to the giver none says more of the recipient than the day of their yes.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from checkout.domain.present_links import address_token, present_token
from checkout.domain.presents import due_for_delivery, due_for_reminder, found_again, state_of
from checkout.models import Present, PresentState, PresentWay
from outreach.domain.addresses import page_url
from outreach.domain.automatic_messages import by_keys
from outreach.domain.messages import queue_message
from outreach.models import Delivery

PAID, GOT, REMINDER, WAITING, ACCEPTED, ADDRESS = (
    "present-paid", "present", "present-reminder", "present-waiting", "present-accepted", "present-address",
)  # fmt: skip
# These carry the link, which must not go out once there is nothing to be accepted.
_WITH_LINK = (GOT, REMINDER, WAITING, ADDRESS)
PRESENTS = (*_WITH_LINK, ACCEPTED)
# A link that proves an address is sent once in so long, and to so many addresses in a day.
ADDRESS_EVERY_MINUTES = 10
MOST_ADDRESSES = 10
# An acceptance that a crash left untold is told by then, or it would only confuse.
LOOK_BACK = timedelta(days=3)


def queue_present_messages(*, on: date, at: datetime) -> int:
    """Queue what is due about presents on the day `on`, and return how many messages that made. Once more does nothing."""
    accepted = Present.objects.filter(accepted_at__gte=at - LOOK_BACK).select_related("basket")
    queued = 0
    for presents, key_of, queue in (
        (due_for_delivery(on), _delivery_key, queue_present),
        (due_for_reminder(on), _reminder_key, queue_reminder),
        (list(accepted), _accepted_key, queue_accepted),
    ):
        by_key = {key_of(present): present for present in presents}
        known = {delivery.key for delivery in by_keys(by_key)}
        for key, present in by_key.items():
            if key not in known:
                queue(present)
                queued += 1
    return queued


def _delivery_key(present: Present) -> str:
    """Each time that staff have it sent once more, it is a message of its own."""
    return f"{GOT}-{present.pk}-{present.resends}" if present.resends else f"{GOT}-{present.pk}"


def _reminder_key(present: Present) -> str:
    return f"{REMINDER}-{present.pk}"


def _accepted_key(present: Present) -> str:
    return f"{ACCEPTED}-{present.pk}"


def queue_present(present: Present) -> None:
    """Send the present to whom it is for."""
    _queue_to_recipient(GOT, _delivery_key(present), present)


def queue_reminder(present: Present) -> None:
    """Remind whoever has the link, once: the recipient, or the giver who was to hand it over."""
    if present.way == PresentWay.EMAIL:
        _queue_to_recipient(REMINDER, _reminder_key(present), present)
    else:
        _queue_to_giver(WAITING, _reminder_key(present), present)


def queue_again(present: Present) -> None:
    """Send the link once more, as staff wished."""
    if present.way == PresentWay.EMAIL:
        queue_present(present)
    else:
        _queue_to_giver(WAITING, f"{WAITING}-{present.pk}-{present.resends}", present)


def queue_accepted(present: Present) -> None:
    """Tell the giver the day of the yes."""
    _queue_to_giver(ACCEPTED, _accepted_key(present), present)


def queue_address_link(present: Present, email: str, *, at: datetime) -> None:
    """Send to `email` the link that proves it. Whoever presses ten times gets one message; nobody sends many."""
    own = Delivery.objects.filter(key__startswith=f"{ADDRESS}-{present.pk}-", created_at__gte=at - timedelta(days=1))
    if own.count() >= MOST_ADDRESSES:
        return
    period = int(at.timestamp()) // (ADDRESS_EVERY_MINUTES * 60)
    queue_message(
        ADDRESS,
        key=f"{ADDRESS}-{present.pk}-{period}-{email}"[:120],
        to=email,
        language=translation.get_language() or present.language,
        context={"present": present.pk},
    )


def _queue_to_recipient(template: str, key: str, present: Present) -> None:
    queue_message(
        template, key=key, to=present.recipient_email, language=present.language, context={"present": present.pk}
    )


def _queue_to_giver(template: str, key: str, present: Present) -> None:
    basket = present.basket
    queue_message(
        template,
        key=key,
        contact=basket.contact,
        to=basket.email,
        language=basket.language,
        context={"present": present.pk},
        attachments=[("voucher", present.pk)] if template == WAITING else (),
    )


# --- At the moment of sending ----------------------------------------------------------------


def no_longer_due(delivery: Delivery) -> str:
    """Return why a message with the link of a present must not be sent by now, or an empty string."""
    if delivery.template not in _WITH_LINK:
        return ""
    present = Present.objects.filter(pk=delivery.context.get("present", 0)).first()
    is_ready = present and state_of(found_again(present), on=timezone.localdate()) == PresentState.READY
    return "" if is_ready else _("This present cannot be accepted at the moment.")


def values_of(delivery: Delivery) -> dict[str, str]:
    """Return what is filled into a message about a present, as it is now; nothing for any other message."""
    if delivery.template not in PRESENTS:
        return {}
    present = Present.objects.select_related("tier", "basket").get(pk=delivery.context["present"])
    with translation.override(delivery.language):
        return facts_of(present, delivery)


def facts_of(present: Present, delivery: Delivery) -> dict[str, str]:
    """What messages about `present` say, in the active language. To the giver, the button leads to the giver's page."""
    facts = {
        "giver": present.basket.payer_name,
        "recipient": present.recipient_name,
        "greeting": present.greeting,
        "tier": str(present.tier.name),
        "last_day": date_format(present.last_on) if present.last_on else "",
    }
    if delivery.template in (WAITING, ACCEPTED):
        accepted_on = date_format(timezone.localdate(present.accepted_at)) if present.accepted_at else ""
        page = page_url("checkout:basket", present.basket_id, language=delivery.language)
        return facts | {"name": present.basket.given_name, "day": accepted_on, "button_url": page}
    if delivery.template == ADDRESS:
        token = address_token(present, delivery.address)
        return facts | {"button_url": page_url("checkout:present_at_address", token, language=delivery.language)}
    token = present_token(present)
    name = present.recipient_name
    return facts | {"name": name, "button_url": page_url("checkout:present", token, language=delivery.language)}
