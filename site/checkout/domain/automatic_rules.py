"""The days by which an automatic renewal goes, and when it stands in for the ordinary reminders."""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from checkout.models import AutomaticCharge, AutomaticRenewal, ChargeState
from donations.payments.interface import EXPIRED_CARD, NEEDS_PAYER
from members.models import Term

# At least so many days lie between the day on which the notice went out and the charge.
NOTICE_DAYS = 14
# So many days before the last day of the term it is charged, so that there is time to pay otherwise without a gap.
CHARGE_DAYS_BEFORE_END = 3
# The notice is queued so many days earlier than it must be, so that a mail server may rest over a long weekend.
SPARE_DAYS = 4
ANNOUNCE_DAYS_BEFORE_END = CHARGE_DAYS_BEFORE_END + NOTICE_DAYS + SPARE_DAYS
# A declined card is tried again so many days after the announced day: soon after a weekend, and after the next wages.
RETRY_AFTER_DAYS = (3, 7)
# A charge that a clock at rest has missed by more days is announced anew: nobody expects it any more.
LATE_DAYS = 7
# Before the charge its holder is told so early that the card will have expired by then.
CARD_NOTICE_DAYS = 30
# A notice that has not gone out after so many days does not keep the ordinary reminders back.
UNTOLD_DAYS = 3

# The card networks forbid to ask again after these, or only its holder can help.
FINAL_FAILURES = {
    NEEDS_PAYER,
    EXPIRED_CARD,
    "refused",
    "lost_card",
    "stolen_card",
    "pickup_card",
    "restricted_card",
    "security_violation",
    "revocation_of_authorization",
    "revocation_of_all_authorizations",
    "stop_payment_order",
    "transaction_not_allowed",
    "invalid_account",
    "card_not_supported",
    "currency_not_supported",
}


def planned_day(term: Term, *, on: date) -> date:
    """Return the day on which the term after `term` would be charged if it were announced on the day `on`."""
    opens_on = term.ends_on - timedelta(days=term.tier.renewal_window_days)
    usual = term.ends_on - timedelta(days=CHARGE_DAYS_BEFORE_END)
    return max(usual, opens_on, on + timedelta(days=NOTICE_DAYS))


def renews_by_itself(on: date) -> Q:
    """The condition on terms for which no ordinary reminder is called for on the day `on`.

    An automatic renewal is in force and its notice went out, or is yet to come; or a charge is on its way.
    """
    # By the end of the term, which is a little later than the charge: rather a reminder too many than one too few.
    valid = Q(card__expires_on=None) | Q(card__expires_on__gte=OuterRef("ends_on"))
    agreed = AutomaticRenewal.objects.in_force().filter(valid, membership=OuterRef("membership"), card__removed_at=None)
    charges = AutomaticCharge.objects.filter(term=OuterRef("pk"))
    fresh = timezone.make_aware(datetime.combine(on - timedelta(days=UNTOLD_DAYS), time()))
    announced = charges.filter(Q(told_on__isnull=False) | Q(announced_at__gte=fresh), state=ChargeState.WAITING)
    yet_to_come = Q(ends_on__gt=on + timedelta(days=ANNOUNCE_DAYS_BEFORE_END))
    stands = Q(Exists(agreed)) & (yet_to_come | Q(Exists(announced)))
    return stands | Q(Exists(charges.filter(state=ChargeState.CHARGING)))
