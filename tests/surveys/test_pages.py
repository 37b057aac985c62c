"""The respondent's pages: what they show, what they refuse, and that they leave nothing behind."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.domain.casting import cast_ballot, new_token
from surveys.models import Ballot, Comment, SurveyStatus
from tests.factories.members import UserFactory
from tests.factories.surveys import CommentQuestionFactory, QuestionFactory, SurveyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march_2026")]
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def _in_march_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey():
    survey = SurveyFactory()
    QuestionFactory(survey=survey)
    QuestionFactory(survey=survey, is_required=True)
    CommentQuestionFactory(survey=survey)
    return survey


def page_of(survey, name="answer"):
    return reverse(f"surveys:{name}", args=[survey.code])


def names(survey):
    return [f"q{question.pk}" for question in survey.questions.all()]


def filled_in(client, survey, **changed):
    """What a browser would send: the token of a fresh form, and the answers."""
    first, second, words = names(survey)
    token = client.get(page_of(survey)).context["form"].signed_token
    return {"token": token, first: "5", second: "na", words: "Longer opening hours, please.", **changed}


def answer_often(survey, times, level=5):
    for _number in range(times):
        answers = {q.pk: level for q in survey.questions.all() if q.kind == "levels"}
        cast_ballot(survey, answers=answers, comments={}, token=new_token(), at=NOW)


def test_an_answer_is_taken_and_thanked_for(client, survey):
    answer = client.post(page_of(survey), filled_in(client, survey))

    first, second, _words = names(survey)
    assert answer.url == page_of(survey, "thanks")
    assert Ballot.objects.get().answers == {first[1:]: 5, second[1:]: 0}
    assert [comment.text for comment in Comment.objects.all()] == ["Longer opening hours, please."]
    assert "Your answers have arrived" in client.get(answer.url).text


def test_the_same_form_sent_twice_gets_the_same_thanks_and_counts_once(client, survey):
    data = filled_in(client, survey)

    answers = [client.post(page_of(survey), data) for _time in range(2)]

    assert [answer.url for answer in answers] == [page_of(survey, "thanks")] * 2
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("name", ["answer", "results", "thanks"])
def test_no_page_sets_a_cookie_is_kept_or_tells_where_one_came_from(client, survey, name):
    page = client.get(page_of(survey, name))

    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_answering_needs_no_cookie_even_where_tokens_are_checked(strict_client, survey):
    data = filled_in(strict_client, survey)
    strict_client.cookies.clear()

    answer = strict_client.post(page_of(survey), data)

    assert not answer.cookies
    assert Ballot.objects.count() == 1


def test_who_is_logged_in_is_not_looked_up(client, survey):
    client.force_login(UserFactory())
    data = filled_in(client, survey)

    with CaptureQueriesContext(connection) as queries:
        client.post(page_of(survey), data)
        client.get(page_of(survey))

    assert not [query for query in queries if "session" in query["sql"] or "members_user" in query["sql"]]


def test_each_page_stays_within_its_queries_whatever_the_number_of_questions(client, survey):
    answer_often(survey, 5)
    for name in ("answer", "results"):
        client.get(page_of(survey, name))
        with CaptureQueriesContext(connection) as for_three:
            client.get(page_of(survey, name))
        for _number in range(6):
            QuestionFactory(survey=survey)
        with CaptureQueriesContext(connection) as for_nine:
            client.get(page_of(survey, name))
        assert len(for_nine) == len(for_three) <= 12


def test_results_appear_once_five_have_answered(client, survey):
    answer_often(survey, 4)
    assert "appear here once 5 people have answered" in client.get(page_of(survey, "results")).text

    answer_often(survey, 1, level=1)
    page = client.get(page_of(survey, "results")).text
    assert "5 people have answered" in page
    assert "80%" in page


def test_levels_are_printed_best_first_with_their_words(client, survey):
    text = client.get(page_of(survey)).text

    words = ["Excellent", "Very good", "Good", "Acceptable", "Weak", "Not applicable"]
    places = [text.index(word) for word in words[:2]] + [text.rindex(word) for word in words[3:]]
    assert places == sorted(places)
    assert text.count('type="radio"') == 12


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        pytest.param({"status": SurveyStatus.CLOSED}, "This survey is closed", id="closed"),
        pytest.param({"closes_at": NOW}, "This survey is closed", id="closed this moment"),
        pytest.param({"opens_at": datetime(2026, 4, 1, tzinfo=UTC)}, "not open yet", id="not open yet"),
    ],
)
def test_a_survey_that_is_not_open_says_so(client, state, sentence):
    survey = SurveyFactory(**state)

    assert sentence in client.get(page_of(survey)).text


@pytest.mark.parametrize("name", ["answer", "results", "thanks"])
def test_a_draft_and_an_unknown_survey_are_not_found(client, name):
    draft = SurveyFactory(status=SurveyStatus.DRAFT)

    assert client.get(page_of(draft, name)).status_code == 404
    assert client.get(reverse(f"surveys:{name}", args=["no-such-code"])).status_code == 404


def test_a_form_sent_after_closing_is_refused_and_kept(client, survey):
    data = filled_in(client, survey)
    survey.status = SurveyStatus.CLOSED
    survey.save()

    page = client.post(page_of(survey), data)

    assert "This survey is not open, so nothing was sent." in page.text
    assert "Longer opening hours, please." in page.text
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("index", "typed", "sentence"),
    [
        pytest.param(1, "", "Please choose one of the answers.", id="required and missing"),
        pytest.param(0, "6", "Please choose one of the answers.", id="level 6"),
        pytest.param(0, "0", "Please choose one of the answers.", id="level 0 by number"),
        pytest.param(0, "-1", "Please choose one of the answers.", id="negative"),
        pytest.param(0, "9" * 500, "Please choose one of the answers.", id="huge"),
        pytest.param(0, "excellent", "Please choose one of the answers.", id="a word"),
        pytest.param(2, "x" * 1_000_000, "at most 2000 characters", id="a comment of 1 MB"),
    ],
)
def test_bad_input_is_named_at_its_question_and_kept(client, survey, index, typed, sentence):
    name = names(survey)[index]

    page = client.post(page_of(survey), filled_in(client, survey, **{name: typed}))

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [name]
    assert sentence in page.text
    assert page.context["form"][name].value() == typed
    assert not Ballot.objects.exists()


def test_a_mended_form_is_still_the_same_form(client, survey):
    data = filled_in(client, survey, **{names(survey)[1]: ""})
    page = client.post(page_of(survey), data)

    assert page.context["form"].signed_token == data["token"]


def test_fifty_answers_to_a_survey_of_three_are_refused(client, survey):
    extra = {f"q{number}": "5" for number in range(100_000, 100_050)}

    page = client.post(page_of(survey), filled_in(client, survey, **extra))

    assert "This form does not fit the survey" in page.text
    assert not Ballot.objects.exists()


def test_nothing_answered_is_refused(client):
    survey = SurveyFactory(questions=1)
    token = client.get(page_of(survey)).context["form"].signed_token

    assert "Please answer at least one question." in client.post(page_of(survey), {"token": token}).text


@pytest.mark.parametrize("token", ["", "made-up", "made-up:signature", "x" * 5000])
def test_a_form_that_we_did_not_hand_out_is_refused_and_can_be_sent_again(client, survey, token):
    page = client.post(page_of(survey), filled_in(client, survey, token=token))
    assert "Please send it once more" in page.text
    assert "Longer opening hours, please." in page.text
    assert not Ballot.objects.exists()

    client.post(page_of(survey), filled_in(client, survey, token=page.context["form"].signed_token))
    assert Ballot.objects.count() == 1


def test_a_form_of_another_survey_is_refused(client, survey):
    other = SurveyFactory(questions=1)
    token = client.get(page_of(other)).context["form"].signed_token

    client.post(page_of(survey), filled_in(client, survey, token=token))

    assert not Ballot.objects.exists()


def test_ten_megabytes_get_a_sentence_at_the_field_and_are_kept(client, survey):
    typed, comment = "x" * 10_000_000, names(survey)[2]
    page = client.post(page_of(survey), filled_in(client, survey, **{comment: typed}))

    assert list(page.context["form"].errors) == [comment]
    assert typed in page.text
    assert not Ballot.objects.exists()


def test_more_than_a_form_can_take_gets_a_sentence_and_writes_nothing(client, survey):
    page = client.post(page_of(survey), filled_in(client, survey, **{names(survey)[2]: "x" * 20_000_000}))

    assert page.status_code == 413
    assert "more than this form can take" in page.text
    assert not Ballot.objects.exists()


def test_script_and_direction_overrides_in_a_comment_stay_text(client, survey):
    for _number in range(10):
        client.post(
            page_of(survey), filled_in(client, survey, **{names(survey)[2]: "<script>alert(1)</script> \u202e 🌿"})
        )

    page = client.get(page_of(survey, "results")).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 10


@pytest.mark.parametrize("language", ["ar", "en", "fa"])
def test_every_language_is_served(client, survey, language):
    text = client.get(f"/{language}/survey/{survey.code}/").text

    assert f'lang="{language}"' in text
    assert str(survey.title.localize(language)) in text
