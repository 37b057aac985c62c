"""Segments: a typed tree of conditions that compiles to one query over contacts.

A leaf is ``{"criterion": "gave", "value": "this_year", "negate": false}``; a branch is
``{"match": "all" | "any", "nodes": [...]}``. Nothing else is understood.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from donations.models import Gift, RecurringGift, RecurringStatus
from members.models import Consent, Contact, Membership, Purpose, Term
from volunteers.models import HoursEntry, SignUp

DEEPEST = 5


class SegmentError(ValueError):
    """A tree that cannot be understood."""


@dataclass(frozen=True)
class Criterion:
    """One thing that can be asked about a contact on a day, and the answers to choose from."""

    label: Any
    values: dict[str, Any]
    condition: Callable[[str, date], Q]


def _membership(value: str, day: date) -> Q:
    terms = Term.objects.filter(membership__contact=OuterRef("pk"))
    current = Exists(terms.filter(starts_on__lte=day, ends_on__gte=day))
    match value:
        case "current":
            return Q(current)
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


CRITERIA: dict[str, Criterion] = {
    "membership": Criterion(
        _("Membership"),
        {
            "current": _("is a current member"),
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


def contacts_in(tree: dict, *, on: date) -> QuerySet[Contact]:
    """Return the contacts that fit `tree` on the day `on`, as one query. An empty tree means everybody.

    Raises SegmentError for a tree that is not of the form above, is deeper than DEEPEST, or asks what nobody knows.
    """
    return Contact.objects.filter(_compile(tree, on, depth=0)) if tree else Contact.objects.all()


def _compile(node: Any, day: date, *, depth: int) -> Q:
    if not isinstance(node, dict) or depth > DEEPEST:
        raise SegmentError("A segment is a tree of conditions, at most five levels deep.")
    if "criterion" in node:
        return _compile_leaf(node, day)
    match, nodes = node.get("match"), node.get("nodes")
    if match not in {"all", "any"} or not isinstance(nodes, list):
        raise SegmentError("A branch of a segment says 'all' or 'any' and lists its conditions.")
    if not nodes:
        return Q()
    parts = [_compile(child, day, depth=depth + 1) for child in nodes]
    combined = parts[0]
    for part in parts[1:]:
        combined = combined & part if match == "all" else combined | part
    return combined


def _compile_leaf(node: dict, day: date) -> Q:
    criterion = CRITERIA.get(node["criterion"])
    if criterion is None or node.get("value") not in criterion.values:
        raise SegmentError(f"No such condition: {node['criterion']!r} {node.get('value')!r}.")
    condition = criterion.condition(node["value"], day)
    return ~condition if node.get("negate") else condition


def describe(tree: dict) -> list[str]:
    """Return each condition of a flat tree as a phrase for staff, in the active language."""
    phrases = []
    for node in tree.get("nodes", []):
        if criterion := CRITERIA.get(node.get("criterion", "")):
            phrase = str(criterion.values.get(node.get("value"), ""))
            phrases.append(str(_("not: %(condition)s") % {"condition": phrase}) if node.get("negate") else phrase)
    return phrases
