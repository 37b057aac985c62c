"""A donor changes, pauses, skips or stops a recurring gift.

The wish is written down first, with a key of its own, and then told to the gateway under that key; only then does the
gift itself change. So what is shown as done is done there, a crash between the two is made good by
`send_waiting_changes`, and asking again changes once. Call these verbs outside a transaction: they ask the gateway.
"""

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from djmoney.money import Money

from donations.domain.gifts import total_of
from donations.domain.recurring import mark_stopped, write_shares
from donations.domain.schedules import LEAST_DAYS_AHEAD, next_charge_after, schedule_of
from donations.exceptions import (
    ChangeUnderWayError,
    DayOutOfReachError,
    GatewayRefusedError,
    GatewayUnavailableError,
    NothingToChangeError,
    RecurringStoppedError,
)
from donations.models import (
    CardSetup,
    ChangeKind,
    ChangeState,
    Fund,
    Interval,
    RecurringChange,
    RecurringGift,
    RecurringStatus,
    StopCause,
)
from donations.payments.interface import RecurringTerms
from donations.payments.registry import get_gateway
from members.models import User

logger = logging.getLogger(__name__)

# Nobody remembers after a longer pause what they had agreed to.
LONGEST_PAUSE = timedelta(days=366)
# A worker that asks the gateway is given so long before another one asks again.
UNDER_WAY_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class Target:
    """What a recurring gift shall be from now on. What is None stays as it is."""

    shares: list[tuple[Fund, Money]] | None = None
    fee_cover: Money | None = None
    counted_from: date | None = None
    paused_until: date | None = None
    is_resumed: bool = False

    def as_json(self) -> dict:
        """The same in plain values, as they are kept in `RecurringChange.target`."""
        facts: dict = {"is_resumed": self.is_resumed}
        if self.shares is not None:
            facts["shares"] = [[fund.pk, str(amount.amount)] for fund, amount in self.shares]
            facts["fee_cover"] = str(self.fee_cover.amount) if self.fee_cover else ""
        facts["counted_from"] = self.counted_from.isoformat() if self.counted_from else ""
        facts["paused_until"] = self.paused_until.isoformat() if self.paused_until else ""
        return facts


def change_amount(
    gift: RecurringGift,
    shares: list[tuple[Fund, Money]],
    *,
    fee_cover: Money | None = None,
    by: User | None,
    at: datetime,
) -> RecurringChange:
    """Let `gift` be `shares` from the next charge on, and return the change, as far as it got.

    Raises AmountError, also for another currency, NothingToChangeError, and what `_ask` does.
    """
    total = total_of(shares)
    if total.currency != gift.amount.currency:
        raise NothingToChangeError
    get_gateway(gift.gateway).check_amount(total + fee_cover if fee_cover else total)
    before = [(share.fund_id, share.amount) for share in gift.shares.all()]
    if before == [(fund.pk, amount) for fund, amount in shares] and fee_cover == gift.fee_cover:
        raise NothingToChangeError
    kind = ChangeKind.FUNDS if total == gift.amount else ChangeKind.AMOUNT
    yearly = total * Interval(gift.interval).times_a_year
    return _ask(gift, kind, Target(shares=shares, fee_cover=fee_cover), by=by, at=at, yearly=yearly)


def change_day(gift: RecurringGift, day: date, *, by: User | None, at: datetime) -> RecurringChange:
    """Let the next charge be on `day`, and the following ones on the same day of the month.

    Raises DayOutOfReachError unless it lies some days ahead and within one interval, NothingToChangeError for the day that
    it is anyway, and what `_ask` does.
    """
    today = timezone.localdate(at)
    if not today + timedelta(days=LEAST_DAYS_AHEAD) <= day <= latest_day(gift, on=today):
        raise DayOutOfReachError
    if day == gift.next_charge_on or Interval(gift.interval) == Interval.FRIDAY:
        raise NothingToChangeError
    return _ask(gift, ChangeKind.DAY, Target(counted_from=day), by=by, at=at)


def latest_day(gift: RecurringGift, *, on: date) -> date:
    """Return the last day to which the next charge of `gift` may be moved on the day `on`: one interval after it was due."""
    return next_charge_after(gift, max(gift.next_charge_on or on, on))


def pause(gift: RecurringGift, until: date, *, by: User | None, at: datetime) -> RecurringChange:
    """Let nothing be charged before the day `until`. Raises DayOutOfReachError, and what `_ask` does."""
    today = timezone.localdate(at)
    if not today < until <= today + LONGEST_PAUSE:
        raise DayOutOfReachError
    return _ask(gift, ChangeKind.PAUSED, Target(paused_until=until), by=by, at=at)


def skip(gift: RecurringGift, *, by: User | None, at: datetime) -> RecurringChange:
    """Leave out the next charge. Raises NothingToChangeError while it is paused, and what `_ask` does."""
    if gift.paused_until or not gift.next_charge_on:
        raise NothingToChangeError
    return _ask(gift, ChangeKind.SKIPPED, Target(paused_until=gift.next_charge_on + timedelta(days=1)), by=by, at=at)


def resume(gift: RecurringGift, *, by: User | None, at: datetime) -> RecurringChange:
    """Let it be charged again by its schedule. Raises NothingToChangeError, and what `_ask` does."""
    if not gift.paused_until:
        raise NothingToChangeError
    return _ask(gift, ChangeKind.RESUMED, Target(is_resumed=True), by=by, at=at)


def stop(
    gift: RecurringGift, *, by: User | None, at: datetime, cause: StopCause | None = None, words: str = ""
) -> RecurringChange:
    """End `gift`, and return the change, as far as it got. It overtakes whatever else was asked for.

    Raises RecurringStoppedError when it was stopped before, GatewayRefusedError.
    """
    return _ask(gift, ChangeKind.STOPPED, Target(), by=by, at=at, yearly=gift.amount * 0, cause=cause, words=words)


def _ask(
    gift: RecurringGift,
    kind: ChangeKind,
    target: Target,
    *,
    by: User | None,
    at: datetime,
    yearly: Money | None = None,
    cause: StopCause | None = None,
    words: str = "",
) -> RecurringChange:
    """Write the wish down and tell it to the gateway.

    Raises RecurringStoppedError, ChangeUnderWayError as long as another change is asked for, and GatewayRefusedError.
    Without an answer the change stands as asked for, and the pump goes on asking.
    """
    with transaction.atomic():
        gift = RecurringGift.objects.select_for_update().get(pk=gift.pk)
        _check_open_for(kind, gift)
        wish = RecurringChange.objects.create(
            recurring_gift=gift,
            kind=kind,
            target=target.as_json(),
            yearly_before=gift.yearly,
            yearly_after=gift.yearly if yearly is None else yearly,
            cause=cause or "",
            words=words[:250],
            by=by,
            asked_at=at,
        )
    with suppress(GatewayUnavailableError):
        carry_out(wish, at=at)
    wish.refresh_from_db()
    return wish


def _check_open_for(kind: ChangeKind, gift: RecurringGift) -> None:
    """Raise unless `gift`, which is locked, may be changed now."""
    if gift.status == RecurringStatus.STOPPED:
        raise RecurringStoppedError
    asked = gift.changes.filter(state=ChangeState.ASKED).exclude(kind=ChangeKind.CARD)
    if kind == ChangeKind.STOPPED:
        asked.update(state=ChangeState.OVERTAKEN)
    elif asked.exists():
        raise ChangeUnderWayError
    elif gift.status != RecurringStatus.ACTIVE:
        raise NothingToChangeError


def carry_out(wish: RecurringChange, *, at: datetime) -> None:
    """Tell the gateway, then do it here. Once more does nothing more.

    Raises GatewayUnavailableError when nobody knows whether the gateway heard, and GatewayRefusedError.
    """
    # Another worker may have done it since it was read, and what was asked for after it would be told away.
    wish.refresh_from_db()
    if wish.state != ChangeState.ASKED:
        return
    gift = RecurringGift.objects.get(pk=wish.recurring_gift_id)
    known_as = ""
    try:
        if gift.gateway_reference:
            known_as = _tell(gift, wish)
    except GatewayRefusedError:
        RecurringChange.objects.filter(pk=wish.pk, state=ChangeState.ASKED).update(state=ChangeState.REFUSED)
        raise
    with transaction.atomic():
        gift = RecurringGift.objects.select_for_update().get(pk=gift.pk)
        wish = RecurringChange.objects.select_for_update().get(pk=wish.pk)
        if wish.state != ChangeState.ASKED:
            return
        wish.state, wish.done_at = ChangeState.DONE, at
        gift.gateway_reference = known_as or gift.gateway_reference
        _apply(gift, wish, on=timezone.localdate(at))
        wish.save(update_fields=["state", "done_at"])


def _tell(gift: RecurringGift, wish: RecurringChange) -> str:
    """Tell the gateway, and return its name of `gift`, which another card may have changed."""
    gateway = get_gateway(gift.gateway)
    if wish.kind == ChangeKind.STOPPED:
        gateway.stop_recurring(gift.gateway_reference)
        return gift.gateway_reference
    if wish.kind == ChangeKind.CARD:
        return gateway.use_card(gift.gateway_reference, wish.target["method"])
    _set_facts(gift, wish)
    gateway.set_recurring(_terms_of(gift, key=str(wish.key), charge_on=_day(wish, "counted_from")))
    return gift.gateway_reference


def _terms_of(gift: RecurringGift, *, key: str, charge_on: date | None = None) -> RecurringTerms:
    return RecurringTerms(
        key=key,
        subscription=gift.gateway_reference,
        schedule=schedule_of(gift),
        charge_on=charge_on,
        paused_until=gift.paused_until,
        is_held=gift.is_held,
    )


def _day(wish: RecurringChange, name: str) -> date | None:
    text = wish.target.get(name)
    return date.fromisoformat(text) if text else None


def _set_facts(gift: RecurringGift, wish: RecurringChange) -> None:
    """Let `gift`, in memory, be what `wish` asks for."""
    currency = gift.amount.currency
    if parts := wish.target.get("shares"):
        gift.amount = Money(sum(Decimal(amount) for _fund, amount in parts), currency)
        cover = wish.target.get("fee_cover")
        gift.fee_cover = Money(cover, currency) if cover else None
    gift.counted_from = _day(wish, "counted_from") or gift.counted_from
    gift.paused_until = None if wish.target.get("is_resumed") else _day(wish, "paused_until") or gift.paused_until


def _apply(gift: RecurringGift, wish: RecurringChange, *, on: date) -> None:
    """Let `gift`, locked by the caller, be what the gateway knows by now."""
    if wish.kind == ChangeKind.STOPPED:
        mark_stopped(gift, on=on, reason=wish.reason)
        return
    if gift.status == RecurringStatus.STOPPED:
        # The gateway ended it while we asked.
        wish.state = ChangeState.OVERTAKEN
        return
    if wish.kind == ChangeKind.CARD:
        _use_card(gift, wish)
        return
    _set_facts(gift, wish)
    if parts := wish.target.get("shares"):
        funds = Fund.objects.in_bulk([pk for pk, _amount in parts])
        write_shares(gift, [(funds[pk], Money(amount, gift.amount.currency)) for pk, amount in parts])
    gift.next_charge_on = _next_charge(gift, wish, on)
    gift.save(
        update_fields=["amount", "amount_currency", "fee_cover", "fee_cover_currency", "counted_from", "paused_until",
                       "next_charge_on"]
    )  # fmt: skip


def _use_card(gift: RecurringGift, wish: RecurringChange) -> None:
    gift.card_brand, gift.card_last4 = wish.target["brand"], wish.target["last4"]
    gift.card_expires_on = date.fromisoformat(wish.target["expires_on"])
    gift.save(update_fields=["gateway_reference", "card_brand", "card_last4", "card_expires_on"])


def _next_charge(gift: RecurringGift, wish: RecurringChange, today: date) -> date | None:
    if wish.kind in (ChangeKind.AMOUNT, ChangeKind.FUNDS):
        return gift.next_charge_on
    return next_charge_after(gift, today)


def finish_card(setup: CardSetup, *, at: datetime) -> None:
    """Have the gateway use the card that was given by `setup`, for a holder who is back before the clock strikes."""
    given = RecurringChange.objects.filter(
        kind=ChangeKind.CARD, state=ChangeState.ASKED, recurring_gift=setup.recurring_gift_id
    )
    for wish in given.order_by("pk"):
        with suppress(GatewayUnavailableError, GatewayRefusedError):
            carry_out(wish, at=at)


def send_waiting_changes(*, at: datetime, limit: int = 100) -> int:
    """Tell the gateway again what it has not answered, and return how many changes came to an end."""
    waiting = RecurringChange.objects.filter(state=ChangeState.ASKED, asked_at__lt=at - UNDER_WAY_FOR)
    ended = 0
    for wish in waiting.order_by("pk")[:limit]:
        try:
            carry_out(wish, at=at)
            ended += 1
        except GatewayUnavailableError:
            continue
        except GatewayRefusedError:
            ended += 1
        except IntegrityError:
            logger.exception("A change of a recurring gift could not be done.", extra={"facts": {"change": wish.pk}})
    return ended


# --- While one charge fails, no other is opened -----------------------------------------------


def hold_failing(*, limit: int = 100) -> int:
    """Have the gateway open no further charge of gifts that are failing, and go on with those that work again.

    Returns how many gifts the gateway was told about. What failed is still tried again there, by its own rules.
    """
    running = RecurringGift.objects.active()
    wrong = running.filter(failing_since__isnull=False, is_held=False) | running.filter(
        failing_since=None, is_held=True
    )
    told = 0
    for gift in wrong.order_by("pk")[:limit]:
        with suppress(GatewayUnavailableError, GatewayRefusedError):
            told += _hold(gift)
    return told


def _hold(gift: RecurringGift) -> bool:
    is_held, since = not gift.is_held, gift.failing_since
    gift.is_held = is_held
    if gift.gateway_reference:
        get_gateway(gift.gateway).set_recurring(_terms_of(gift, key=str(uuid.uuid4())))
    # Should it have changed meanwhile, the next round looks again.
    return bool(RecurringGift.objects.filter(pk=gift.pk, failing_since=since).update(is_held=is_held))
