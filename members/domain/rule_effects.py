"""What a change of a tier's or a concession's rules would change for those who belong: who, from what to what, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from djmoney.money import Money

from members.domain.consent import age_on
from members.domain.fees import rates_of
from members.models import (
    Concession,
    Contact,
    Membership,
    MembershipDecision,
    MembershipStatus,
    Relationship,
    RelationshipType,
    Term,
    Tier,
)
from members.money import format_money

NAMED = 10  # of those who are concerned, as many are named


@dataclass(frozen=True)
class Effect:
    """One thing that would be different, for `number` memberships or people, of whom `examples` are some."""

    what: str
    before: str
    after: str
    why: str
    number: int
    examples: list[Contact] = field(default_factory=list)


@dataclass(frozen=True)
class TierRules:
    """What of a tier bears upon those who have it. `renewal_prices` is by currency, `confers_to` keys of types."""

    grace_days: int
    renewal_window_days: int
    minimum_age: int | None
    maximum_age: int | None
    renewal_prices: dict[str, Money]
    confers_to: frozenset[int]

    def admits(self, age: int) -> bool:
        """Whether somebody of `age` may have the tier."""
        return (self.minimum_age or 0) <= age and (self.maximum_age is None or age <= self.maximum_age)


def rules_of(tier: Tier) -> TierRules:
    """Return the rules of `tier` as they stand in the database."""
    own = str(tier.price.currency)
    currencies = [own, *(str(row.price.currency) for row in tier.prices.all())]
    return TierRules(
        grace_days=tier.grace_days,
        renewal_window_days=tier.renewal_window_days,
        minimum_age=tier.minimum_age,
        maximum_age=tier.maximum_age,
        renewal_prices={currency: rates_of(tier, currency=currency).renewal_price for currency in currencies},
        confers_to=frozenset(tier.confers_to.values_list("pk", flat=True)),
    )


def effects_on_tier(tier: Tier, before: TierRules, after: TierRules, *, on: date) -> list[Effect]:
    """Return what going from `before` to `after` would change on the day `on` for those whose last term is on `tier`.

    Counted by the database, also among a million. Terms that are paid for stay as they are, whatever the rules become.
    """
    found = [
        *_effects_of_grace(tier, before, after, on),
        *_effects_of_prices(tier, before, after, on),
        *_effects_of_ages(tier, before, after, on),
        *_effects_of_window(tier, before, after, on),
        *_effects_of_conferring(tier, before, after, on),
    ]
    return [effect for effect in found if effect.number]


def _last_terms(tier: Tier, *, on: date) -> QuerySet[Term]:
    """The last term of each membership that is on `tier`, unless a decision or a death has stopped it."""
    later = Term.objects.filter(
        membership=OuterRef("membership"), ends_on__gt=OuterRef("ends_on"), ends_on__gte=F("starts_on")
    )
    stopped = MembershipDecision.objects.in_force_on(on).filter(membership=OuterRef("membership"))
    alive = Q(membership__contact__died_on=None) | Q(membership__contact__died_on__gte=on)
    return Term.objects.filter(~Exists(later), ~Exists(stopped), alive, tier=tier, ends_on__gte=F("starts_on"))


def _to_renew(tier: Tier, *, on: date, grace_days: int) -> QuerySet[Term]:
    """Of the last terms those that may be followed by another: neither for life nor lapsed."""
    return _last_terms(tier, on=on).filter(ends_on__gte=on - timedelta(days=grace_days), ends_on__lt=date.max)


def _members(terms: QuerySet[Term]) -> list[Contact]:
    return list(Contact.objects.filter(memberships__terms__in=terms.order_by("pk")[:NAMED]).distinct()[:NAMED])


def _days(number: int) -> str:
    return ngettext("%(days)s day of grace", "%(days)s days of grace", number) % {"days": number}


def _effects_of_grace(tier: Tier, before: TierRules, after: TierRules, on: date) -> list[Effect]:
    if before.grace_days == after.grace_days:
        return []
    fewer, more = sorted((before.grace_days, after.grace_days))
    since = (on - timedelta(days=more), on - timedelta(days=fewer + 1))
    terms = _last_terms(tier, on=on).filter(cut_reason="", ends_on__range=since)
    gained = after.grace_days > before.grace_days
    old, new = (MembershipStatus.LAPSED, MembershipStatus.GRACE)
    old, new = (old, new) if gained else (new, old)
    why = _("%(before)s become %(after)s") % {"before": _days(before.grace_days), "after": _days(after.grace_days)}
    return [Effect(_("Status today"), str(old.label), str(new.label), why, terms.count(), _members(terms))]


def _effects_of_prices(tier: Tier, before: TierRules, after: TierRules, on: date) -> list[Effect]:
    found = []
    own = str(tier.price.currency)
    for currency, old in before.renewal_prices.items():
        new = after.renewal_prices.get(currency)
        if new == old:
            continue
        paid_in = Q(fee_currency=currency) | (Q(fee=None) if currency == own else Q(pk__in=[]))
        terms = _to_renew(tier, on=on, grace_days=after.grace_days).filter(paid_in)
        found.append(
            Effect(
                _("Fee of the next term"),
                format_money(old),
                format_money(new) if new else _("Not offered in this currency"),
                _("The fee changes. Concessions are taken off as before."),
                terms.count(),
                _members(terms),
            )
        )
    return found


def _effects_of_ages(tier: Tier, before: TierRules, after: TierRules, on: date) -> list[Effect]:
    if (before.minimum_age, before.maximum_age) == (after.minimum_age, after.maximum_age):
        return []
    terms = _to_renew(tier, on=on, grace_days=after.grace_days)
    rows = terms.values_list("membership__contact", "membership__contact__birth_date", "ends_on")
    shut_out: list[int] = []
    let_in: list[int] = []
    for contact, born_on, ends_on in rows.iterator():
        if born_on is None:
            continue
        age = age_on(born_on, max(on, ends_on + timedelta(days=1)))
        if before.admits(age) != after.admits(age):
            (let_in if after.admits(age) else shut_out).append(contact)
    yes, no = _("Can renew"), _("Cannot renew")
    why = _("Their age when the next term begins")
    return [
        Effect(_("The next term"), yes, no, why, len(shut_out), _named(shut_out)),
        Effect(_("The next term"), no, yes, why, len(let_in), _named(let_in)),
    ]


def _named(contacts: Iterable[int]) -> list[Contact]:
    return list(Contact.objects.filter(pk__in=list(contacts)[:NAMED]))


def _effects_of_window(tier: Tier, before: TierRules, after: TierRules, on: date) -> list[Effect]:
    if before.renewal_window_days == after.renewal_window_days:
        return []
    shorter, longer = sorted((before.renewal_window_days, after.renewal_window_days))
    between = (on + timedelta(days=shorter + 1), on + timedelta(days=longer))
    terms = _last_terms(tier, on=on).filter(ends_on__range=between)
    old, new = _("Too early to renew"), _("Can renew")
    if after.renewal_window_days < before.renewal_window_days:
        old, new = new, old
    why = _("The days before the end from which one can renew")
    return [Effect(_("Renewing today"), old, new, why, terms.count(), _members(terms))]


def _effects_of_conferring(tier: Tier, before: TierRules, after: TierRules, on: date) -> list[Effect]:
    yes, no = _("Belongs through somebody else"), _("Does not belong through somebody else")
    changes = [(before.confers_to - after.confers_to, yes, no), (after.confers_to - before.confers_to, no, yes)]
    found = []
    current = Term.objects.current_on(on).filter(tier=tier, membership__contact=OuterRef("to_contact"))
    for types, old, new in changes:
        if not types:
            continue
        related = Relationship.objects.in_force_on(on).filter(Exists(current), type__in=types)
        people = related.values_list("from_contact", flat=True).distinct()
        names = ", ".join(str(kind) for kind in RelationshipType.objects.filter(pk__in=types))
        found.append(Effect(_("Membership today"), old, new, names, people.count(), _named(people[:NAMED])))
    return found


def effects_on_concession(before: Concession, after: Concession, tiers: Iterable[Tier], *, on: date) -> list[Effect]:
    """Return for how many who will renew on one of `tiers` another fee would be due after the change of a concession.

    Codes are left out: who will type one is not known.
    """
    had, has = _entitled(before, on=on), _entitled(after, on=on)
    on_tiers = Q(pk__in=[])
    for tier in tiers:
        on_tiers |= Q(pk__in=_to_renew(tier, on=on, grace_days=tier.grace_days).values("membership"))
    members = Membership.objects.filter(on_tiers)
    return [effect for effect in _changes_of(members, before, after, had, has) if effect.number]


def _entitled(concession: Concession, *, on: date) -> Q:
    """Those who have a right to `concession` on the day `on`, as a condition on memberships."""
    if concession.needs_code or (concession.starts_on and on < concession.starts_on):
        return Q(pk__in=[])
    if concession.ends_on and on > concession.ends_on:
        return Q(pk__in=[])
    condition = Q()
    if concession.tag_id:
        condition &= Q(contact__tags=concession.tag_id)
    if concession.min_age is not None:
        condition &= Q(contact__birth_date__lte=_years_before(on, concession.min_age))
    if concession.max_age is not None:
        condition &= Q(contact__birth_date__gt=_years_before(on, concession.max_age + 1))
    return condition


def _years_before(day: date, years: int) -> date:
    """The latest birthday of somebody who has completed `years` on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _changes_of(
    members: QuerySet[Membership], before: Concession, after: Concession, had: Q, has: Q
) -> Iterable[Effect]:
    old, new = (_("%(percent)s %% off") % {"percent": concession.percent} for concession in (before, after))
    full = _("Full fee")
    first = set(members.filter(had).values_list("contact", flat=True))
    then = set(members.filter(has).values_list("contact", flat=True))
    rows = [(first - then, old, full), (then - first, full, new)]
    if before.percent != after.percent:
        rows.append((first & then, old, new))
    for people, was, will_be in rows:
        yield Effect(
            _("Fee of the next term"), was, will_be, str(after.name), len(people), _named(sorted(people)[:NAMED])
        )
