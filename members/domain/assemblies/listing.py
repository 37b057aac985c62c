"""The voters' list as rows: frozen once, then only corrected, with a reason for each correction."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from wagtail.log_actions import log

from members.domain.assemblies.fingerprint import digest_of, fingerprint_of
from members.domain.assemblies.proxies import end_proxies
from members.domain.assemblies.quorum import note_quorum
from members.domain.assemblies.standings import Standing, preview, rule_of, standing_of
from members.exceptions import (
    AlreadyFrozenError,
    AlreadyVoterError,
    CheckInClosedError,
    DayOfRecordToComeError,
    NobodyMayVoteError,
    NotFrozenError,
    StruckOffError,
    VoterIsHereError,
)
from members.models import Assembly, Contact, ProxyEnd, User, Voter

BATCH = 1_000


def locked(assembly: Assembly) -> Assembly:
    """Return `assembly` as it is now; nobody else changes its list, or who is there, until the transaction ends."""
    return Assembly.objects.select_for_update(of=("self",)).get(pk=assembly.pk)


def open_for_changes(assembly: Assembly) -> Assembly:
    """As `locked`. Raises NotFrozenError before there is a list, and CheckInClosedError when all is over."""
    assembly = locked(assembly)
    if not assembly.is_frozen:
        raise NotFrozenError
    if assembly.is_closed:
        raise CheckInClosedError
    return assembly


@transaction.atomic
def freeze(assembly: Assembly, *, by: User) -> Assembly:
    """Write down who may vote in `assembly` by the records of now, and return it with its fingerprint.

    Raises AlreadyFrozenError; DayOfRecordToComeError before that day, since memberships still change until then; and
    NobodyMayVoteError.
    """
    assembly = locked(assembly)
    now = timezone.now()
    if assembly.is_frozen:
        raise AlreadyFrozenError
    if assembly.record_day > timezone.localdate(now):
        raise DayOfRecordToComeError(assembly.record_day)
    voters = [_line(assembly, one, number) for number, one in enumerate(preview(assembly).voters, start=1)]
    if not voters:
        raise NobodyMayVoteError
    for voter in voters:
        voter.digest = digest_of(voter)
    Voter.objects.bulk_create(voters, batch_size=BATCH)
    rule = rule_of(assembly)
    assembly.frozen_rule = {
        "tiers": sorted(rule.tiers),
        "branch": rule.branch,
        "minimum_age": rule.minimum_age,
        "minimum_months": rule.minimum_months,
        "counts_grace": rule.counts_grace,
        "conferred": str(rule.conferred),
    }
    assembly.fingerprint = fingerprint_of(assembly, (voter.digest for voter in voters))
    assembly.frozen_at, assembly.frozen_by = now, by
    assembly.save(update_fields=["frozen_rule", "fingerprint", "frozen_at", "frozen_by"])
    data = {"voters": len(voters), "fingerprint": assembly.fingerprint}
    log(assembly, "sanduq.assembly_frozen", user=by, data=data)
    return assembly


def _line(assembly: Assembly, one: Standing, number: int) -> Voter:
    voter = Voter(
        assembly=assembly,
        contact=one.contact,
        membership=one.membership,
        representative=one.representative,
        position=number,
        name=one.contact.name,
        number=one.membership.number,
        tier_name=one.tier.name if one.tier else "",
        representative_name=one.representative.name if one.representative else "",
    )
    voter.search_words = voter.words()
    return voter


@transaction.atomic
def add_voter(assembly: Assembly, contact: Contact, *, reason: str, by: User) -> Voter:
    """Put `contact` on the frozen list at its end, and return the line. It has no part in the fingerprint.

    Raises NotFrozenError, CheckInClosedError and AlreadyVoterError.
    """
    assembly = open_for_changes(assembly)
    if assembly.voters.standing().filter(contact=contact).exists():
        raise AlreadyVoterError
    last = assembly.voters.aggregate(last=Max("position"))["last"] or 0
    one = standing_of(assembly, contact)
    voter = (
        _line(assembly, one, last + 1)
        if one
        else Voter(assembly=assembly, contact=contact, position=last + 1, name=contact.name)
    )
    voter.added_at, voter.added_by, voter.added_reason = timezone.now(), by, reason[:300]
    voter.save()
    note_quorum(assembly)
    log(assembly, "sanduq.voter_added", user=by, data={"line": voter.position, "contact": contact.pk})
    return voter


@transaction.atomic
def strike_voter(voter: Voter, *, reason: str, by: User) -> Voter:
    """Strike a line off the list, which stays in it as struck off. Proxies from and to it end.

    Raises StruckOffError, VoterIsHereError for somebody who is checked in, and CheckInClosedError.
    """
    assembly = open_for_changes(voter.assembly)
    voter = Voter.objects.get(pk=voter.pk)
    if voter.is_struck:
        raise StruckOffError
    if voter.attendances.standing().exists():
        raise VoterIsHereError(voter)
    end_proxies(voter, end=ProxyEnd.STRUCK, by=by)
    voter.struck_at, voter.struck_by, voter.struck_reason = timezone.now(), by, reason[:300]
    voter.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    note_quorum(assembly)
    log(assembly, "sanduq.voter_struck", user=by, data={"line": voter.position})
    return voter
