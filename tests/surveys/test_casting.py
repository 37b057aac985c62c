"""Casting: what counts, what is refused, and that nothing of the way it came remains."""

from datetime import UTC, datetime

import pytest

from surveys.domain.casting import COMMENT_BLOCK, cast_ballot, close_survey, close_surveys_due, new_token
from surveys.exceptions import EmptyBallotError, InvalidAnswerError, SurveyNotOpenError
from surveys.models import Ballot, Comment, SpentToken, Survey, SurveyStatus, Turnout
from tests.factories.surveys import CommentQuestionFactory, QuestionFactory, SurveyFactory

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def cast(survey, answers=None, comments=None, *, token="", at=NOW):
    return cast_ballot(survey, answers=answers or {}, comments=comments or {}, token=token or new_token(), at=at)


@pytest.mark.django_db
def test_a_form_sent_twice_counts_once():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)

    assert cast(survey, {question.pk: 5}, token="one form") is True
    assert cast(survey, {question.pk: 1}, token="one form") is False

    assert [ballot.answers for ballot in Ballot.objects.all()] == [{str(question.pk): 5}]


@pytest.mark.django_db
def test_one_token_is_good_once_for_each_survey():
    first, second = SurveyFactory(), SurveyFactory()
    cast(first, {QuestionFactory(survey=first).pk: 5}, token="same")

    assert cast(second, {QuestionFactory(survey=second).pk: 5}, token="same") is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"status": SurveyStatus.DRAFT}, id="draft"),
        pytest.param({"status": SurveyStatus.CLOSED}, id="closed"),
        pytest.param({"opens_at": datetime(2026, 3, 1, 9, 1, tzinfo=UTC)}, id="not open yet"),
        pytest.param({"closes_at": NOW}, id="closed this moment"),
    ],
)
def test_a_survey_that_is_not_open_takes_nothing(state):
    survey = SurveyFactory(**state)
    question = QuestionFactory(survey=survey)

    with pytest.raises(SurveyNotOpenError):
        cast(survey, {question.pk: 5})

    assert (Ballot.objects.count(), SpentToken.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_form_sent_again_after_closing_is_still_one_that_counted():
    survey = SurveyFactory(closes_at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    question = QuestionFactory(survey=survey)
    cast(survey, {question.pk: 5}, token="one form")

    assert cast(survey, {question.pk: 5}, token="one form", at=datetime(2026, 3, 1, 11, tzinfo=UTC)) is False


@pytest.mark.django_db
@pytest.mark.parametrize("level", [6, -1, 50, "5", None, 4.5])
def test_a_level_that_does_not_exist_is_refused(level):
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)

    with pytest.raises(InvalidAnswerError):
        cast(survey, {question.pk: level})

    assert (Ballot.objects.count(), SpentToken.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_answers_to_another_surveys_questions_are_refused():
    survey = SurveyFactory(questions=1)
    foreign = QuestionFactory()

    with pytest.raises(InvalidAnswerError):
        cast(survey, {foreign.pk: 5})


@pytest.mark.django_db
def test_a_level_is_no_answer_to_a_comment_question_nor_a_text_to_a_level():
    survey = SurveyFactory()
    levels, words = QuestionFactory(survey=survey), CommentQuestionFactory(survey=survey)

    with pytest.raises(InvalidAnswerError):
        cast(survey, {words.pk: 5})
    with pytest.raises(InvalidAnswerError):
        cast(survey, {}, {levels.pk: "Very friendly"})
    with pytest.raises(InvalidAnswerError):
        cast(survey, {}, {words.pk: "x" * 2001})


@pytest.mark.django_db
def test_an_empty_ballot_is_refused():
    survey = SurveyFactory()
    words = CommentQuestionFactory(survey=survey)

    with pytest.raises(EmptyBallotError):
        cast(survey, {}, {words.pk: "  \n "})


@pytest.mark.django_db
def test_every_cast_rewrites_the_whole_open_batch_under_new_ids():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)
    cast(survey, {question.pk: 5})
    cast(survey, {question.pk: 4})
    before = set(Ballot.objects.values_list("pk", flat=True))

    cast(survey, {question.pk: 3})

    after = list(Ballot.objects.all())
    assert before.isdisjoint(ballot.pk for ballot in after)
    assert sorted(ballot.answers[str(question.pk)] for ballot in after) == [3, 4, 5]
    assert {ballot.batch for ballot in after} == {None}


@pytest.mark.django_db
def test_a_cast_without_a_comment_rewrites_the_open_comments_too():
    survey = SurveyFactory()
    question, words = QuestionFactory(survey=survey), CommentQuestionFactory(survey=survey)
    cast(survey, {question.pk: 5}, {words.pk: "Longer opening hours, please."})
    before = Comment.objects.get().pk

    cast(survey, {question.pk: 5})

    assert Comment.objects.get().pk != before


@pytest.mark.django_db
def test_a_batch_is_sealed_and_counted_when_it_reaches_the_smallest_group():
    survey = SurveyFactory(smallest_group=6)
    question = QuestionFactory(survey=survey)

    for _number in range(5):
        cast(survey, {question.pk: 5})
    assert not Turnout.objects.exists()
    cast(survey, {question.pk: 1})
    cast(survey, {question.pk: 2})

    sealed = Ballot.objects.exclude(batch=None)
    assert sorted(ballot.answers[str(question.pk)] for ballot in sealed) == [1, 5, 5, 5, 5, 5]
    assert len({ballot.batch for ballot in sealed}) == 1
    assert Turnout.objects.get().counted == 6


@pytest.mark.django_db
def test_answers_are_stored_in_the_order_of_the_questions_whatever_order_they_came_in():
    survey = SurveyFactory()
    first, second = QuestionFactory(survey=survey), QuestionFactory(survey=survey)

    cast(survey, {second.pk: 4, first.pk: 0})

    assert list(Ballot.objects.get().answers.items()) == [(str(first.pk), 0), (str(second.pk), 4)]


@pytest.mark.django_db
def test_closing_mixes_all_batches_into_one_and_forgets_the_forms():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)
    for number in range(12):
        cast(survey, {question.pk: number % 5 + 1})
    before = set(Ballot.objects.exclude(batch=None).values_list("pk", flat=True))

    close_survey(survey)

    counted = list(Ballot.objects.exclude(batch=None))
    assert before.isdisjoint(ballot.pk for ballot in counted)
    assert len(counted) == 10
    assert len({ballot.batch for ballot in counted}) == 1
    assert not SpentToken.objects.exists()
    assert Survey.objects.get().status == SurveyStatus.CLOSED


@pytest.mark.django_db
def test_surveys_are_closed_once_their_last_moment_has_passed():
    over = SurveyFactory(closes_at=NOW)
    SurveyFactory(closes_at=datetime(2026, 3, 1, 9, 1, tzinfo=UTC))
    SurveyFactory()

    assert close_surveys_due(NOW) == 1

    assert list(Survey.objects.filter(status=SurveyStatus.CLOSED)) == [over]


@pytest.mark.django_db
def test_comments_are_sealed_in_blocks_of_ten():
    survey = SurveyFactory()
    words = CommentQuestionFactory(survey=survey)

    for number in range(COMMENT_BLOCK + 1):
        cast(survey, {}, {words.pk: f"Comment {number}"})

    assert Comment.objects.exclude(block=None).count() == COMMENT_BLOCK
    assert Comment.objects.filter(block=None).count() == 1
