"""Everything the nonprofit knows about one person, as far as the reader's role lets them see it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, DecimalField, Prefetch, Sum, When, Window

from donations.models import Allocation
from donations.payments.registry import gateway_label
from members.domain.consent import counts
from members.domain.relationships import inherited_memberships
from members.models import Contact, Relationship, Term, User
from volunteers.models import HoursStatus

SHOWN = 25


@dataclass
class Section:
    """One part of the page: a heading, what stands in it, and what it may be reached by."""

    code: str
    rows: Iterable[Any] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def sections_for(contact: Contact, *, reader: User, on: date) -> list[Section]:
    """Return the sections that `reader` may see, each with its newest rows, in a fixed number of queries."""
    makers = [
        ("members.view_interaction", _notes),
        ("members.view_relationship", _relationships),
        ("members.view_membership", _membership),
        ("donations.view_gift", _giving),
        ("volunteers.view_hoursentry", _volunteering),
        ("complaints.view_case", _cases),
        ("outreach.view_delivery", _messages),
        ("members.view_consentevent", _consent),
    ]
    return [maker(contact, on) for permission, maker in makers if reader.has_perm(permission)]


def _notes(contact: Contact, day: date) -> Section:
    notes = list(contact.interactions.select_related("owner")[: SHOWN + 1])
    return Section("notes", notes[:SHOWN], {"more": len(notes) > SHOWN})


@dataclass
class RelationshipRow:
    """One relationship, said from this contact's side."""

    relationship: Relationship
    other: Contact
    words: str
    is_in_force: bool


def _relationships(contact: Contact, day: date) -> Section:
    rows = []
    found = Relationship.objects.of(contact).select_related("type", "from_contact", "to_contact")
    for relationship in found[: 2 * SHOWN]:
        is_first = relationship.from_contact_id == contact.pk
        other = relationship.to_contact if is_first else relationship.from_contact
        words = str(relationship.type.name if is_first else relationship.type.reverse_name)
        rows.append(RelationshipRow(relationship, other, words, relationship.is_in_force_on(day)))
    rows.sort(key=lambda row: not row.is_in_force)
    return Section("relationships", rows, {"inherited": inherited_memberships(contact, on=day) if rows else []})


def _membership(contact: Contact, day: date) -> Section:
    with_tiers = Prefetch("terms", Term.objects.select_related("tier"))
    memberships = list(contact.memberships.prefetch_related(with_tiers))
    for membership in memberships:
        membership.status_today = membership.status_on(day)
        membership.terms_shown = sorted(membership.terms.all(), key=lambda term: term.starts_on, reverse=True)
    return Section("membership", memberships)


def _giving(contact: Contact, day: date) -> Section:
    with_funds = Prefetch("allocations", Allocation.objects.select_related("fund"))
    gifts = list(contact.gifts.select_related("payment").prefetch_related(with_funds)[:SHOWN])
    for gift in gifts:
        gift.way_of_payment = gateway_label(gift.payment.gateway)
    this_year = contact.gifts.filter(received_on__year=day.year).values("amount_currency").annotate(total=Sum("amount"))
    return Section(
        "giving",
        gifts,
        {"this_year": list(this_year), "recurring": list(contact.recurring_gifts.select_related("fund")[:SHOWN])},
    )


def _volunteering(contact: Contact, day: date) -> Section:
    # The sum of all that was approved comes with each row of the newest.
    approved = Case(When(status=HoursStatus.APPROVED, then="hours"), default=0, output_field=DecimalField())
    counted = contact.volunteer_hours.annotate(total=Window(Sum(approved)))
    entries = list(counted.select_related("opportunity")[:SHOWN])
    total = entries[0].total if entries else 0
    sign_ups = contact.sign_ups.select_related("shift__opportunity").order_by("-shift__starts_at")[:SHOWN]
    return Section("volunteering", entries, {"total": total, "sign_ups": list(sign_ups)})


def _cases(contact: Contact, day: date) -> Section:
    return Section("cases", contact.cases.select_related("category", "service").order_by("-pk")[:SHOWN])


def _messages(contact: Contact, day: date) -> Section:
    return Section("messages", contact.deliveries.select_related("campaign")[:SHOWN])


def _consent(contact: Contact, day: date) -> Section:
    consents = list(contact.consents.select_related("event").order_by("purpose", "channel"))
    for consent in consents:
        consent.counts_today = counts(consent, contact, on=day)
    history = contact.consent_events.select_related("actor", "guardian")[:SHOWN]
    return Section("consent", consents, {"history": list(history)})
