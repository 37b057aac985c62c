from django.utils.translation import gettext as _


class SurveyError(Exception):
    """A survey refused something. Its text is a sentence for the person who asked."""


class SurveyNotOpenError(SurveyError):
    """An answer came before the survey opened or after it closed."""

    def __init__(self):
        super().__init__(_("This survey is not open, so nothing was sent."))


class InvalidAnswerError(SurveyError):
    """An answer fits no question of the survey, or is no level."""

    def __init__(self):
        super().__init__(_("This form does not fit the survey. Please open the link again."))


class EmptyBallotError(SurveyError):
    """Nothing was answered at all."""

    def __init__(self):
        super().__init__(_("Please answer at least one question."))
