import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.complaints.models import Case, CaseMessage, CaseStatus
from tests.factories.complaints import CaseFactory, CaseMessageFactory, CategoryFactory
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.surveys import ServiceFactory

pytestmark = pytest.mark.django_db
LISTS = {
    "case": lambda: CaseFactory(contact=ContactFactory(), service=ServiceFactory()),
    "category": CategoryFactory,
}


def address(model, page, *arguments):
    return reverse(f"wagtailsnippets_complaints_{model}:{page}", args=arguments)


def page_of(case):
    return reverse("complaints_case", args=[case.pk])


def staff_with(*names):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
    return user


@pytest.fixture
def handler():
    return staff_with("view_case", "change_case")


@pytest.mark.parametrize("model", LISTS)
def test_a_list_asks_no_more_for_three_rows_than_for_one(client, model):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    url = address(model, "list")
    LISTS[model]()
    client.get(url)
    with CaptureQueriesContext(connection) as for_one:
        assert client.get(url).status_code == 200
    LISTS[model]()
    LISTS[model]()
    with CaptureQueriesContext(connection) as for_three:
        assert client.get(url).status_code == 200

    assert len(for_three) <= len(for_one) <= 25


def test_cases_are_filtered_by_status_and_category(client, handler):
    client.force_login(handler)
    wanted = CaseFactory(status=CaseStatus.IN_PROGRESS)
    CaseFactory(status=CaseStatus.IN_PROGRESS)
    CaseFactory(category=wanted.category)

    page = client.get(address("case", "list"), {"status": "in_progress", "category": wanted.category_id})

    assert list(page.context["object_list"]) == [wanted]


def test_the_page_of_a_case_shows_its_conversation_in_few_queries(client, handler):
    client.force_login(handler)
    case = CaseFactory()
    CaseMessageFactory.create_batch(4, case=case)
    client.get(page_of(case))

    with CaptureQueriesContext(connection) as queries:
        page = client.get(page_of(case))

    assert page.text.count("انتظرت ثلاث ساعات.") == 4
    assert len(queries) <= 25


def test_staff_answer_once_for_one_form(client, handler):
    client.force_login(handler)
    case = CaseFactory()
    token = client.get(page_of(case)).context["answer"].signed_token

    for _time in range(2):
        client.post(page_of(case), {"answer": "1", "token": token, "body": "We are sorry."})

    message = CaseMessage.objects.get()
    assert (message.staff, message.body) == (handler, "We are sorry.")
    assert Case.objects.get().status == CaseStatus.ANSWERED


@pytest.mark.parametrize("body", ["", "  ", "x" * 5001])
def test_a_bad_answer_is_named_at_its_field(client, handler, body):
    client.force_login(handler)
    case = CaseFactory()
    token = client.get(page_of(case)).context["answer"].signed_token

    page = client.post(page_of(case), {"answer": "1", "token": token, "body": body})

    assert list(page.context["answer"].errors) == ["body"]
    assert not CaseMessage.objects.exists()


def test_staff_sort_a_case_and_say_where_it_stands(client, handler):
    client.force_login(handler)
    case, category = CaseFactory(), CategoryFactory()

    client.post(page_of(case), {"status": "in_progress", "category": category.pk, "service": ""})

    case.refresh_from_db()
    assert (case.status, case.category) == (CaseStatus.IN_PROGRESS, category)


@pytest.mark.parametrize("typed", [{"status": "forgotten"}, {"status": ""}, {"status": "closed", "category": "999999"}])
def test_a_state_that_does_not_exist_is_refused(client, handler, typed):
    client.force_login(handler)
    case = CaseFactory()

    page = client.post(page_of(case), typed)

    assert page.context["handling"].errors
    assert Case.objects.get().status == CaseStatus.RECEIVED


def test_who_may_only_look_changes_nothing(client):
    client.force_login(staff_with("view_case"))
    case = CaseFactory()

    assert client.get(page_of(case)).status_code == 200
    assert client.post(page_of(case), {"status": "closed"}).status_code in {302, 403}
    assert Case.objects.get().status == CaseStatus.RECEIVED


@pytest.mark.parametrize("permissions", [[], ["view_contact", "view_gift", "view_survey"]])
def test_another_role_sees_no_case(client, permissions):
    client.force_login(staff_with(*permissions))
    case = CaseFactory()

    assert client.get(page_of(case)).status_code in {302, 403}
    assert client.get(address("case", "list")).status_code in {302, 403}


def test_nobody_adds_edits_or_deletes_a_case_by_form(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    case = CaseFactory()

    for page, arguments in (("add", []), ("edit", [case.pk]), ("delete", [case.pk])):
        assert client.get(address("case", page, *arguments)).status_code in {302, 403, 404}


def test_nobody_deletes_cases_from_the_list(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    case = CaseFactory()

    client.post(
        reverse("wagtail_bulk_action", args=["complaints", "case", "delete"]) + f"?id={case.pk}&next=/admin/", {}
    )

    assert Case.objects.exists()
