from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.domain.casting import cast_ballot, new_token
from surveys.domain.results import CommentResult, QuestionResult, ResultTable, published_results
from surveys.domain.shares import percentages, top_two_share, weak_share
from surveys.levels import ANSWERS, Level
from tests.factories.surveys import CommentQuestionFactory, QuestionFactory, SurveyFactory

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
counts = st.fixed_dictionaries({level: st.integers(0, 10_000) for level in Level})


def cast(survey, answers=None, comments=None):
    cast_ballot(survey, answers=answers or {}, comments=comments or {}, token=new_token(), at=NOW)


@pytest.mark.django_db
def test_there_are_no_results_before_the_first_group_is_complete():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)
    for _number in range(4):
        cast(survey, {question.pk: 5})

    assert published_results(survey) is None


@pytest.mark.django_db
def test_results_are_the_answers_of_whole_groups():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)
    for level in (5, 5, 4, 1, 3, 0, 2):
        cast(survey, {question.pk: level})

    counts = {Level.EXCELLENT: 2, Level.VERY_GOOD: 1, Level.GOOD: 1, Level.ACCEPTABLE: 0, Level.WEAK: 1}
    assert published_results(survey) == ResultTable(
        survey=survey, counted=5, questions=[QuestionResult(question, counts, not_applicable=0)], comments=[]
    )


@pytest.mark.django_db
def test_a_question_that_few_answered_waits_until_enough_have():
    survey = SurveyFactory()
    everybody, few = QuestionFactory(survey=survey), QuestionFactory(survey=survey)
    for number in range(5):
        cast(survey, {everybody.pk: 4} | ({few.pk: 1} if number == 0 else {few.pk: 0}))

    assert published_results(survey).questions[1] == QuestionResult(few, None)

    for _number in range(5):
        cast(survey, {everybody.pk: 4, few.pk: 5})

    result = published_results(survey).questions[1]
    assert (result.answered, result.counts[Level.WEAK], result.not_applicable) == (6, 1, 4)


@pytest.mark.django_db
def test_comments_are_seen_once_ten_have_written():
    survey = SurveyFactory()
    question, words = QuestionFactory(survey=survey), CommentQuestionFactory(survey=survey)
    for number in range(9):
        cast(survey, {question.pk: 5}, {words.pk: f"Comment {number}"})
    assert published_results(survey).comments == [CommentResult(words, [])]

    cast(survey, {}, {words.pk: "Comment 9"})

    assert sorted(published_results(survey).comments[0].texts) == [f"Comment {number}" for number in range(10)]


ballots = st.lists(st.tuples(*[st.sampled_from([None, *ANSWERS])] * 2).filter(any), min_size=1, max_size=22)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ballots=ballots, size=st.integers(5, 7))
def test_no_two_published_results_differ_by_fewer_than_a_group(ballots, size):
    """Whoever keeps all results ever published and subtracts them from each other isolates nobody."""
    survey = SurveyFactory(smallest_group=size)
    questions = [QuestionFactory(survey=survey) for _ in range(2)]
    published = []
    for ballot in ballots:
        answers = {q.pk: level for q, level in zip(questions, ballot, strict=True) if level is not None}
        cast(survey, answers)
        published.append(published_results(survey))

    assert all(table.counted % size == 0 for table in published if table)
    for index in range(2):
        answered = [table.questions[index].answered if table else 0 for table in published]
        assert all(later == earlier or later - earlier >= size for earlier, later in combinations(answered, 2))
    given_levels = sum(bool(level) for ballot in ballots for level in ballot[:1])
    last = published[-1]
    assert (last.questions[0].answered if last else 0) <= given_levels


@pytest.mark.parametrize(
    ("given_counts", "top_two", "weak"),
    [
        pytest.param({}, None, None, id="nobody"),
        pytest.param({Level.EXCELLENT: 3, Level.VERY_GOOD: 1, Level.GOOD: 4}, 0.5, 0.0, id="half"),
        pytest.param({Level.WEAK: 2}, 0.0, 1.0, id="all weak"),
    ],
)
def test_shares(given_counts, top_two, weak):
    assert (top_two_share(given_counts), weak_share(given_counts)) == (top_two, weak)


@pytest.mark.parametrize("share", [top_two_share, weak_share, percentages])
def test_a_negative_count_is_an_error(share):
    with pytest.raises(ValueError, match="WEAK has -1"):
        share({Level.WEAK: -1})


@given(counts)
def test_percentages_are_whole_add_up_to_a_hundred_and_are_off_by_less_than_one(counts):
    total = sum(counts.values())
    result = percentages(counts)

    assert list(result) == list(Level)
    assert sum(result.values()) == (100 if total else 0)
    assert all(abs(result[level] - 100 * counts[level] / total) < 1 for level in Level if total)
    assert all(result[level] == 0 for level in Level if not counts[level])
