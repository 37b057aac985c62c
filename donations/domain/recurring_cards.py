"""Cards that pay for recurring gifts: which it is, that it runs out, and another one in its place without logging in.

The card stays with the gateway. Here stands what the donor knows it by, and only from what the gateway itself said.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.core import signing

from donations.exceptions import GatewayRefusedError, GatewayUnavailableError, RecurringStoppedError
from donations.models import CardSetup, ChangeKind, RecurringChange, RecurringGift, RecurringStatus
from donations.payments.interface import CardGiven
from donations.payments.registry import get_gateway

# So early the donor hears that the card will have run out.
NOTICE = timedelta(days=30)
# A gateway that could not tell is asked again after this time.
ASK_AGAIN = timedelta(days=7)
# A salt of its own: nothing else that we sign opens this door.
_signer = signing.Signer(salt="donations.recurring_card")


def card_token(gift: RecurringGift) -> str:
    """Return the token of the link by which another card can be given for `gift`, and nothing else be done or seen."""
    return _signer.sign_object([gift.reference])


def read_card_token(token: str) -> RecurringGift | None:
    """Return the gift that a `token` leads to; None for what we never signed, and for what is stopped or nobody's."""
    try:
        [reference] = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    active = RecurringGift.objects.active().filter(donor__erased_at=None)
    return active.select_related("donor").prefetch_related("shares__fund").filter(reference=reference).first()


def ask_for_card(gift: RecurringGift, *, language: str) -> CardSetup:
    """Write down that another card shall pay for `gift`; `cards.setup_url` opens the gateway's page for it.

    Raises RecurringStoppedError, and GatewayRefusedError where cards are not kept.
    """
    if gift.status != RecurringStatus.ACTIVE:
        raise RecurringStoppedError
    if not gift.gateway_reference or not get_gateway(gift.gateway).can_keep_cards:
        raise GatewayRefusedError
    return CardSetup.objects.create(contact=gift.donor, gateway=gift.gateway, language=language, recurring_gift=gift)


def note_card(setup: CardSetup, fact: CardGiven) -> None:
    """A card was given for a recurring gift: write down, once, that it shall be used. `setup` is locked by the caller.

    The gateway is told to use it by `recurring_changes.carry_out`, outside this transaction.
    """
    gift = setup.recurring_gift
    if setup.given_at or gift is None:
        return
    setup.given_at = fact.at
    setup.save(update_fields=["given_at"])
    RecurringChange.objects.create(
        recurring_gift=gift,
        kind=ChangeKind.CARD,
        target={
            "method": fact.card.method,
            "brand": fact.card.brand[:30],
            "last4": fact.card.last4[:4],
            "expires_on": fact.card.expires_on.isoformat(),
        },
        yearly_before=gift.yearly,
        yearly_after=gift.yearly,
        asked_at=fact.at,
    )


def learn_cards(*, at: datetime, limit: int = 50) -> int:
    """Ask the gateways which cards pay for gifts of which we do not know it, and return how many were learned."""
    unknown = RecurringGift.objects.active().filter(card_expires_on=None).exclude(gateway_reference="")
    due = unknown.filter(card_asked_at=None) | unknown.filter(card_asked_at__lt=at - ASK_AGAIN)
    learned = 0
    for gift in due.order_by("pk")[:limit]:
        card = None
        with suppress(GatewayUnavailableError, GatewayRefusedError):
            card = get_gateway(gift.gateway).card_of_recurring(gift.gateway_reference)
        facts: dict[str, object] = {"card_asked_at": at}
        if card:
            facts |= {"card_brand": card.brand[:30], "card_last4": card.last4[:4], "card_expires_on": card.expires_on}
            learned += 1
        RecurringGift.objects.filter(pk=gift.pk, card_expires_on=None).update(**facts)
    return learned


def running_out(on: date) -> list[RecurringGift]:
    """Return the gifts whose card will have run out soon after the day `on`, before which their donors are to be told."""
    soon = RecurringGift.objects.active().filter(card_expires_on__lt=on + NOTICE, donor__erased_at=None)
    return list(soon.select_related("donor").order_by("pk"))
