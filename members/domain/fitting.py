"""Which tier is for somebody by its own rules, where they have outgrown theirs: a youth who came of age, for instance."""

from contextlib import suppress
from datetime import date

from members.domain.concessions import Payee
from members.domain.eligibility import check_age, may_have_next
from members.exceptions import AgeUnknownError, NoFittingTierError, WrongAgeError
from members.models import Membership, Tier


def fitting_tier(membership: Membership, *, on: date) -> Tier:
    """Return the tier for the next term of `membership`, from the day `on`: the one it has as long as they are of an age
    for it, else the one to which its members may move.

    Of several, one that names the present tier among those from which one may move goes before the others. Raises
    NoFittingTierError if there is none, or more than one: then a person decides.
    """
    last = membership.last_term
    if last is None:
        raise NoFittingTierError
    if _is_of_an_age(last.tier, membership, on=on):
        return last.tier
    fitting = [tier for tier in _open_to_its_age(membership) if may_have_next(tier, membership, on=on, by_office=True)]
    named = [tier for tier in fitting if any(source.pk == last.tier_id for source in tier.moves_from.all())]
    match named or fitting:
        case [tier]:
            return tier
        case _:
            raise NoFittingTierError


def _is_of_an_age(tier: Tier, membership: Membership, *, on: date) -> bool:
    """Whether they are, or it is not known."""
    with suppress(AgeUnknownError):
        try:
            check_age(tier, Payee(membership.contact), on=on)
        except WrongAgeError:
            return False
    return True


def _open_to_its_age(membership: Membership) -> list[Tier]:
    tiers = Tier.objects.filter(branch=membership.branch_id).select_related("branch")
    return [
        tier for tier in tiers.prefetch_related("prices", "moves_from") if tier.depends_on_age or tier.moves_from.all()
    ]
