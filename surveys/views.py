"""The respondent's pages. None of them needs or sets a cookie, and none of them knows who is reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.domain.casting import cast_ballot
from surveys.domain.results import published_results
from surveys.exceptions import SurveyError
from surveys.forms import BallotForm
from surveys.models import Survey, SurveyPhase
from surveys.traceless import posted, traceless


@traceless
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The questionnaire; a valid answer leads to the words of thanks."""
    survey = _published(code)
    phase = survey.phase_at(timezone.now())
    if request.method != "POST":
        if phase != SurveyPhase.OPEN:
            return render(request, "surveys/not_open.html", {"survey": survey, "phase": phase})
        return _questionnaire(request, BallotForm(survey))

    data = posted(request)
    if data is None:
        error = _("That was more than this form can take, so nothing was sent. Please write less.")
        return _questionnaire(request, BallotForm(survey), error=error, status=413)
    form = BallotForm(survey, data)
    if form.is_valid():
        try:
            cast_ballot(survey, answers=form.answers, comments=form.comments, token=form.token, at=timezone.now())
        except SurveyError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("surveys:thanks", survey.code)
    return _questionnaire(request, form)


@traceless
@require_safe
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """The same words for everybody, whether the form came once or twice."""
    return render(request, "surveys/thanks.html", {"survey": _published(code)})


@traceless
@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """What all said together, for everybody to see."""
    survey = _published(code)
    context = {"survey": survey, "results": published_results(survey), "phase": survey.phase_at(timezone.now())}
    return render(request, "surveys/results.html", context)


def _published(code: str) -> Survey:
    return get_object_or_404(Survey.objects.published().select_related("service"), code=code.lower())


def _questionnaire(request: HttpRequest, form: BallotForm, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"survey": form.survey, "form": form, "error": error}
    return render(request, "surveys/answer.html", context, status=status)
