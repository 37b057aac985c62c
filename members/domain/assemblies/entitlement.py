"""The rule of who may vote, on plain values: no database, so that every combination can be tried.

All is asked about one day, the day of record: status, age, months of membership, relationships.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.domain.terms import add_months
from members.models import ConferredVote, ContactKind, MembershipStatus, Term


class NoVote(TextChoices):
    """Why somebody may not vote. Of several memberships, the reason that comes last here is the nearest to a vote."""

    DECEASED = "deceased", _("Died")
    CANCELLED = "cancelled", _("Membership cancelled")
    LAPSED = "lapsed", _("Membership ended")
    UPCOMING = "upcoming", _("Membership starts later")
    SUSPENDED = "suspended", _("Suspended")
    GRACE = "grace", _("In grace, which does not count")
    BRANCH = "branch", _("Of another branch")
    TIER = "tier", _("Tier without a vote")
    THROUGH_ANOTHER = "through", _("Belongs through a member who votes")
    NOT_A_PERSON = "not_person", _("Household or organisation: its people vote")
    NO_REPRESENTATIVE = "no_rep", _("No representative on record, or none old enough")
    AGE_UNKNOWN = "no_age", _("Date of birth unknown")
    TOO_YOUNG = "young", _("Too young")
    TOO_NEW = "new", _("Not a member for long enough")


@dataclass(frozen=True)
class Rule:
    """Who may vote. `tiers` and `branch` are keys; no tiers mean every tier, no branch any. See `Assembly`."""

    day: date
    tiers: frozenset[int] = frozenset()
    branch: int | None = None
    minimum_age: int = 0
    minimum_months: int = 0
    counts_grace: bool = False
    conferred: str = ConferredVote.EACH


@dataclass(frozen=True)
class Candidate:
    """One way in which a contact belongs. `since`: from when on without a break; `tier`: of the term that counts.

    `is_conferred`: through somebody else's membership, whose status and tier these are. `died_on`, `birth_date` and
    `kind` are the contact's own. `has_representative`: that somebody may vote for a household or an organisation.
    """

    kind: str
    status: MembershipStatus
    tier: int | None
    branch: int | None
    since: date | None
    birth_date: date | None = None
    died_on: date | None = None
    is_conferred: bool = False
    has_representative: bool = False


_BY_STATUS = {
    MembershipStatus.DECEASED: NoVote.DECEASED,
    MembershipStatus.CANCELLED: NoVote.CANCELLED,
    MembershipStatus.LAPSED: NoVote.LAPSED,
    MembershipStatus.UPCOMING: NoVote.UPCOMING,
    MembershipStatus.SUSPENDED: NoVote.SUSPENDED,
}


def refusal(one: Candidate, rule: Rule) -> NoVote | None:
    """Return why `one` may not vote by `rule`, the first reason that holds; None for who may."""
    return _by_standing(one, rule) or _by_kind(one, rule) or _by_age_and_time(one, rule)


def _by_standing(one: Candidate, rule: Rule) -> NoVote | None:
    if one.died_on and rule.day > one.died_on:
        return NoVote.DECEASED
    if one.is_conferred and one.status == MembershipStatus.DECEASED:
        return NoVote.LAPSED  # it is not they who died
    if reason := _BY_STATUS.get(one.status):
        return reason
    if one.status == MembershipStatus.GRACE and not rule.counts_grace:
        return NoVote.GRACE
    if rule.branch is not None and one.branch != rule.branch:
        return NoVote.BRANCH
    if rule.tiers and one.tier not in rule.tiers:
        return NoVote.TIER
    return None


def _by_kind(one: Candidate, rule: Rule) -> NoVote | None:
    if one.is_conferred and rule.conferred != ConferredVote.EACH:
        return NoVote.THROUGH_ANOTHER
    if one.kind == ContactKind.INDIVIDUAL:
        return None
    if rule.conferred == ConferredVote.EACH:
        return NoVote.NOT_A_PERSON
    if rule.conferred == ConferredVote.REPRESENTATIVE and not one.has_representative:
        return NoVote.NO_REPRESENTATIVE
    return None


def _by_age_and_time(one: Candidate, rule: Rule) -> NoVote | None:
    if one.kind == ContactKind.INDIVIDUAL and (reason := age_refusal(one.birth_date, rule)):
        return reason
    if rule.minimum_months and (one.since is None or add_months(one.since, rule.minimum_months) > rule.day):
        return NoVote.TOO_NEW
    return None


def age_refusal(birth_date: date | None, rule: Rule) -> NoVote | None:
    """Return why somebody born on `birth_date` (None: unknown) is not old enough; None for who is, and where any age will do."""
    if not rule.minimum_age:
        return None
    if birth_date is None:
        return NoVote.AGE_UNKNOWN
    # Born on 29 February, one is a year older on the last of February.
    return NoVote.TOO_YOUNG if add_months(birth_date, 12 * rule.minimum_age) > rule.day else None


def nearest(refusals: Iterable[NoVote]) -> NoVote:
    """Return the one of several reasons that is nearest to a vote. Raises ValueError for none."""
    return max(refusals, key=list(NoVote).index)


def term_that_counts(terms: Iterable[Term], day: date) -> Term | None:
    """Return the term that tells about `day`: the one in force, else the last one before it, else the first to come."""
    real = [term for term in terms if not term.is_void]
    begun = [term for term in real if term.starts_on <= day]
    if begun:
        return max(begun, key=lambda term: (term.ends_on, term.starts_on, term.pk or 0))
    return min(real, key=lambda term: term.starts_on, default=None)


def unbroken_since(terms: Iterable[Term], day: date, *, joined_on: date) -> date | None:
    """Return the first day of the membership that runs on `day` without a day between its terms; None before the first.

    Where that reaches back to the first term on record, `joined_on` counts if it is earlier: what was before the
    records began stands there.
    """
    begun = sorted(
        (term for term in terms if not term.is_void and term.starts_on <= day), key=lambda term: term.ends_on
    )
    if not begun:
        return None
    since, earlier = begun[-1].starts_on, begun[:-1]
    while earlier and earlier[-1].ends_on >= since - timedelta(days=1):
        since = min(since, earlier.pop().starts_on)
    return since if earlier else min(since, joined_on)
