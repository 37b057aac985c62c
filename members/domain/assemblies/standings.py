"""Who of the members may vote in an assembly, and why the others may not, read from the records of the day of record."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from members.domain.assemblies.entitlement import (
    Candidate,
    NoVote,
    Rule,
    age_refusal,
    refusal,
    term_that_counts,
    unbroken_since,
)
from members.domain.relationships import HEAD
from members.models import Assembly, Contact, ContactKind, Membership, Relationship, Term, Tier, standing_on
from members.names import normalise_name

BATCH = 2_000
# Whoever left longer ago than this is nobody of whom anyone expects a vote, and is not listed among those without one.
DAYS_AFTER_LEAVING = 365
REPRESENTATIVE = "representative"
# Whoever was named for it speaks for a household rather than its head.
_REPRESENTING = (REPRESENTATIVE, HEAD)
_CONTACT_COLUMNS = (
    "kind", "given_name", "family_name", "organisation_name", "search_name", "birth_date", "died_on", "erased_at",
)  # fmt: skip
_REASONS = list(NoVote)


@dataclass(frozen=True)
class Standing:
    """Whether a contact may vote: `reason` is None for who may. `membership` is the one that decided it."""

    contact: Contact
    membership: Membership
    tier: Tier | None
    representative: Contact | None
    reason: NoVote | None
    is_conferred: bool

    @property
    def may_vote(self) -> bool:
        return self.reason is None

    @property
    def order(self) -> tuple[str, str, int]:
        """Where it stands in a list."""
        return self.contact.search_name, self.membership.number, self.contact.pk

    @property
    def _weight(self) -> tuple[int, bool, int]:
        nearness = len(_REASONS) if self.reason is None else _REASONS.index(self.reason)
        return nearness, not self.is_conferred, -self.membership.pk

    def outweighs(self, other: "Standing | None") -> bool:
        """Whether this is what counts of two for one contact: a vote, else what is nearest to one; an own membership first."""
        return other is None or self._weight > other._weight


@dataclass(frozen=True)
class Preview:
    """Everybody of whom one may expect a vote, by name, and how many may not vote for which reason."""

    standings: list[Standing]

    @property
    def voters(self) -> list[Standing]:
        return [one for one in self.standings if one.may_vote]

    @property
    def others(self) -> list[Standing]:
        return [one for one in self.standings if not one.may_vote]

    @property
    def reasons(self) -> list[tuple[NoVote, int]]:
        """The reasons that there are, most frequent first."""
        counts = Tally(one.reason for one in self.standings if one.reason)
        return sorted(counts.items(), key=lambda pair: (-pair[1], _REASONS.index(pair[0])))

    def found_by(self, text: str) -> list[Standing]:
        """Those of whom each word of `text` begins a word of the name or of the member number."""
        words = [f" {word}" for word in normalise_name(text).split()]
        return [one for one in self.standings if all(word in _words(one) for word in words)]


def _words(one: Standing) -> str:
    return f" {one.contact.search_name} {normalise_name(one.membership.number)}"


def rule_of(assembly: Assembly) -> Rule:
    """Return the rule of a saved `assembly` as plain values."""
    return Rule(
        day=assembly.record_day,
        tiers=frozenset(tier.pk for tier in assembly.tiers.all()),
        branch=assembly.branch_id,
        minimum_age=assembly.minimum_age,
        minimum_months=assembly.minimum_months,
        counts_grace=assembly.counts_grace,
        conferred=assembly.conferred,
    )


def preview(assembly: Assembly) -> Preview:
    """Return who may vote in `assembly` and who may not, as the records say it now.

    A contact stands in it once. Whoever left more than DAYS_AFTER_LEAVING before the day of record is left out.
    """
    recently = assembly.record_day - timedelta(days=DAYS_AFTER_LEAVING)
    real = Term.objects.filter(Q(ends_on__gte=F("starts_on")), membership=OuterRef("pk"), ends_on__gte=recently)
    best = _best(Membership.objects.filter(Exists(real)), rule_of(assembly))
    return Preview(sorted(best.values(), key=lambda one: one.order))


def standing_of(assembly: Assembly, contact: Contact) -> Standing | None:
    """Return whether `contact` may vote in `assembly`, as the records say it now; None for who never belonged."""
    rule = rule_of(assembly)
    holders = Relationship.objects.in_force_on(rule.day).filter(from_contact=contact).values("to_contact")
    theirs = Membership.objects.filter(Q(contact=contact) | Q(contact__in=holders))
    return _best(theirs, rule).get(contact.pk)


def _best(memberships: QuerySet[Membership], rule: Rule) -> dict[int, Standing]:
    best: dict[int, Standing] = {}
    for standing in _standings(memberships, rule):
        if standing.outweighs(best.get(standing.contact.pk)):
            best[standing.contact.pk] = standing
    return best


def _standings(memberships: QuerySet[Membership], rule: Rule) -> Iterator[Standing]:
    """Every way in which somebody belongs, a batch of memberships at a time."""
    tiers = {tier.pk: tier for tier in Tier.objects.prefetch_related("confers_to")}
    read = memberships.filter(contact__erased_at=None).select_related("contact").prefetch_related("terms", "decisions")
    read = read.only("number", "branch_id", "joined_on", *(f"contact__{name}" for name in _CONTACT_COLUMNS))
    batch: list[Membership] = []
    for membership in read.order_by("pk").iterator(chunk_size=BATCH):
        batch.append(membership)
        if len(batch) == BATCH:
            yield from _of_batch(batch, rule, tiers)
            batch = []
    yield from _of_batch(batch, rule, tiers)


def _of_batch(batch: list[Membership], rule: Rule, tiers: dict[int, Tier]) -> Iterator[Standing]:
    related = _related([membership.contact_id for membership in batch], rule.day)
    for membership in batch:
        terms = list(membership.terms.all())
        for term in terms:
            term.tier = tiers[term.tier_id]
        counting = term_that_counts(terms, rule.day)
        tier = counting.tier if counting else None
        decisions = membership.decisions.all()
        facts = {
            "status": standing_on(rule.day, terms, decisions, died_on=membership.contact.died_on),
            "tier": tier.pk if tier else None,
            "branch": membership.branch_id,
            "since": unbroken_since(terms, rule.day, joined_on=membership.joined_on),
        }
        yield _own(membership, tier, facts, related[membership.contact_id], rule)
        confers = {kind.pk for kind in tier.confers_to.all()} if tier else set()
        for relationship in related[membership.contact_id]:
            if relationship.type_id in confers:
                yield _conferred(membership, tier, facts, relationship, rule)


def _related(holders: Collection[int], day: date) -> dict[int, list[Relationship]]:
    """By its second contact: every relationship in force on `day` to one of these."""
    found: dict[int, list[Relationship]] = defaultdict(list)
    rows = Relationship.objects.in_force_on(day).filter(to_contact__in=holders, from_contact__erased_at=None)
    names = (f"from_contact__{name}" for name in _CONTACT_COLUMNS)
    rows = rows.select_related("from_contact", "type").only("to_contact_id", "starts_on", "type__code", *names)
    for row in rows.order_by("pk"):
        found[row.to_contact_id].append(row)
    return found


def _own(
    membership: Membership, tier: Tier | None, facts: dict, related: Iterable[Relationship], rule: Rule
) -> Standing:
    contact, representative = membership.contact, None
    if contact.kind != ContactKind.INDIVIDUAL:
        representative = _representative(related, rule)
    candidate = Candidate(
        kind=contact.kind,
        birth_date=contact.birth_date,
        died_on=contact.died_on,
        has_representative=representative is not None,
        **facts,
    )
    return Standing(contact, membership, tier, representative, refusal(candidate, rule), is_conferred=False)


def _conferred(membership: Membership, tier: Tier | None, facts: dict, by: Relationship, rule: Rule) -> Standing:
    contact, since = by.from_contact, facts["since"]
    if since and by.starts_on:
        since = max(since, by.starts_on)
    candidate = Candidate(
        kind=contact.kind,
        birth_date=contact.birth_date,
        died_on=contact.died_on,
        is_conferred=True,
        **{**facts, "since": since},
    )
    return Standing(contact, membership, tier, None, refusal(candidate, rule), is_conferred=True)


def _representative(related: Iterable[Relationship], rule: Rule) -> Contact | None:
    """Who votes for a household or an organisation: alive, and as old as voters must be; the one on record longest."""
    fit = [
        row
        for row in related
        if row.type.code in _REPRESENTING
        and row.from_contact.kind == ContactKind.INDIVIDUAL
        and not (row.from_contact.died_on and rule.day > row.from_contact.died_on)
        and age_refusal(row.from_contact.birth_date, rule) is None
    ]
    first = min(fit, key=lambda row: (_REPRESENTING.index(row.type.code), row.pk), default=None)
    return first.from_contact if first else None
