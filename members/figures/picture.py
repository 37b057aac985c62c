"""Who stays, as a picture: a row for each cohort, a column for each year, darker where more stayed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi

from members.domain.figures.cohorts import Cohort
from members.figures.tables import cohort_name, years_later

LABEL, COLUMN, ROW, HEAD, GAP = 190, 64, 36, 30, 2
SHADES = 5


@dataclass(frozen=True)
class Square:
    """A rectangle with a text in its middle. `shade` from 0, the lightest, to SHADES - 1; None for a mere label."""

    x: int
    y: int
    width: int
    height: int
    text: str
    shade: int | None = None
    is_small: bool = False

    @property
    def middle(self) -> tuple[int, int]:
        """Where the text stands."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Picture:
    """Squares on a surface of so many pixels."""

    width: int
    height: int
    squares: Sequence[Square]


def retention_picture(cohorts: Sequence[Cohort], *, months: int) -> Picture | None:
    """Draw the cohorts, or nothing if no year of any is told. From right to left where the reader reads so."""
    told = [cohort for cohort in cohorts if cohort.stayed]
    if not told:
        return None
    columns = max(len(cohort.stayed) for cohort in told)
    width, height = LABEL + columns * COLUMN, HEAD + len(told) * ROW
    squares = [Square(LABEL + place * COLUMN, 0, COLUMN, HEAD, years_later(place + 1)) for place in range(columns)]
    for row, cohort in enumerate(told):
        top = HEAD + row * ROW
        label = f"{cohort_name(cohort, months=months)} · {cohort.size:,}"
        squares.append(Square(0, top, LABEL, ROW, label))
        squares += [
            Square(
                LABEL + place * COLUMN + GAP, top + GAP, COLUMN - 2 * GAP, ROW - 2 * GAP,
                f"{part:.0%}", min(int(part * SHADES), SHADES - 1), cohort.is_small,
            )
            for place, part in enumerate(cohort.shares)
        ]  # fmt: skip
    if get_language_bidi():
        squares = [_mirrored(square, width) for square in squares]
    return Picture(width, height, squares)


def _mirrored(square: Square, width: int) -> Square:
    return Square(
        width - square.x - square.width, square.y, square.width, square.height, square.text, square.shade,
        square.is_small,
    )  # fmt: skip
