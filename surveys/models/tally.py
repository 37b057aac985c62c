from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .survey import Question, Survey


class Turnout(models.Model):
    """How many ballots of a survey stand in its published results."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="turnout")
    counted = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.survey}: {self.counted}"


class Tally(models.Model):
    """How often one answer was given to one question.

    `count` is published. `waiting` comes from counted ballots too, but so few of them answered this question that
    adding their answers now would show them as a group that is too small.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="tallies")
    level = models.PositiveSmallIntegerField(_("level, 0 for not applicable"))
    count = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "level"], name="one_tally_per_question_and_level"),
            models.CheckConstraint(condition=Q(level__lte=5), name="tally_level_is_0_to_5"),
        ]

    def __str__(self):
        return f"{self.question}, {self.level}: {self.count}"
