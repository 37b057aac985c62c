"""Everything the nonprofit knows about one person, as far as the reader's role lets them see it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, Sum, When, Window
from django.db.models.functions import DenseRank
from djmoney.money import Money

from checkout.models import Present
from donations.models import Fund, Gift, RecurringGift, RecurringShare
from donations.payments.registry import gateway_label
from members.domain.consent import counting
from members.domain.relationships import conferred_number
from members.models import (
    Channel,
    Consent,
    Contact,
    DecisionKind,
    Membership,
    MembershipDecision,
    Purpose,
    Relationship,
    Term,
    User,
    standing_on,
)
from members.wording import listed
from outreach.domain.messages import title_of
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
        ("checkout.view_present", _presents),
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
    """One relationship, said from this contact's side, and the number of the membership that it lets them share."""

    relationship: Relationship
    other: Contact
    words: str
    is_in_force: bool
    shared_number: str


def _relationships(contact: Contact, day: date) -> Section:
    found = Relationship.objects.of(contact).select_related("type", "from_contact", "to_contact")
    found = found.annotate(number=conferred_number(on=day))
    # Through whom they belong comes first, however many others there are.
    newest = found.order_by(F("number").desc(nulls_last=True), "type", "pk")[: 2 * SHOWN]
    rows = [_relationship_row(relationship, contact, day) for relationship in newest]
    rows.sort(key=lambda row: not row.is_in_force)
    return Section("relationships", rows)


def _relationship_row(relationship: Relationship, contact: Contact, day: date) -> RelationshipRow:
    is_first, is_in_force = relationship.from_contact_id == contact.pk, relationship.is_in_force_on(day)
    return RelationshipRow(
        relationship,
        other=relationship.to_contact if is_first else relationship.from_contact,
        words=str(relationship.type.name if is_first else relationship.type.reverse_name),
        is_in_force=is_in_force,
        shared_number=(relationship.number or "") if is_first and is_in_force else "",
    )


def _membership(contact: Contact, day: date) -> Section:
    # Every membership is made with its first term, so the terms lead to all of them.
    terms: dict[Membership, list[Term]] = defaultdict(list)
    decided_on = MembershipDecision.objects.in_force_on(day).filter(membership=OuterRef("membership"))
    kinds = {f"is_{kind}": Exists(decided_on.filter(kind=kind)) for kind in DecisionKind.values}
    found = Term.objects.filter(membership__contact=contact).annotate(**kinds)
    for term in found.select_related("tier", "membership__branch"):
        terms[term.membership].append(term)
    for membership, own in terms.items():
        standing = [kind for kind in DecisionKind.values if getattr(own[0], f"is_{kind}")]
        decided = [MembershipDecision(kind=kind, starts_on=day) for kind in standing]
        membership.status_today = standing_on(day, own, decided, died_on=contact.died_on)
        membership.terms_shown = [term for term in reversed(own) if not term.is_void]
    return Section("membership", sorted(terms, key=lambda membership: membership.pk))


def _presents(contact: Contact, day: date) -> Section:
    """Memberships that they gave, or got, as a present."""
    of_theirs = Present.objects.filter(Q(contact=contact) | Q(basket__contact=contact))
    # How each stands follows from its payments, which its own page reads.
    rows = list(of_theirs.select_related("basket", "tier")[:SHOWN])
    for present in rows:
        present.is_given = present.basket.contact_id == contact.pk
    return Section("presents", rows)


def _giving(contact: Contact, day: date) -> Section:
    gifts = _newest_gifts(contact, day)
    # Every currency of the year has its newest gift among these, and the year's sum with it.
    this_year = {gift.amount_currency: gift.year_total for gift in gifts if gift.received_on.year == day.year}
    shown = [gift for gift in gifts if gift.place <= SHOWN]
    for gift in shown:
        gift.way_of_payment = gateway_label(gift.payment.gateway)
    recurring = _recurring_gifts(contact)
    totals = [Money(total, currency) for currency, total in sorted(this_year.items())]
    return Section("giving", shown, {"this_year": totals, "recurring": recurring})


def _recurring_gifts(contact: Contact) -> list[RecurringGift]:
    """The newest recurring gifts, each with the names of its funds, in one query."""
    shares = RecurringShare.objects.filter(recurring_gift__donor=contact).select_related("fund", "recurring_gift")
    funds: dict[RecurringGift, list[Fund]] = {}
    for share in shares.order_by("-recurring_gift", "pk"):
        funds.setdefault(share.recurring_gift, []).append(share.fund)
    gifts = list(funds)[:SHOWN]
    for gift in gifts:
        gift.going_to = listed(funds[gift])
    return gifts


def _newest_gifts(contact: Contact, day: date) -> list[Gift]:
    """The newest gifts with the names of their funds, and the newest in each currency, in one query.

    A gift comes once for each of its allocations and is put together here; one without any is shown all the same.
    """
    newest_first = [F("received_on").desc(), F("pk").desc()]
    year = Case(When(received_on__year=day.year, then="allocations__amount"), default=0, output_field=DecimalField())
    rows = (
        contact.gifts.select_related("payment")
        .annotate(
            fund_name=F("allocations__fund__name"),
            place=Window(DenseRank(), order_by=newest_first),
            place_in_currency=Window(DenseRank(), partition_by="amount_currency", order_by=newest_first),
            year_total=Window(Sum(year), partition_by="amount_currency"),
        )
        .filter(Q(place__lte=SHOWN) | Q(place_in_currency=1))
        .order_by("place", "allocations__pk")
    )
    gifts: dict[int, Gift] = {}
    for row in rows:
        gift = gifts.setdefault(row.pk, row)
        gift.funds = [*getattr(gift, "funds", []), *([str(row.fund_name)] if row.fund_name else [])]
    return list(gifts.values())


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
    deliveries = list(contact.deliveries.select_related("campaign")[:SHOWN])
    for delivery in deliveries:
        delivery.title = title_of(delivery)
    return Section("messages", deliveries)


def _consent(contact: Contact, day: date) -> Section:
    in_force = Exists(Consent.objects.filter(event=OuterRef("pk")))
    events = contact.consent_events.select_related("actor", "guardian").annotate(is_in_force=in_force)
    # The answers in force come first, then the newest of the others: one query for both lists.
    found = list(events.order_by("-is_in_force", "-pk")[: SHOWN + len(Purpose) * len(Channel)])
    standing = sorted((event for event in found if event.is_in_force), key=lambda event: (event.purpose, event.channel))
    counting_ones = {event.pk for event in counting(standing, contact, on=day)}
    for event in standing:
        event.counts_today = event.pk in counting_ones
    history = sorted(found, key=lambda event: event.pk, reverse=True)[:SHOWN]
    return Section("consent", standing, {"history": history})
