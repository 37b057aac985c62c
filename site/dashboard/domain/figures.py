"""The figures on the staff's home."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from djmoney.money import Money

from checkout.models import Application, ApplicationState, Basket
from donations.models import Gift, Payment
from members.models import Membership, User
from members.money import format_money
from outreach.models import Delivery, DeliveryState
from surveys.complaints.models import Case
from volunteers.models import Shift


@dataclass(frozen=True)
class Figure:
    """A number and what it counts. `needs_care` marks what somebody should look at."""

    label: str
    value: str
    needs_care: bool = False


def figures_for(reader: User, *, at: datetime) -> list[Figure]:
    """Return the figures of the moment `at` that `reader` may see: about ten counts over indexes at the most."""
    makers = [
        ("members.view_membership", _members),
        ("checkout.view_application", _applications),
        ("donations.view_gift", _given_this_month),
        ("donations.view_payment", _payments_to_look_at),
        ("volunteers.view_shift", _shifts),
        ("complaints.view_case", _open_cases),
        ("outreach.view_delivery", _uncertain_messages),
    ]
    return [figure for permission, maker in makers if reader.has_perm(permission) for figure in maker(at)]


def _members(at: datetime) -> list[Figure]:
    current = Membership.objects.current_on(timezone.localdate(at)).count()
    return [Figure(_("Current members"), f"{current:,}")]


def _applications(at: datetime) -> list[Figure]:
    waiting = Application.objects.filter(state=ApplicationState.WAITING).count()
    return [Figure(_("Applications to decide"), f"{waiting:,}", needs_care=waiting > 0)]


def _given_this_month(at: datetime) -> list[Figure]:
    today = timezone.localdate(at)
    sums = (
        Gift.objects.filter(received_on__gte=today.replace(day=1), received_on__lte=today)
        .order_by()
        .values("amount_currency")
        .annotate(total=Sum("amount"))
    )
    amounts = [format_money(Money(row["total"], row["amount_currency"])) for row in sums]
    return [Figure(_("Given this month"), " + ".join(amounts) or "0")]


def _payments_to_look_at(at: datetime) -> list[Figure]:
    waiting = Payment.objects.needing_review().count() + Basket.objects.filter(lines__problem__gt="").distinct().count()
    return [Figure(_("Payments to look at"), f"{waiting:,}", needs_care=waiting > 0)]


def _shifts(at: datetime) -> list[Figure]:
    places = sum(shift.places_left for shift in Shift.objects.upcoming_at(at).with_places()[:200])
    return [Figure(_("Places free in coming shifts"), f"{places:,}")]


def _open_cases(at: datetime) -> list[Figure]:
    waiting = Case.objects.open().count()
    return [Figure(_("Open cases in the box"), f"{waiting:,}", needs_care=waiting > 0)]


def _uncertain_messages(at: datetime) -> list[Figure]:
    uncertain = Delivery.objects.filter(state=DeliveryState.UNCERTAIN).count()
    return [Figure(_("Messages of uncertain fate"), f"{uncertain:,}", needs_care=uncertain > 0)]
