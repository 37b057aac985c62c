"""Casting at the same moment. Each thread has a connection of its own, as each web process has."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connections

from surveys.domain.casting import cast_ballot, new_token
from surveys.models import Ballot, Turnout
from tests.factories.surveys import QuestionFactory, SurveyFactory

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def cast_at_once(survey, question, ballots):
    """Cast every (level, token) of `ballots` in a thread of its own, all starting together."""
    barrier = Barrier(len(ballots))

    def run(ballot):
        level, token = ballot
        try:
            barrier.wait(timeout=20)
            return cast_ballot(survey, answers={question.pk: level}, comments={}, token=token, at=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ballots)) as pool:
        return list(pool.map(run, ballots))


@pytest.mark.django_db(transaction=True)
def test_ballots_cast_at_once_are_all_kept():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)
    levels = [number % 5 + 1 for number in range(12)]

    cast_at_once(survey, question, [(level, new_token()) for level in levels])

    kept = Counter(ballot.answers[str(question.pk)] for ballot in Ballot.objects.all())
    assert kept == Counter(levels)
    assert Turnout.objects.get().counted == 10
    assert Ballot.objects.filter(batch=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_two_at_once_counts_once():
    survey = SurveyFactory()
    question = QuestionFactory(survey=survey)

    results = cast_at_once(survey, question, [(5, "one form"), (5, "one form")])

    assert sorted(results) == [False, True]
    assert Ballot.objects.count() == 1
