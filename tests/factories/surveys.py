"""Factories of the surveys' wing. Each makes one plain, valid thing; the numbers that matter stand in the test."""

import factory
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from surveys.models import Question, QuestionKind, Service, Survey, SurveyStatus


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    name = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"مكتب الاستقبال {n}", "en": f"Reception desk {n}", "fa": f"میز پذیرش {n}"})
    )


class SurveyFactory(DjangoModelFactory):
    """An open survey without questions; `questions=3` adds as many on the five levels."""

    class Meta:
        model = Survey
        skip_postgeneration_save = True

    title = factory.Sequence(
        lambda n: LazyI18nString(
            {"ar": f"رأيكم في خدمتنا {n}", "en": f"Your view of our service {n}", "fa": f"نظر {n}"}
        )
    )
    status = SurveyStatus.OPEN

    @factory.post_generation
    def questions(self, create, extracted, **kwargs):
        for _number in range(extracted or 0):
            QuestionFactory(survey=self)


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    survey = factory.SubFactory(SurveyFactory)
    kind = QuestionKind.LEVELS
    text = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"كيف كان الاستقبال؟ {n}", "en": f"A good welcome? {n}", "fa": f"پذیرش؟ {n}"})
    )
    position = factory.Sequence(lambda n: n)


class CommentQuestionFactory(QuestionFactory):
    kind = QuestionKind.COMMENT
    text = LazyI18nString({"ar": "ماذا نحسّن؟", "en": "What should we improve?", "fa": "چه را بهتر کنیم؟"})
