"""From batches of ballots to the tallies that may be published."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F

from surveys.levels import ANSWERS, Level
from surveys.models import Question, QuestionKind, Survey, Tally, Turnout


def may_be_shown(counts: Mapping[int, int], *, smallest_group: int) -> bool:
    """Whether these answers to one question come from enough people to stand in a published result together.

    `counts` gives answers per level. Only the five levels are counted: "not applicable" hides nobody's opinion.
    """
    return sum(counts.get(level, 0) for level in Level) >= smallest_group


def count_ballots(survey: Survey, ballots: Iterable[Mapping[str, int]]) -> None:
    """Add one complete batch to the tallies of `survey`. Call it inside the transaction that seals the batch.

    A question that too few of the batch answered waits: its answers are published with those of later batches, so that
    no two published results differ by fewer than `survey.smallest_group` answers to a question.
    """
    ballots = list(ballots)
    Turnout.objects.get_or_create(survey=survey)
    Turnout.objects.filter(survey=survey).update(counted=F("counted") + len(ballots))

    tallies = _tallies(survey)
    for question, rows in tallies.items():
        answers = Counter(answers.get(str(question)) for answers in ballots)
        for level, row in rows.items():
            row.waiting += answers[level]
        if may_be_shown({level: row.waiting for level, row in rows.items()}, smallest_group=survey.smallest_group):
            for row in rows.values():
                row.count, row.waiting = row.count + row.waiting, 0
    Tally.objects.bulk_update([row for rows in tallies.values() for row in rows.values()], ["count", "waiting"])


def _tallies(survey: Survey) -> dict[int, dict[int, Tally]]:
    """Every tally of `survey` by question and level, made where there was none."""
    questions = Question.objects.filter(survey=survey, kind=QuestionKind.LEVELS).values_list("pk", flat=True)
    found = {(row.question_id, row.level): row for row in survey.tallies.all()}
    missing = [(question, level) for question in questions for level in ANSWERS if (question, level) not in found]
    created = Tally.objects.bulk_create(
        Tally(survey=survey, question_id=question, level=level) for question, level in missing
    )
    found |= {(row.question_id, row.level): row for row in created}
    return {question: {level: found[question, level] for level in ANSWERS} for question in questions}
