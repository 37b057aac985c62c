"""No public page asks the database more than twelve times, and none asks more often because there is more to show."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from checkout.models import Basket
from members.models import Purpose
from pages.models import NewsIndexPage, NewsPage, StandardPage
from surveys.complaints.domain.cases import file_case
from surveys.complaints.models import CaseKind
from surveys.domain.casting import cast_ballot, new_token
from tests.factories.complaints import CaseMessageFactory, CategoryFactory
from tests.factories.donations import AppealFactory, FundFactory
from tests.factories.members import MemberCardFactory, TermFactory, TierFactory
from tests.factories.outreach import CampaignFactory, DeliveryFactory
from tests.factories.pages import add_page
from tests.factories.surveys import QuestionFactory, ServiceFactory, SurveyFactory
from tests.factories.volunteers import ShiftFactory, SignUpFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


def join_form(rows):
    return reverse("checkout:join", args=[TierFactory.create_batch(rows)[0].slug])


def give_form(rows):
    FundFactory.create_batch(rows)
    return reverse("checkout:give")


def appeal_form(rows):
    return reverse("checkout:give_to_appeal", args=[AppealFactory.create_batch(rows)[0].slug])


def basket(rows):
    funds = [FundFactory() for _row in range(rows)]
    basket = Basket.objects.create(
        language="en", given_name="Layla", family_name="Haddad", email="layla@people.example", form_key=uuid.uuid4()
    )
    for fund in funds:
        basket.lines.create(kind="gift", fund=fund, amount=Decimal(5), amount_currency="JOD")
    return reverse("checkout:basket", args=[basket.pk])


def shifts(rows):
    for _row in range(rows):
        SignUpFactory(shift__starts_at=timezone.now() + timedelta(days=3))
    return reverse("volunteers:shifts")


def shift_form(rows):
    shift = ShiftFactory(capacity=5)
    for _row in range(rows):
        SignUpFactory(shift=shift)
    return reverse("volunteers:sign_up", args=[shift.pk])


def signed_up(rows):
    return reverse("volunteers:signed_up", args=[SignUpFactory.create_batch(rows)[0].reference])


def questionnaire(rows):
    return reverse("surveys:answer", args=[SurveyFactory(questions=rows, service=ServiceFactory()).code])


def thanks(rows):
    return reverse("surveys:thanks", args=[SurveyFactory(questions=rows).code])


def results(rows):
    survey = SurveyFactory()
    questions = [QuestionFactory(survey=survey) for _row in range(rows)]
    for _person in range(survey.smallest_group):
        answers = {question.pk: 4 for question in questions}
        cast_ballot(survey, answers=answers, comments={}, token=new_token(), at=timezone.now())
    return reverse("surveys:results", args=[survey.code])


def complaint_form(rows):
    for _row in range(rows):
        CategoryFactory()
        ServiceFactory()
    return reverse("complaints:file")


def card(rows):
    membership = TermFactory().membership
    for year in range(1, rows):
        TermFactory(membership=membership, starts_on=timezone.localdate() - timedelta(days=400 * year))
    return reverse("members:verify_card", args=[MemberCardFactory(membership=membership).token])


def unsubscribing(rows):
    letters = DeliveryFactory.create_batch(rows, campaign=CampaignFactory(), purpose=Purpose.NEWS)
    return reverse("outreach:unsubscribe", args=[letters[0].token])


@pytest.mark.parametrize(
    "make",
    [
        join_form,
        give_form,
        appeal_form,
        basket,
        shifts,
        shift_form,
        signed_up,
        questionnaire,
        thanks,
        results,
        complaint_form,
        card,
        unsubscribing,
    ],
)
def test_a_form_or_view_asks_few_questions_however_much_it_shows(client, site, make, django_assert_max_num_queries):
    assert_few_queries(client, make, django_assert_max_num_queries)


@pytest.mark.parametrize("name", ["complaints:follow", "account_login", "account_signup"])
def test_a_page_that_lists_nothing_asks_few_questions(client, site, name, django_assert_max_num_queries):
    assert_few_queries(client, lambda _rows: reverse(name), django_assert_max_num_queries)


def test_following_a_case_asks_few_questions_however_long_it_got(client, site, django_assert_max_num_queries):
    counts = []
    for messages in (1, 3):
        case, code = file_case(
            kind=CaseKind.COMPLAINT, body="Three hours.", token=new_token(), language="en", on=timezone.localdate()
        )
        for _message in range(messages):
            CaseMessageFactory(case=case)
        with django_assert_max_num_queries(MOST_QUERIES) as asked:
            page = client.post(reverse("complaints:follow"), {"code": code})
        assert "Three hours." in page.text
        counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_a_search_asks_few_questions_however_much_it_finds(client, home, django_assert_max_num_queries):
    def found(rows):
        for _row in range(rows):
            add_page(home, StandardPage, title="A kitchen")
        return reverse("pages:search") + "?q=kitchen"

    assert_few_queries(client, found, django_assert_max_num_queries)


def test_a_body_full_of_pictures_files_and_links_asks_few_questions(client, home, django_assert_max_num_queries):
    def letter(rows):
        body = [("picture", {"image": a_picture(), "alt": "", "caption": ""}) for _row in range(rows)]
        body += [("documents", {"title": "", "documents": [a_document() for _row in range(rows)]})]
        targets = [add_page(home, StandardPage) for _row in range(rows)]
        links = "".join(f'<a linktype="page" id="{page.pk}">here</a>' for page in targets)
        body += [("text", f"<p>{links}</p>")]
        body += [("call_to_action", {"title": "", "text": "", "button": "Go", "page": page}) for page in targets]
        cards = [{"title": "A card", "text": "", "image": a_picture(), "page": page} for page in targets]
        return add_page(home, StandardPage, body=[*body, ("cards", {"title": "", "cards": cards})]).url

    assert_few_queries(client, letter, django_assert_max_num_queries)


def test_news_with_pictures_ask_few_questions(client, home, django_assert_max_num_queries):
    def news(rows):
        index = add_page(home, NewsIndexPage)
        for _row in range(rows):
            add_page(index, NewsPage, picture=a_picture())
        return index.url

    assert_few_queries(client, news, django_assert_max_num_queries)


def a_picture():
    return Image.objects.create(title="People", file=get_test_image_file())


def a_document():
    return Document.objects.create(title="Report", file=ContentFile(b"A report.", name="report.txt"))


def assert_few_queries(client, make, django_assert_max_num_queries):
    """`make(rows)` shows as many rows on a page and returns its address."""
    counts = []
    for rows in (1, 3):
        url = make(rows)
        client.get(
            url
        )  # the frame and a page's body are fetched once a minute, and a picture is made in its sizes once
        with django_assert_max_num_queries(MOST_QUERIES) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0]
