"""Who may be written to by letter, and where."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from members.domain.consent import counting
from members.domain.relationships import HEAD, MEMBER
from members.models import Address, Channel, Consent, Contact, Relationship


def postal_addresses(contact_ids: Iterable[int], *, on: date) -> dict[int, Address]:
    """Return for each of these contacts the address that letters of the day `on` go to: in season, the first choice first.

    Whoever has none that letters reach is not in it.
    """
    found: dict[int, Address] = {}
    reachable = Address.objects.in_use_in(on.month).filter(contact__in=list(contact_ids))
    # A season is said for a reason: while it lasts, it goes before the address of the whole year.
    rows = sorted(reachable, key=lambda row: (row.season_from is None, not row.is_primary, row.pk))
    for address in rows:
        found.setdefault(address.contact_id, address)
    return found


def may_be_sent(contacts: Iterable[Contact], *, purpose: str, on: date) -> set[int]:
    """Return the keys of those of `contacts` who may get letters about `purpose` on the day `on`.

    Without a purpose it is about their membership, a contract, and needs no consent.
    """
    by_key = {one.pk: one for one in contacts}
    if not purpose:
        return set(by_key)
    said = Consent.objects.select_related("event").filter(
        contact__in=by_key, channel=Channel.POST, purpose=purpose, granted=True
    )
    return {row.contact_id for row in said if counting([row.event], by_key[row.contact_id], on=on)}


def households_of(contact_ids: Iterable[int], *, on: date) -> dict[int, Contact]:
    """Return the household that each of these contacts belongs to on the day `on`, if there is one."""
    ties = Relationship.objects.in_force_on(on).filter(
        from_contact__in=list(contact_ids), type__code__in=[HEAD, MEMBER], to_contact__erased_at=None
    )
    return {tie.from_contact_id: tie.to_contact for tie in ties.select_related("to_contact").order_by("-pk")}


def address_lines(address: Address) -> list[str]:
    """The address as it stands on an envelope, below the name; the country only if it is not our own."""
    town = " ".join(filter(None, [address.postcode, address.city]))
    abroad = address.country and address.country.code != settings.PHONENUMBER_DEFAULT_REGION
    lines = [*address.lines.splitlines(), town, str(address.country.name) if abroad else ""]
    return [line.strip() for line in lines if line.strip()]
