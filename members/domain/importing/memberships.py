"""Memberships that a file brings: terms that were paid for elsewhere, before this was in use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _
from djmoney.money import Money

from members.dates import AmbiguousDateError, parse_gregorian
from members.domain.memberships import keep_numbers_free_of, next_member_numbers
from members.domain.terms import add_months, end_of_term
from members.models import FOR_LIFE, Contact, MemberCard, Membership, Term, Tier
from members.money import HIGHEST_AMOUNT, parse_amount, quantize
from members.names import normalise_name

TERM_FIELDS = ("tier", "joined_on", "term_starts_on", "term_ends_on", "fee")
LONGEST_NUMBER = 20
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PaidTerm:
    """A term as a row describes it: first and last day included, and what was paid for it, if the row says so."""

    tier: Tier
    joined_on: date
    starts_on: date
    ends_on: date
    fee: Money | None = None

    def is_like(self, term: Term) -> bool:
        """Whether `term` is the same one, on record already."""
        return (term.tier_id, term.starts_on, term.ends_on) == (self.tier.pk, self.starts_on, self.ends_on)

    def overlaps(self, term: Term) -> bool:
        """Whether both cover some day; a term that was undone covers none."""
        return not term.is_void and term.starts_on <= self.ends_on and self.starts_on <= term.ends_on


def tiers_by_name() -> dict[str, Tier]:
    """Every tier by its short name and by its name in each language."""
    found: dict[str, Tier] = {}
    tiers = list(Tier.objects.select_related("branch").order_by("pk"))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for tier in tiers:
                found.setdefault(normalise_name(str(tier.name)), tier)
    return found | {normalise_name(tier.slug): tier for tier in tiers}


def read_cell(code: str, text: str, tiers: dict[str, Tier]) -> Any:
    """Return what a cell of one of TERM_FIELDS says. Raises ValueError with a sentence."""
    if code == "tier":
        tier = tiers.get(normalise_name(text))
        if tier is None:
            raise ValueError(_("“%(text)s” is none of the tiers.") % {"text": text})
        return tier
    return _read_fee(text) if code == "fee" else _read_day(text)


def _read_day(text: str) -> date:
    try:
        return parse_gregorian(text)
    except AmbiguousDateError:
        raise ValueError(
            _("“%(text)s” may be a Hijri or a Jalali date. Please write it as a Gregorian one.") % {"text": text}
        ) from None
    except ValueError:
        raise ValueError(_("“%(text)s” is not a date.") % {"text": text}) from None


def _read_fee(text: str) -> Any:
    try:
        amount = parse_amount(text)
    except ValueError:
        amount = None
    if amount is None or not 0 <= amount <= HIGHEST_AMOUNT:
        raise ValueError(_("“%(text)s” is not an amount.") % {"text": text})
    return amount


def paid_term(facts: dict[str, Any]) -> PaidTerm | None:
    """Return the term that the cells of a row make up, or None if they say nothing of one.

    What is left out follows from the tier: the last day from the first, or the first from the last. Raises ValueError
    with a sentence.
    """
    if not facts:
        return None
    tier = facts.get("tier")
    if tier is None:
        raise ValueError(_("There is something about a membership, but no tier."))
    first, last = facts.get("term_starts_on"), facts.get("term_ends_on")
    if first is None:
        if last is None:
            raise ValueError(_("There is a tier, but no day from which or until which it was paid."))
        first = _start_before(last, tier=tier, joined_on=facts.get("joined_on"))
    ends_on = last or end_of_term(first, tier=tier)
    if ends_on < first:
        raise ValueError(_("What was paid for ends before it begins."))
    fee = Money(facts["fee"], tier.price.currency) if "fee" in facts else None
    if fee is not None and quantize(fee) != fee:
        raise ValueError(_("“%(text)s” is not an amount.") % {"text": facts["fee"]})
    return PaidTerm(tier, min(facts.get("joined_on") or first, first), first, ends_on, fee)


def _start_before(ends_on: date, *, tier: Tier, joined_on: date | None) -> date:
    if ends_on == FOR_LIFE:
        return joined_on or ends_on
    start = add_months(ends_on + _DAY, -tier.term_months)
    return max(start, joined_on) if joined_on and joined_on <= ends_on else start


def is_on_record(contact: Contact, paid: PaidTerm) -> bool:
    """Whether `contact`, who comes with memberships and terms, has this very term."""
    return any(paid.is_like(term) for term in _terms_beside(contact, paid))


def clash_of(contact: Contact, paid: PaidTerm) -> str:
    """Return why `paid` cannot be added to the memberships of `contact`, or an empty string."""
    terms = _terms_beside(contact, paid)
    if any(paid.overlaps(term) and not paid.is_like(term) for term in terms):
        return _("Another term of this membership covers some of these days.")
    return ""


def _terms_beside(contact: Contact, paid: PaidTerm) -> list[Term]:
    return [
        term
        for membership in contact.memberships.all()
        if membership.branch_id == paid.tier.branch_id
        for term in membership.terms.all()
    ]


@dataclass(frozen=True)
class Added:
    """What came of one row: its term, and its membership with its number if there was none before."""

    term: int
    membership: int | None = None
    number: str = ""


def add_terms(wanted: Iterable[tuple[Contact, PaidTerm, str]]) -> dict[int, Added]:
    """Write the term of each contact, who stands here once, and return by contact what was made.

    Whoever has no membership of that branch gets one, with the number of the file if nobody has it. Nobody is written
    to: these people are members already. Call it inside a transaction, after `clash_of` has said nothing.
    """
    rows = list(wanted)
    known = _memberships_of(contact for contact, _paid, _number in rows)
    new = [row for row in rows if (row[0].pk, row[1].tier.branch_id) not in known]
    made = _memberships(new)
    known |= {(membership.contact_id, membership.branch_id): membership.pk for membership in made}
    terms = Term.objects.bulk_create(
        Term(
            membership_id=known[contact.pk, paid.tier.branch_id],
            tier=paid.tier,
            starts_on=paid.starts_on,
            ends_on=paid.ends_on,
            fee=paid.fee,
        )
        for contact, paid, _number in rows
    )
    fresh = {membership.contact_id: (membership.pk, membership.number) for membership in made}
    return {
        contact.pk: Added(term.pk, *fresh.get(contact.pk, ()))
        for (contact, _paid, _number), term in zip(rows, terms, strict=True)
    }


def journal_of(added: dict[int, Added]) -> dict[int, dict[str, list[int]]]:
    """Return by contact what `take_back` needs, as a row keeps it."""
    return {
        contact: {"terms": [one.term], "memberships": [one.membership] if one.membership else []}
        for contact, one in added.items()
    }


def _memberships_of(contacts: Iterable[Contact]) -> dict[tuple[int, int | None], int]:
    """The oldest membership by contact and branch, held so that nobody renews it meanwhile."""
    held = Membership.objects.select_for_update().filter(contact__in=[contact.pk for contact in contacts])
    found: dict[tuple[int, int | None], int] = {}
    for pk, contact, branch in held.order_by("pk").values_list("pk", "contact", "branch"):
        found.setdefault((contact, branch), pk)
    return found


def _memberships(rows: list[tuple[Contact, PaidTerm, str]]) -> list[Membership]:
    written = {number for _contact, _paid, number in rows if number}
    taken = set(Membership.objects.filter(number__in=written).values_list("number", flat=True))
    keep_numbers_free_of(written)
    without = [paid.joined_on for _contact, paid, number in rows if not number or number in taken]
    given = iter(next_member_numbers(without))
    made = Membership.objects.bulk_create(
        Membership(
            contact=contact,
            branch=paid.tier.branch,
            joined_on=paid.joined_on,
            number=next(given) if not number or number in taken else number,
        )
        for contact, paid, number in rows
    )
    MemberCard.objects.bulk_create(
        MemberCard(membership=membership, issued_on=membership.joined_on) for membership in made
    )
    return made


def take_back(terms: list[int], memberships: list[int]) -> bool:
    """Remove what `add_terms` made. Returns whether all of it went: what somebody has built on since stays."""
    gone = [_is_deleted(term) for term in Term.objects.filter(pk__in=terms) if not term.cut_reason]
    left = Term.objects.filter(pk__in=terms).exists()
    for membership in Membership.objects.filter(pk__in=memberships):
        is_used = membership.terms.exists() or membership.decisions.exists()
        gone.append(not is_used and _is_deleted(membership))
    return all(gone) and not left


def _is_deleted(row: Term | Membership) -> bool:
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True
