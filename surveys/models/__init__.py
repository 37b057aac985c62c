from .ballot import Ballot, Comment, SpentToken
from .service import Service
from .survey import SMALLEST_GROUP, Question, QuestionKind, Survey, SurveyPhase, SurveyStatus
from .tally import Tally, Turnout

__all__ = [
    "SMALLEST_GROUP",
    "Ballot",
    "Comment",
    "Question",
    "QuestionKind",
    "Service",
    "SpentToken",
    "Survey",
    "SurveyPhase",
    "SurveyStatus",
    "Tally",
    "Turnout",
]
