"""Who pays less: by age, tag or code, and how often a code still may be used."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from members.domain.consent import age_on
from members.exceptions import CodeNotValidError
from members.models import CodeUse, Concession, Contact, DiscountCode, FeeOccasion, Term, Tier, folded_code

# While somebody pays, nobody else takes the last use of a code, or the last place on a tier; whoever leaves gives it
# back after this.
HELD_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Payee:
    """What is known of whoever will be the member. On a form that nobody has to log in for, what they typed."""

    contact: Contact | None = None
    birth_date: date | None = None

    @property
    def born_on(self) -> date | None:
        """Their day of birth: the one on record before one that was typed."""
        return (self.contact and self.contact.birth_date) or self.birth_date


def best_concession(
    tier: Tier, payee: Payee, *, occasion: FeeOccasion, on: date, code: DiscountCode | None = None
) -> Concession | None:
    """Return the concession that takes most off a fee due on the day `on`, or None. They do not add up."""
    fits = _concessions_on(tier).filter(occasion__in=[FeeOccasion.BOTH, occasion])
    fits = fits.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))
    open_to_all = Q(needs_code=False)
    fits = fits.filter(open_to_all | Q(pk=code.concession_id) if code else open_to_all)
    may_have = [concession for concession in fits.distinct() if _fits(concession, payee, on)]
    return max(may_have, key=lambda concession: (concession.percent, -concession.pk), default=None)


def _fits(concession: Concession, payee: Payee, on: date) -> bool:
    if concession.min_age is not None or concession.max_age is not None:
        if payee.born_on is None:
            return False
        age = age_on(payee.born_on, on)
        if age < (concession.min_age or 0) or (concession.max_age is not None and age > concession.max_age):
            return False
    if concession.tag_id:
        return payee.contact is not None and payee.contact.tags.filter(pk=concession.tag_id).exists()
    return True


def find_code(text: str, *, tier: Tier, at: datetime, key: uuid.UUID | None = None) -> DiscountCode:
    """Return the code that `text` spells, if it opens a concession on `tier` and may still be used at the moment `at`.

    What is held for the form `key` may be.

    Raises CodeNotValidError, which does not say whether there is such a code at all.
    """
    code = DiscountCode.objects.select_related("concession").filter(code=folded_code(text)).first()
    if code is None or not _opens(code.concession, tier) or _uses_left(code, at=at, but=key) == 0:
        raise CodeNotValidError
    return code


def _opens(concession: Concession, tier: Tier) -> bool:
    tiers = {one.pk for one in concession.tiers.all()}
    return not tiers or tier.pk in tiers


def _uses_left(code: DiscountCode, *, at: datetime, but: uuid.UUID | None = None) -> int | None:
    if code.most_uses is None:
        return None
    # A term that was undone before its first day, as when its payment went back at once, has used nothing.
    is_used = Q(term__isnull=False, term__ends_on__gte=F("term__starts_on"))
    used = code.uses.filter(is_used | Q(term=None, held_until__gt=at))
    others = used.exclude(key=but) if but else used
    return max(0, code.most_uses - others.count())


def opens_with_code(tier: Tier) -> bool:
    """Whether some code takes something off the fee of `tier`."""
    return _concessions_on(tier).filter(needs_code=True, codes__isnull=False).exists()


def depends_on_age(tier: Tier) -> bool:
    """Whether somebody of another age would pay another fee on `tier`."""
    return _concessions_on(tier).filter(Q(min_age__isnull=False) | Q(max_age__isnull=False)).exists()


def _concessions_on(tier: Tier) -> QuerySet[Concession]:
    return Concession.objects.filter(Q(tiers=None) | Q(tiers=tier))


@transaction.atomic
def hold_code(code: DiscountCode, *, key: uuid.UUID, at: datetime) -> CodeUse:
    """Keep one use of `code` for whoever pays with the form `key`. Raises CodeNotValidError when none is left."""
    # Two who want the last use take turns here.
    code = DiscountCode.objects.select_for_update().get(pk=code.pk)
    if use := code.uses.filter(key=key).first():
        return use
    if _uses_left(code, at=at) == 0:
        raise CodeNotValidError
    return CodeUse.objects.create(code=code, key=key, held_until=at + HELD_FOR)


def use_code(key: uuid.UUID, *, term: Term) -> None:
    """Count what was held for the form `key` as used for `term`, however late its payment came."""
    CodeUse.objects.filter(key=key, term=None).update(term=term)
