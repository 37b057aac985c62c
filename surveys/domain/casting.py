"""Casting a ballot so that nobody, not even with the whole database in hand, can tell which one was whose.

Columns without names and times do not make ballots anonymous. A database also remembers in what order rows were
written (`rowid`, `ctid`) and by which transaction (`xmin`), and that is enough to match answers with whoever was seen
answering. So no ballot stays where it was first written. Those not yet counted form the open batch of their survey;
each cast takes the whole batch out and puts it back, the new ballot among the others, in random order, under new random
ids, in one transaction. Once the batch is large enough it is counted, written this one last time, and not touched until
the survey closes; then all batches are mixed into one. A cast costs as much as its batch, however large the survey is.

Comments go the same way, in blocks of their own, and have no link to a ballot. Two things remain: whoever copies the
running database after every single cast can compare the copies, and whoever reads PostgreSQL's files page by page finds
deleted rows until vacuum has cleared them. The published results never allow either.
"""

import random
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from surveys.exceptions import EmptyBallotError, InvalidAnswerError, SurveyNotOpenError
from surveys.levels import ANSWERS
from surveys.models import Ballot, Comment, Question, QuestionKind, SpentToken, Survey, SurveyPhase, SurveyStatus

from .counting import count_ballots

# Comments are seen in blocks of at least this many: a few of them would be recognised by their style.
COMMENT_BLOCK = 10

# Predictable shuffling could be undone, so the order comes from the operating system's own randomness.
_chance = random.SystemRandom()


def new_token() -> str:
    """A random token for one form, given to nobody in particular: 128 bits."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def cast_ballot(
    survey: Survey, *, answers: Mapping[int, int], comments: Mapping[int, str], token: str, at: datetime
) -> bool:
    """Take in one respondent's answers, once per `token`, and return whether they were new.

    `answers` gives a level (5 to 1, or 0 for "not applicable") by question id, `comments` a text by question id; what
    was skipped is left out. `at` decides whether the survey is open and is stored nowhere.

    Raises SurveyNotOpenError, InvalidAnswerError for a question or level that the survey does not have, and
    EmptyBallotError when nothing was answered.
    """
    # Casts of one survey take turns: two at once would each put back a batch without the other's ballot.
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    digest = salted_hmac("surveys.token", f"{survey.pk}:{token}", algorithm="sha256").hexdigest()
    if SpentToken.objects.filter(digest=digest).exists():
        return False
    if survey.phase_at(at) != SurveyPhase.OPEN:
        raise SurveyNotOpenError
    comments = {question: text.strip() for question, text in comments.items() if text.strip()}
    _check(survey, answers, comments)

    _wipe_what_is_deleted()
    SpentToken.objects.create(digest=digest, survey=survey)
    # Both are rewritten on every cast, so that neither tells which cast wrote a comment and which did not.
    _put_into_open_batch(survey, answers)
    _put_into_open_blocks(survey, comments)
    return True


@transaction.atomic
def close_survey(survey: Survey) -> Survey:
    """Close `survey` for good, mix all that was counted once more, and forget which forms were used.

    Ballots and comments too few to be counted stay uncounted. Closing twice changes nothing that can be seen.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    _wipe_what_is_deleted()
    survey.status = SurveyStatus.CLOSED
    survey.save(update_fields=["status"])
    _mix_ballots(survey)
    _mix_comments(survey)
    survey.spent_tokens.all().delete()
    return survey


def close_surveys_due(at: datetime) -> int:
    """Close every survey whose last moment has passed, and return how many there were."""
    due = Survey.objects.filter(status=SurveyStatus.OPEN, closes_at__lte=at)
    return len([close_survey(survey) for survey in due])


def _wipe_what_is_deleted() -> None:
    """Has SQLite overwrite deleted rows, or its file would keep every former order of a batch in its free space."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _check(survey: Survey, answers: Mapping[int, int], comments: Mapping[int, str]) -> None:
    kinds = dict(Question.objects.filter(survey=survey).values_list("pk", "kind"))
    if any(kinds.get(question) != QuestionKind.LEVELS or level not in ANSWERS for question, level in answers.items()):
        raise InvalidAnswerError
    longest = Comment._meta.get_field("text").max_length or 0
    if any(kinds.get(question) != QuestionKind.COMMENT or len(text) > longest for question, text in comments.items()):
        raise InvalidAnswerError
    if not answers and not comments:
        raise EmptyBallotError


def _put_into_open_batch(survey: Survey, answers: Mapping[int, int]) -> None:
    waiting = list(survey.ballots.filter(batch=None).order_by().values_list("answers", flat=True))
    if answers:
        # In the questions' order, since the order in which a browser sent them might be a respondent's own.
        waiting.append({str(question): answers[question] for question in sorted(answers)})
    is_complete = len(waiting) >= survey.smallest_group

    survey.ballots.filter(batch=None).delete()
    _chance.shuffle(waiting)
    batch = uuid.uuid4() if is_complete else None
    Ballot.objects.bulk_create(Ballot(survey=survey, batch=batch, answers=answered) for answered in waiting)
    if is_complete:
        count_ballots(survey, waiting)


def _put_into_open_blocks(survey: Survey, comments: Mapping[int, str]) -> None:
    open_blocks: dict[int, list[str]] = {question: [text] for question, text in comments.items()}
    waiting = survey.comments.filter(block=None)
    for question, text in waiting.order_by().values_list("question", "text"):
        open_blocks.setdefault(question, []).append(text)
    if not open_blocks:
        return

    waiting.delete()
    rows = []
    for question, texts in open_blocks.items():
        block = uuid.uuid4() if len(texts) >= COMMENT_BLOCK else None
        rows += [Comment(survey=survey, question_id=question, text=text, block=block) for text in texts]
    _chance.shuffle(rows)
    Comment.objects.bulk_create(rows)


def _mix_ballots(survey: Survey) -> None:
    counted = survey.ballots.exclude(batch=None)
    ballots = list(counted.order_by().values_list("answers", flat=True))
    counted.delete()
    _chance.shuffle(ballots)
    batch = uuid.uuid4()
    Ballot.objects.bulk_create((Ballot(survey=survey, batch=batch, answers=answers) for answers in ballots), 1000)


def _mix_comments(survey: Survey) -> None:
    shown = survey.comments.exclude(block=None)
    comments = list(shown.order_by().values_list("question", "text"))
    shown.delete()
    _chance.shuffle(comments)
    block = uuid.uuid4()
    Comment.objects.bulk_create(
        (Comment(survey=survey, question_id=question, text=text, block=block) for question, text in comments), 1000
    )
