"""What respondents leave behind. Nothing here leads to a person, and no row says when it came or after which other.

Read `surveys.domain.casting` before you add a column: a time, a sequence, a language, a key into another table or even
a row that is written once and left in its place would tell who answered what.
"""

import uuid

from django.db import models
from django.db.models import Q

from .survey import Question, Survey


class Ballot(models.Model):
    """One respondent's answers on the five levels: `{"<question id>": level}`, 0 for "not applicable"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="ballots")
    # The group that was counted together. None while the group is still too small to be counted.
    batch = models.UUIDField(null=True)
    answers = models.JSONField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["survey"], condition=Q(batch=None), name="ballot_open_batch")]

    def __str__(self):
        return str(self.id)


class Comment(models.Model):
    """What one respondent wrote in answer to one question, without any link to the rest of the ballot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="comments")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=2000)
    # The block that became visible together. None while it is still too small to be shown.
    block = models.UUIDField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["question"], condition=Q(block=None), name="comment_open_block")]

    def __str__(self):
        return self.text


class SpentToken(models.Model):
    """The fingerprint of a form that has been sent, so that a double click or the back button counts once.

    The form's token is random and was given to nobody in particular.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="spent_tokens")

    def __str__(self):
        return self.digest
