"""What can be asked about a contact: what everybody may be asked, and what this office has its own words for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from donations.models import Gift, RecurringGift, RecurringStatus
from members.domain.custom_fields import custom_fields_for
from members.domain.status_filter import with_status
from members.domain.survivors import survivors
from members.models import (
    BulkRun,
    Consent,
    Contact,
    CustomField,
    CustomFieldKind,
    Membership,
    MembershipStatus,
    Purpose,
    Tag,
    Term,
)
from volunteers.models import HoursEntry, SignUp

CHOSEN = "message"  # the bulk action that writes to those who were ticked
CHOSEN_SHOWN = 20


@dataclass(frozen=True)
class Criterion:
    """One thing that can be asked about a contact on a day, and the answers to choose from."""

    label: Any
    values: dict[str, Any]
    condition: Callable[[str, date], Q]


def _membership(value: str, day: date) -> Q:
    current = Exists(Term.objects.current_on(day).filter(membership__contact=OuterRef("pk")))
    match value:
        case "current":
            return Q(current)
        case "grace" | "suspended":
            own = Membership.objects.filter(contact=OuterRef("pk")).order_by()
            return Q(Exists(with_status(own, MembershipStatus(value), day)))
        case "lapsed":
            return Q(Exists(Membership.objects.filter(contact=OuterRef("pk")))) & ~Q(current)
        case _:
            return ~Q(Exists(Membership.objects.filter(contact=OuterRef("pk"))))


def _gave(value: str, day: date) -> Q:
    gifts = Gift.objects.filter(donor=OuterRef("pk"))
    match value:
        case "this_year":
            return Q(Exists(gifts.filter(received_on__gte=date(day.year, 1, 1), received_on__lte=day)))
        case "last_year":
            last = day.year - 1
            return Q(Exists(gifts.filter(received_on__range=(date(last, 1, 1), date(last, 12, 31)))))
        case "monthly":
            recurring = RecurringGift.objects.filter(donor=OuterRef("pk"), status=RecurringStatus.ACTIVE)
            return Q(Exists(recurring))
        case _:
            return Q(Exists(gifts))


def _volunteered(value: str, day: date) -> Q:
    hours = HoursEntry.objects.filter(contact=OuterRef("pk"))
    match value:
        case "this_year":
            return Q(Exists(hours.filter(worked_on__gte=date(day.year, 1, 1), worked_on__lte=day)))
        case "signed_up":
            return Q(Exists(SignUp.objects.filter(contact=OuterRef("pk"), shift__starts_at__date__gte=day)))
        case _:
            return Q(Exists(hours))


def _consents(value: str, day: date) -> Q:
    return Q(Exists(Consent.objects.filter(contact=OuterRef("pk"), channel="email", purpose=value, granted=True)))


FIXED: dict[str, Criterion] = {
    "membership": Criterion(
        _("Membership"),
        {
            "current": _("is a current member"),
            "grace": _("has a membership in grace"),
            "suspended": _("has a membership that is suspended"),
            "lapsed": _("was a member, and is not now"),
            "never": _("was never a member"),
        },
        _membership,
    ),
    "gave": Criterion(
        _("Giving"),
        {
            "this_year": _("has given this year"),
            "last_year": _("gave last year"),
            "ever": _("has ever given"),
            "monthly": _("gives regularly"),
        },
        _gave,
    ),
    "volunteered": Criterion(
        _("Volunteering"),
        {
            "this_year": _("has volunteered this year"),
            "ever": _("has ever volunteered"),
            "signed_up": _("is signed up for a coming shift"),
        },
        _volunteered,
    ),
    "language": Criterion(_("Language"), dict(settings.LANGUAGES), lambda value, day: Q(preferred_language=value)),
    "consent": Criterion(_("Consent by e-mail"), {str(value): label for value, label in Purpose.choices}, _consents),
    "kind": Criterion(
        _("Kind of contact"),
        {"individual": _("is a person"), "organisation": _("is an organisation"), "household": _("is a household")},
        lambda value, day: Q(kind=value),
    ),
}


def all_criteria() -> dict[str, Criterion]:
    """Everything that can be asked today: the fixed ones, tags, the nonprofit's own fields, and groups chosen by hand."""
    return FIXED | _tags() | _own_fields() | _chosen()


def _tags() -> dict[str, Criterion]:
    values = {str(pk): name for pk, name in Tag.objects.values_list("pk", "name")}
    tagged = Contact.tags.through.objects.filter(contact=OuterRef("pk"))
    return {"tag": Criterion(_("Tag"), values, lambda value, day: Q(Exists(tagged.filter(tag=value))))}


def _own_fields() -> dict[str, Criterion]:
    return {f"own_{field.code}": _own_field(field) for field in custom_fields_for()}


def _own_field(field: CustomField) -> Criterion:
    name = f"custom__{field.code}"
    if field.kind == CustomFieldKind.CHOICE:
        values = {choice.code: str(choice.label) for choice in field.choices.all()}
        return Criterion(str(field.label), values, lambda value, day: Q(**{name: value}))
    if field.kind == CustomFieldKind.YES_NO:
        return Criterion(
            str(field.label), {"yes": _("Yes"), "no": _("No")}, lambda value, day: Q(**{name: value == "yes"})
        )
    return Criterion(str(field.label), {"any": _("is filled in")}, lambda value, day: Q(custom__has_key=field.code))


def _chosen() -> dict[str, Criterion]:
    runs = {str(run.pk): run for run in BulkRun.objects.filter(action=CHOSEN).defer("journal")[:CHOSEN_SHOWN]}
    values = {
        pk: _now("chosen from the list on %(day)s (%(count)s)")
        % {"day": date_format(run.created_at, "SHORT_DATE_FORMAT"), "count": len(run.contact_ids)}
        for pk, run in runs.items()
    }
    return {
        "chosen": Criterion(
            _("Chosen by hand"), values, lambda value, day: Q(pk__in=survivors(runs[value].contact_ids))
        )
    }
