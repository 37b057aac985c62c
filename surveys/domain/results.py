"""What everybody may see of a survey: one and the same table on the site, in the admin and in messages."""

from dataclasses import dataclass

from surveys.levels import NOT_APPLICABLE, Level
from surveys.models import Question, QuestionKind, Survey, Turnout

from .shares import answered, percentages, top_two_share, weak_share


@dataclass(frozen=True)
class QuestionResult:
    """How one question was answered. `counts` has all five levels, or is None while too few have answered."""

    question: Question
    counts: dict[Level, int] | None
    not_applicable: int = 0

    @property
    def answered(self) -> int:
        return answered(self.counts or {})

    @property
    def percentages(self) -> dict[Level, int]:
        """Whole percents per level, best first, together 100."""
        return percentages(self.counts or {})

    @property
    def top_two_share(self) -> float | None:
        return top_two_share(self.counts or {})

    @property
    def weak_share(self) -> float | None:
        return weak_share(self.counts or {})


@dataclass(frozen=True)
class CommentResult:
    """What people wrote to one question, in random order; empty while too few have written."""

    question: Question
    texts: list[str]


@dataclass(frozen=True)
class ResultTable:
    """The published results. `counted` is the number of ballots in them, a whole number of batches."""

    survey: Survey
    counted: int
    questions: list[QuestionResult]
    comments: list[CommentResult]


def published_results(survey: Survey) -> ResultTable | None:
    """Return the results of `survey` as far as they may be seen, or None before the first group is complete."""
    questions = list(survey.questions.all())
    texts: dict[int, list[str]] = {}
    for question, text in survey.comments.exclude(block=None).order_by("id").values_list("question", "text"):
        texts.setdefault(question, []).append(text)
    counted = Turnout.objects.filter(survey=survey).values_list("counted", flat=True).first() or 0
    if not counted and not texts:
        return None

    tallies: dict[int, dict[int, int]] = {}
    for question, level, count in survey.tallies.values_list("question", "level", "count"):
        tallies.setdefault(question, {})[level] = count
    return ResultTable(
        survey=survey,
        counted=counted,
        questions=[_result(q, tallies.get(q.pk, {})) for q in questions if q.kind == QuestionKind.LEVELS],
        comments=[CommentResult(q, texts.get(q.pk, [])) for q in questions if q.kind == QuestionKind.COMMENT],
    )


def _result(question: Question, tally: dict[int, int]) -> QuestionResult:
    counts = {level: tally.get(level, 0) for level in Level}
    if not any(counts.values()):
        return QuestionResult(question, counts=None)
    return QuestionResult(question, counts=counts, not_applicable=tally.get(NOT_APPLICABLE, 0))
