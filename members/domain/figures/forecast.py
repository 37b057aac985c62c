"""How many renewals the next twelve months will bring, and what fees."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from djmoney.money import Money

from members.domain.figures.histories import month_of
from members.domain.figures.reading import Choice, Line, Sheet
from members.models import FigureKind, Tier

MONTHS_AHEAD = 12
MONTHS_BACK = 24
# The rate of a tier is drawn towards that of all as if so many more of its terms had ended at that. It is the mean of
# the posterior of a binomial rate with a Beta prior of that weight (Gelman et al., Bayesian Data Analysis, chapter 2);
# twenty keeps three terms of a new tier from promising 100 %, and hardly touches a tier of some hundreds.
WEIGHT_OF_ALL = 20


@dataclass(frozen=True)
class MonthAhead:
    """What a month will bring. Without any experience of renewals `renewals` is None."""

    month: int
    ending: int
    secured: int
    renewals: Decimal | None
    fees: tuple[Money, ...]

    @property
    def due(self) -> int:
        """The terms that end and are not renewed yet."""
        return self.ending - self.secured


def forecast(sheet: Sheet, choice: Choice, *, as_of: date) -> list[MonthAhead]:
    """Return what the twelve months from that of `as_of` on will bring, on the tier and in the branch of `choice`.

    Of the terms that end in a month, those renewed already are sure; each other one is renewed as often as terms of the
    same tier were in the last MONTHS_BACK months whose graces are over, drawn towards the rate of all tiers
    (WEIGHT_OF_ALL). What ended before and is in grace counts in the first month. Fees are those of the tier today, for
    what is not paid yet, each currency by itself.
    """
    tiers = {tier.pk: tier for tier in Tier.objects.all()}
    rates = renewal_rates(sheet, list(tiers.values()), as_of=as_of)
    first = month_of(as_of)
    due: Counter[tuple[int, int]] = Counter()
    secured: Counter[int] = Counter()
    for entry in sheet.chosen(Choice(first, first + MONTHS_AHEAD - 1, choice.tier, choice.branch)):
        month = max(entry.month, first)
        if entry.kind == FigureKind.DUE:
            due[month, entry.tier] += entry.number
        elif entry.kind == FigureKind.SECURED:
            secured[month] += entry.number
    return [_month_ahead(month, tiers, rates, due, secured[month]) for month in range(first, first + MONTHS_AHEAD)]


def _month_ahead(
    month: int, tiers: dict[int, Tier], rates: dict[int, Decimal], due: Counter[tuple[int, int]], secured: int
) -> MonthAhead:
    mine = {tier: due[month, tier] for tier in tiers if due[month, tier]}
    ending = secured + sum(mine.values())
    if not rates:
        return MonthAhead(month, ending, secured, None, ())
    expected = {tier: number * rates[tier] for tier, number in mine.items()}
    fees: dict[str, Decimal] = {}
    for tier, number in expected.items():
        price = tiers[tier].price
        fees[str(price.currency)] = fees.get(str(price.currency), Decimal(0)) + number * price.amount
    paid = tuple(Money(amount, currency) for currency, amount in sorted(fees.items()) if amount)
    return MonthAhead(month, ending, secured, secured + sum(expected.values(), Decimal(0)), paid)


def renewal_rates(sheet: Sheet, tiers: list[Tier], *, as_of: date) -> dict[int, Decimal]:
    """Return for each tier how large a share of its terms is renewed, 0 to 1; nothing at all before any has ended.

    Months in which somebody may still renew are left out: those who renew do so before those who lapse are known.
    """
    lines = {tier.pk: _experience(sheet, tier, as_of) for tier in tiers}
    kept = sum(line.counts[FigureKind.KEPT] for line in lines.values())
    ended = kept + sum(line.left for line in lines.values())
    if not ended:
        return {}
    overall = Decimal(kept) / ended
    return {pk: _drawn_to(overall, line) for pk, line in lines.items()}


def _experience(sheet: Sheet, tier: Tier, as_of: date) -> Line:
    """What became of the terms of `tier` that ended in the last months of which all is known."""
    open_from = month_of(as_of - timedelta(days=tier.grace_days))
    return sheet.total(Choice(open_from - MONTHS_BACK, open_from - 1, tier.pk))


def _drawn_to(overall: Decimal, line: Line) -> Decimal:
    kept = line.counts[FigureKind.KEPT]
    return (kept + WEIGHT_OF_ALL * overall) / (kept + line.left + WEIGHT_OF_ALL)
