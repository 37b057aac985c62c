from collections.abc import Iterator

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from members.forms import CleanTextField
from surveys.domain.casting import close_survey, new_token
from surveys.levels import NOT_APPLICABLE, NOT_APPLICABLE_LABEL, Level
from surveys.models import Comment, Question, QuestionKind, Survey, SurveyStatus
from surveys.traceless import read_token, sign_token

# How "not applicable" travels in the form, so that nobody takes it for a zero on the scale.
NOT_APPLICABLE_VALUE = "na"
LEVEL_CHOICES = [*((str(level.value), level.label) for level in Level), (NOT_APPLICABLE_VALUE, NOT_APPLICABLE_LABEL)]

FORM_DOES_NOT_FIT = _("This form does not fit the survey. Please send it once more.")


class BallotForm(forms.Form):
    """The questions of one survey, and a token that makes a second sending of the same form harmless."""

    def __init__(self, survey: Survey, data: QueryDict | None = None):
        self.survey = survey
        self.questions = {_name(question): question for question in survey.questions.all()}
        self.purpose = f"surveys.form.{survey.code}"
        self.token = read_token(data.get("token", ""), purpose=self.purpose) if data is not None else ""
        super().__init__(data)
        for name, question in self.questions.items():
            self.fields[name] = _field(question)

    def clean(self):
        cleaned = super().clean()
        if not self.token or self._answers_too_much():
            raise forms.ValidationError(FORM_DOES_NOT_FIT, code="does_not_fit")
        return cleaned

    def _answers_too_much(self) -> bool:
        """Whether something was answered that this survey does not ask."""
        return any(name not in self.questions and name[:1] == "q" and name[1:].isdigit() for name in self.data)

    @cached_property
    def signed_token(self) -> str:
        """For the form's hidden field: the same again if it was ours, so that mending a mistake is still one form."""
        return sign_token(self.token or new_token(), purpose=self.purpose)

    def asked(self) -> Iterator[tuple[Question, forms.BoundField]]:
        """Each question of the survey with its field, in order, for the template."""
        for name, question in self.questions.items():
            yield question, self[name]

    @property
    def answers(self) -> dict[int, int]:
        """The levels chosen, by question id; 0 for "not applicable", nothing for what was skipped."""
        return {
            question.pk: NOT_APPLICABLE if value == NOT_APPLICABLE_VALUE else int(value)
            for question, value in self._answered(QuestionKind.LEVELS)
        }

    @property
    def comments(self) -> dict[int, str]:
        """What was written, by question id."""
        return {question.pk: text for question, text in self._answered(QuestionKind.COMMENT)}

    def _answered(self, kind: QuestionKind) -> Iterator[tuple[Question, str]]:
        for name, question in self.questions.items():
            if question.kind == kind and (value := self.cleaned_data[name]):
                yield question, value


def _name(question: Question) -> str:
    return f"q{question.pk}"


def _field(question: Question) -> forms.Field:
    if question.kind == QuestionKind.LEVELS:
        return forms.ChoiceField(
            label=question.text,
            choices=LEVEL_CHOICES,
            required=question.is_required,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Please choose one of the answers."),
                "invalid_choice": _("Please choose one of the answers."),
            },
        )
    longest = Comment._meta.get_field("text").max_length
    return CleanTextField(
        label=question.text,
        max_length=longest,
        required=question.is_required,
        help_text=_("Please name nobody, not yourself either. Comments appear once ten people have written one."),
    )


class SurveyForm(WagtailAdminModelForm):
    """The staff's form. What a question meant must not change once somebody may have answered it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.status_before = self.instance.status if self.instance.pk else SurveyStatus.DRAFT
        self.group_before = self.instance.smallest_group

    def clean_status(self) -> str:
        status = self.cleaned_data["status"]
        if status == SurveyStatus.DRAFT and self.status_before != SurveyStatus.DRAFT:
            raise forms.ValidationError(_("A survey that was opened cannot become a draft again."))
        if self.status_before == SurveyStatus.CLOSED and status != SurveyStatus.CLOSED:
            raise forms.ValidationError(_("A closed survey stays closed. Please make a new one."))
        return status

    def clean_smallest_group(self) -> int:
        size = self.cleaned_data["smallest_group"]
        if self.status_before != SurveyStatus.DRAFT and size != self.group_before:
            raise forms.ValidationError(_("People were promised this size when they answered, so it stays."))
        return size

    def is_valid(self) -> bool:
        valid = super().is_valid()
        questions = self.formsets.get("questions")
        if self.status_before != SurveyStatus.DRAFT and questions is not None and questions.has_changed():
            self.add_error(
                None, _("The questions of a survey that was opened cannot be changed. Please make a new one.")
            )
            valid = False
        return valid

    def save(self, commit=True):
        survey = super().save(commit=commit)
        if survey.pk and survey.status == SurveyStatus.CLOSED and self.status_before == SurveyStatus.OPEN:
            close_survey(survey)
        return survey
