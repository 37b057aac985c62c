"""The five levels in which the whole project speaks of quality, as on the paper forms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# "Does not apply to me" is an answer of its own and counts in no share. A skipped question has no answer at all.
NOT_APPLICABLE = 0


class Level(models.IntegerChoices):
    """Best first, as it is printed. The number is only for arithmetic; people read the word."""

    EXCELLENT = 5, _("Excellent")
    VERY_GOOD = 4, _("Very good")
    GOOD = 3, _("Good")
    ACCEPTABLE = 2, _("Acceptable")
    WEAK = 1, _("Weak")


ANSWERS = (*Level.values, NOT_APPLICABLE)
NOT_APPLICABLE_LABEL = _("Not applicable")
