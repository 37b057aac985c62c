import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from wagtail.snippets.models import get_snippet_models

from surveys.models import Ballot, Comment, Question, SpentToken, Survey, SurveyStatus, Tally
from tests.factories.members import UserFactory
from tests.factories.surveys import QuestionFactory, ServiceFactory, SurveyFactory

pytestmark = pytest.mark.django_db
LISTS = {"survey": lambda: SurveyFactory(service=ServiceFactory(), questions=2), "service": ServiceFactory}


def address(model, page, *arguments):
    return reverse(f"wagtailsnippets_surveys_{model}:{page}", args=arguments)


@pytest.fixture
def admin_client(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.mark.parametrize("model", LISTS)
def test_a_list_asks_no_more_for_three_rows_than_for_one(admin_client, model):
    url = address(model, "list")
    LISTS[model]()
    admin_client.get(url)
    with CaptureQueriesContext(connection) as for_one:
        assert admin_client.get(url).status_code == 200
    LISTS[model]()
    LISTS[model]()
    with CaptureQueriesContext(connection) as for_three:
        assert admin_client.get(url).status_code == 200

    assert len(for_three) <= len(for_one) <= 25


@pytest.mark.parametrize("model", [Ballot, Comment, SpentToken, Tally])
def test_no_screen_shows_what_single_people_answered(model):
    assert model not in get_snippet_models()
    with pytest.raises(NoReverseMatch):
        address(model._meta.model_name, "list")


def test_another_role_does_not_see_the_surveys(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_contact"]))
    client.force_login(user)

    assert client.get(address("survey", "list")).status_code in {302, 403}
    assert client.get(address("survey", "edit", SurveyFactory().pk)).status_code in {302, 403}


def survey_form(survey=None, questions=(), **changed):
    """What the editor sends: the survey and the rows of its questions."""
    rows = {}
    for index, question in enumerate(questions):
        prefix = f"questions-{index}"
        rows |= {f"{prefix}-{name}": value for name, value in question.items()} | {f"{prefix}-ORDER": index + 1}
    return {
        "title_0": "رأيكم",
        "title_1": "Your view",
        "status": "draft",
        "smallest_group": 5,
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": sum(bool(question.get("id")) for question in questions),
        "questions-MIN_NUM_FORMS": 0,
        "questions-MAX_NUM_FORMS": 1000,
        **rows,
        **changed,
    }


def row_of(question, **changed):
    return {
        "id": question.pk,
        "text_0": question.text.localize("ar"),
        "text_1": question.text.localize("en"),
        "text_2": question.text.localize("fa"),
        "kind": question.kind,
        **changed,
    }


def test_staff_write_a_survey_with_its_questions_in_order(admin_client):
    questions = [
        {"text_0": "الاستقبال؟", "text_1": "The welcome?", "kind": "levels", "is_required": "on"},
        {"text_0": "ماذا نحسّن؟", "text_1": "What should be better?", "kind": "comment"},
    ]

    admin_client.post(address("survey", "add"), survey_form(questions=questions))

    survey = Survey.objects.get()
    assert (survey.title.localize("en"), survey.status, len(survey.code)) == ("Your view", "draft", 10)
    assert list(Question.objects.values_list("kind", "is_required")) == [("levels", True), ("comment", False)]


def test_the_questions_of_an_open_survey_stay_as_they_are(admin_client):
    survey = SurveyFactory(status=SurveyStatus.OPEN)
    question = QuestionFactory(survey=survey, position=1)
    url = address("survey", "edit", survey.pk)

    page = admin_client.post(url, survey_form(questions=[row_of(question, text_1="Another one?")], status="open"))

    assert "cannot be changed" in page.text
    assert Question.objects.get().text.localize("en") == question.text.localize("en")

    admin_client.post(url, survey_form(questions=[row_of(question)], status="open", title_1="A better title"))
    assert Survey.objects.get().title.localize("en") == "A better title"


@pytest.mark.parametrize(
    ("before", "changed", "field"),
    [
        pytest.param("draft", {"smallest_group": 4}, "smallest_group", id="a group of four"),
        pytest.param("draft", {"smallest_group": 0}, "smallest_group", id="no group"),
        pytest.param("draft", {"smallest_group": -5}, "smallest_group", id="negative"),
        pytest.param("draft", {"smallest_group": 10**9}, "smallest_group", id="huge"),
        pytest.param("open", {"smallest_group": 6, "status": "open"}, "smallest_group", id="changed while open"),
        pytest.param("open", {"status": "draft"}, "status", id="back to draft"),
        pytest.param("closed", {"status": "open"}, "status", id="opened again"),
        pytest.param("draft", {"status": "sold"}, "status", id="unknown status"),
        pytest.param(
            "draft",
            {"opens_at": "2026-03-02 09:00", "closes_at": "2026-03-01 09:00"},
            "__all__",
            id="closes before it opens",
        ),
        pytest.param("draft", {"title_0": "", "title_1": ""}, "title", id="no title"),
    ],
)
def test_bad_input_is_refused_at_its_field(admin_client, before, changed, field):
    survey = SurveyFactory(status=before)

    page = admin_client.post(address("survey", "edit", survey.pk), survey_form(**changed))

    assert field in page.context["form"].errors
    assert Survey.objects.get().status == before


def test_closing_by_form_mixes_and_forgets(admin_client):
    survey = SurveyFactory(status=SurveyStatus.OPEN)
    SpentToken.objects.create(digest="0" * 64, survey=survey)

    admin_client.post(address("survey", "edit", survey.pk), survey_form(status="closed"))

    assert Survey.objects.get().status == SurveyStatus.CLOSED
    assert not SpentToken.objects.exists()
