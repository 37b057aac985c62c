"""The attacker: holds a copy of the database and knows in which order people answered. Who said what?

The same attacker is set on a naive build of the same data, to prove that it would find the answer if there was one.
"""

from datetime import UTC, datetime

import pytest
from django.db import connection

from surveys.domain.casting import cast_ballot, close_survey, new_token
from surveys.models import Ballot, Comment, SpentToken
from tests.factories.surveys import CommentQuestionFactory, QuestionFactory, SurveyFactory

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
GROUP = 5
BATCHES = 80
# Two questions on five levels tell 25 people apart, so that within a batch everybody's answers are their own.
PATTERNS = [{0: first, 1: second} for first in range(1, 6) for second in range(1, 6)]


def hidden_orders() -> dict[str, str]:
    """What this kind of database orders rows by without being told to."""
    if connection.vendor == "sqlite":
        return {"rowid": "rowid"}
    return {"ctid": "ctid", "xmin": "xmin::text::bigint, ctid"}


def in_hidden_order(table: str, columns: str, order: str, where: str = "true") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}")
        return cursor.fetchall()


def cast_in_known_order(survey, questions, people: int) -> list[dict]:
    """Lets `people` answer one after the other and returns what each said, as the attacker would like to know it."""
    said = []
    for number in range(people):
        pattern = PATTERNS[number % len(PATTERNS)]
        answers = {questions[index].pk: level for index, level in pattern.items()}
        cast_ballot(survey, answers=answers, comments={}, token=new_token(), at=NOW)
        said.append({str(question): level for question, level in answers.items()})
    return said


def matches(said: list, guessed: list, *, group: int = 1) -> int:
    """How many guesses are right when rows stand in the order of answers, or in groups that stand on their heads."""
    upside_down = [guess for start in range(0, len(guessed), group) for guess in guessed[start : start + group][::-1]]
    return max(
        sum(truth == guess for truth, guess in zip(said, guesses, strict=True)) for guesses in (guessed, upside_down)
    )


def ballots_in(order: str) -> list[dict]:
    ids = [row[0] for row in in_hidden_order("surveys_ballot", "id", order)]
    by_id = {ballot.pk: ballot.answers for ballot in Ballot.objects.all()}
    return [by_id[Ballot._meta.pk.to_python(pk)] for pk in ids]


@pytest.mark.django_db
def test_the_order_of_rows_tells_nobody_who_answered_what():
    survey = SurveyFactory(smallest_group=GROUP)
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    said = cast_in_known_order(survey, questions, GROUP * BATCHES)

    for name, order in hidden_orders().items():
        found = matches(said, ballots_in(order), group=GROUP)
        # In a shuffled batch one guess is right on average, with variance one; five standard deviations are never met.
        assert found < BATCHES + 5 * BATCHES**0.5, f"{name} gives away {found} of {len(said)}"


@pytest.mark.django_db
def test_after_closing_not_even_the_batch_is_known():
    survey = SurveyFactory(smallest_group=GROUP)
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    said = cast_in_known_order(survey, questions, GROUP * BATCHES)

    close_survey(survey)

    for name, order in hidden_orders().items():
        found = matches(said, ballots_in(order))
        # Each pattern was given by one in 25, so that many guesses are right by chance: 16 of 400, deviation four.
        assert found < 16 + 5 * 4, f"{name} gives away {found} of {len(said)}"


@pytest.mark.django_db
@pytest.mark.parametrize("is_closed", [False, True])
def test_the_order_of_comments_tells_nobody_who_wrote_them(is_closed):
    survey = SurveyFactory()
    words = CommentQuestionFactory(survey=survey)
    said = [f"Comment {number}" for number in range(200)]
    for text in said:
        cast_ballot(survey, answers={}, comments={words.pk: text}, token=new_token(), at=NOW)
    if is_closed:
        close_survey(survey)

    texts = {comment.pk: comment.text for comment in Comment.objects.all()}
    for name, order in hidden_orders().items():
        rows = in_hidden_order("surveys_comment", "id", order)
        found = matches(said, [texts[Comment._meta.pk.to_python(row[0])] for row in rows], group=10)
        # Twenty blocks of ten, in each one right guess on average; a single one among 200 once they are mixed.
        assert found < (1 + 5 if is_closed else 20 + 5 * 20**0.5), f"{name} gives away {found} of 200"


@pytest.mark.django_db
def test_copies_taken_between_casts_never_show_the_newest_ballot_in_its_place():
    """The attacker copies the database after every cast and guesses that the last row is the last respondent's."""
    right = dict.fromkeys(hidden_orders(), 0)
    guesses = 0
    for _survey in range(40):
        survey = SurveyFactory(smallest_group=GROUP)
        questions = [QuestionFactory(survey=survey) for _ in range(2)]
        said = []
        for number in range(GROUP - 1):
            said += cast_one(survey, questions, PATTERNS[number])
            if number == 0:
                continue  # one ballot alone is the attacker's whatever we do; it is counted nowhere yet
            guesses += 1
            for name, order in hidden_orders().items():
                where = f"survey_id = {survey.pk}"
                last = in_hidden_order("surveys_ballot", "id", order, where)[-1][0]
                right[name] += Ballot.objects.get(pk=last).answers == said[-1]

    # Chance is 1/2, 1/3 and 1/4 for the second, third and fourth: 43 of 120, with deviation 5.1.
    assert guesses == 120
    assert all(found < 43 + 5 * 5.1 for found in right.values()), right


def cast_one(survey, questions, pattern) -> list[dict]:
    answers = {questions[index].pk: level for index, level in pattern.items()}
    cast_ballot(survey, answers=answers, comments={}, token=new_token(), at=NOW)
    return [{str(question): level for question, level in answers.items()}]


@pytest.mark.django_db
def test_the_same_attacker_wins_on_a_naive_build():
    """Ballots saved once, one by one, with nothing but a random id and their answers: linked to the last one."""
    survey = SurveyFactory()
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    said = []
    for number in range(100):
        pattern = PATTERNS[number % len(PATTERNS)]
        answers = {str(questions[index].pk): level for index, level in pattern.items()}
        Ballot.objects.create(survey=survey, answers=answers)
        said.append(answers)

    for name, order in hidden_orders().items():
        assert matches(said, ballots_in(order)) == 100, name


@pytest.mark.django_db
def test_a_batch_is_written_by_one_transaction_only():
    """So `xmin` is the same for all of it; PostgreSQL's test of what SQLite has no word for."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps no transaction id with a row.")
    survey = SurveyFactory()
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    cast_in_known_order(survey, questions, 4)

    assert len(set(in_hidden_order("surveys_ballot", "xmin::text", "xmin::text"))) == 1


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        pytest.param(Ballot, {"id", "survey_id", "batch", "answers"}, id="ballot"),
        pytest.param(Comment, {"id", "survey_id", "question_id", "block", "text"}, id="comment"),
        pytest.param(SpentToken, {"digest", "survey_id"}, id="spent token"),
    ],
)
def test_nothing_is_stored_that_could_tell_who_or_when(model, columns):
    assert {field.column for field in model._meta.get_fields() if hasattr(field, "column")} == columns


@pytest.mark.django_db
def test_sqlite_overwrites_what_a_cast_deletes():
    """Else the file keeps every former order of a batch in its free space."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite can be told so.")
    survey = SurveyFactory()
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        cast_one(survey, questions, PATTERNS[0])
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
