"""Time that volunteers gave: reported by them or by staff, counted once approved."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from members.models import Contact, User
from volunteers.exceptions import InvalidHoursError
from volunteers.models import HoursEntry, HoursStatus, Opportunity, Shift

HOURS_A_DAY = Decimal(24)


@transaction.atomic
def report_hours(
    contact: Contact,
    *,
    opportunity: Opportunity,
    hours: Decimal,
    worked_on: date,
    today: date,
    shift: Shift | None = None,
) -> HoursEntry:
    """Write down that `contact` gave `hours` (above 0, at most 24, quarters and the like) on one day, and return the entry.

    For a shift there is one entry only: a second report corrects the first while that is not approved yet.
    Raises InvalidHoursError for hours that fit into no day, a day to come, or an entry that was approved already.
    """
    if not Decimal(0) < hours <= HOURS_A_DAY:
        raise InvalidHoursError(_("Hours must be more than 0 and at most 24."))
    if worked_on > today:
        raise InvalidHoursError(_("This day has not come yet. Please report hours once they were given."))
    facts = {"opportunity": opportunity, "hours": hours.quantize(Decimal("0.01")), "worked_on": worked_on}
    if shift is None:
        return HoursEntry.objects.create(contact=contact, **facts)
    entry, is_new = HoursEntry.objects.select_for_update().get_or_create(contact=contact, shift=shift, defaults=facts)
    if not is_new:
        if entry.status == HoursStatus.APPROVED:
            raise InvalidHoursError(_("The hours of this shift were approved already."))
        for name, value in facts.items():
            setattr(entry, name, value)
        entry.save(update_fields=list(facts))
    return entry


@transaction.atomic
def approve_hours(entries: Iterable[HoursEntry], *, by: User) -> int:
    """Let `entries` count, and return how many were not approved before."""
    keys = [entry.pk for entry in entries]
    return HoursEntry.objects.filter(pk__in=keys, status=HoursStatus.REPORTED).update(
        status=HoursStatus.APPROVED, approved_by=by
    )


def approved_hours(contact: Contact) -> Decimal:
    """Return the sum of the hours of `contact` that count, 0 when there are none."""
    return contact.volunteer_hours.approved().aggregate(sum=Sum("hours"))["sum"] or Decimal(0)
