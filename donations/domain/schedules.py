"""On which days a recurring gift is charged, worked out from its interval and the day it counts from."""

from datetime import date, timedelta

from donations.models import Interval, RecurringGift, RecurringStatus
from donations.payments.interface import Schedule, ScheduleUnit
from members.domain.terms import add_months

FRIDAY = 4  # as `date.weekday` counts
# A gateway's page may stay open for a day, and Stripe wants two more before a schedule may begin.
LEAST_DAYS_AHEAD = 3


def next_charge_after(gift: RecurringGift, day: date) -> date:
    """Return the first day of the schedule after `day` on which `gift` may be charged.

    By months it is the day of the month that it counts from, or the month's last; every week it is Friday. As long as
    it is paused, days before the end of the pause are passed over. Raises ValueError for a gift that has not started,
    since it has no schedule yet.
    """
    if gift.started_on is None:
        raise ValueError(f"A recurring gift must have started to be charged again, but {gift.reference} has not.")
    if gift.paused_until:
        day = max(day, gift.paused_until - timedelta(days=1))
    if gift.counted_from and gift.counted_from > day:
        return gift.counted_from
    return after(Interval(gift.interval), gift.counted_from or gift.started_on, day)


def after(interval: Interval, first: date, day: date) -> date:
    """Return the first day after `day` of a schedule that counts from `first`; never `first` itself."""
    if interval == Interval.FRIDAY:
        return next_friday(max(first, day) + timedelta(days=1))
    times = 1
    while (due := add_months(first, interval.months * times)) <= day:
        times += 1
    return due


def next_friday(day: date) -> date:
    """Return `day` if it is a Friday, else the next one."""
    return day + timedelta(days=(FRIDAY - day.weekday()) % 7)


def first_charge(interval: Interval, *, on: date) -> date | None:
    """Return the first day of a schedule whose beginning is paid for on the day `on`; None if that payment is its first.

    What comes on a fixed weekday begins with a gift at once, and goes on with the next Friday that is not too near.
    """
    return next_friday(on + timedelta(days=LEAST_DAYS_AHEAD)) if interval == Interval.FRIDAY else None


def schedule_of(gift: RecurringGift) -> Schedule:
    """Return the schedule of `gift` in the gateway's words; of one that has not begun, with its first day."""
    interval = Interval(gift.interval)
    unit, count = (ScheduleUnit.MONTH, interval.months) if interval.months else (ScheduleUnit.WEEK, 1)
    first_on = gift.counted_from if gift.status == RecurringStatus.STARTING else None
    return Schedule(gift.reference, unit, count, gift.charged, first_on=first_on)
