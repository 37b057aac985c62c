"""Figures on the five levels. Plain arithmetic: whoever has counts may use it."""

from collections.abc import Mapping

from surveys.levels import Level


def answered(counts: Mapping[Level, int]) -> int:
    """How many answered on the five levels. Raises ValueError for a negative count."""
    if below := [level for level, count in counts.items() if count < 0]:
        raise ValueError(f"Counts must be 0 or more, but {Level(below[0]).name} has {counts[below[0]]}.")
    return sum(counts.get(level, 0) for level in Level)


def top_two_share(counts: Mapping[Level, int]) -> float | None:
    """Share of answers that are Very good or Excellent: the usual CSAT figure.

    `counts` gives answers per level, "not applicable" left out. A fraction, 0.0 to 1.0.
    None when nobody has answered, since 0 would read as "all were unhappy".
    Raises ValueError for a negative count.
    """
    total = answered(counts)
    if not total:
        return None
    return (counts.get(Level.EXCELLENT, 0) + counts.get(Level.VERY_GOOD, 0)) / total


def weak_share(counts: Mapping[Level, int]) -> float | None:
    """Share of answers that are Weak, a fraction from 0.0 to 1.0; None when nobody has answered.

    Raises ValueError for a negative count.
    """
    total = answered(counts)
    return counts.get(Level.WEAK, 0) / total if total else None


def percentages(counts: Mapping[Level, int]) -> dict[Level, int]:
    """Whole percents of all five levels that add up to 100, or all 0 when nobody has answered.

    Rounds by largest remainder; of equal ones the better level is rounded up. No level is off by a whole percent.
    Raises ValueError for a negative count.
    """
    total = answered(counts)
    if not total:
        return dict.fromkeys(Level, 0)
    hundredfold = {level: 100 * counts.get(level, 0) for level in Level}
    percents = {level: share // total for level, share in hundredfold.items()}
    by_remainder = sorted(Level, key=lambda level: (-(hundredfold[level] % total), -level))
    for level in by_remainder[: 100 - sum(percents.values())]:
        percents[level] += 1
    return percents
