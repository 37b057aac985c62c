"""To whom a letter about a membership goes: the member, or whoever answers for one without an address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

from members.batching import batched
from members.domain.relationships import GUARDIAN, HEAD, REPRESENTATIVE
from members.domain.seats import BILLING
from members.models import ContactKind, Email, Relationship, Term
from outreach.models import Suppression

# Whoever may be written to about somebody's membership, who has no address of their own.
RESPONSIBLE = (BILLING, HEAD, REPRESENTATIVE, GUARDIAN)


@dataclass(frozen=True)
class Recipient:
    """Whom a reminder goes to, and where."""

    contact: int
    language: str
    address: str


def recipients_of(terms: Iterable[int], *, on: date) -> dict[int, Recipient]:
    """Return by term to whom to write: the member, or whoever is responsible for one without an address.

    For a household or an organisation it is whoever it named for its bills, even if it has an address of its own. A term
    is missing if nobody can be written to by e-mail.
    """
    usable = Email.objects.filter(contact=OuterRef("membership__contact"), is_undeliverable=False)
    address = usable.order_by("-is_primary", "pk").values("address")[:1]
    rows = list(
        Term.objects.filter(pk__in=list(terms))
        .annotate(address=Subquery(address))
        .values_list(
            "pk",
            "membership__contact",
            "membership__contact__kind",
            "membership__contact__preferred_language",
            "address",
        )
    )
    refused = _suppressed({row[4].lower() for row in rows if row[4]})
    found = {
        pk: Recipient(contact, _known(language), address)
        for pk, contact, _kind, language, address in rows
        if address and address.lower() not in refused
    }
    groups = {pk: contact for pk, contact, kind, _language, _address in rows if kind != ContactKind.INDIVIDUAL}
    billed = _responsible_for(set(groups.values()), on=on, codes=(BILLING,))
    found |= {pk: billed[contact] for pk, contact in groups.items() if contact in billed}
    missing = {pk: contact for pk, contact, *_facts in rows if pk not in found}
    others = _responsible_for(set(missing.values()), on=on, codes=RESPONSIBLE)
    return found | {pk: others[contact] for pk, contact in missing.items() if contact in others}


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _suppressed(addresses: set[str]) -> set[str]:
    folded = Suppression.objects.annotate(folded=Lower("address"))
    found: set[str] = set()
    if not Suppression.objects.exists():
        return found
    for some in batched(sorted(addresses), 500):
        found.update(folded.filter(folded__in=some).values_list("folded", flat=True))
    return found


def _responsible_for(contacts: set[int], *, on: date, codes: Iterable[str]) -> dict[int, Recipient]:
    found: dict[int, Recipient] = {}
    for some in batched(sorted(contacts), 500):
        related = (
            Relationship.objects.in_force_on(on)
            .filter(to_contact__in=some, type__code__in=codes)
            .filter(from_contact__died_on=None, from_contact__erased_at=None)
            .order_by("-pk")
        )
        usable = Email.objects.filter(contact=OuterRef("from_contact"), is_undeliverable=False)
        address = usable.order_by("-is_primary", "pk").values("address")[:1]
        rows = list(
            related.annotate(address=Subquery(address))
            .exclude(address=None)
            .values_list("to_contact", "from_contact", "from_contact__preferred_language", "address")
        )
        refused = _suppressed({row[3].lower() for row in rows})
        for member, contact, language, address_text in rows:
            if address_text.lower() not in refused:
                found[member] = Recipient(contact, _known(language), address_text)
    return found
