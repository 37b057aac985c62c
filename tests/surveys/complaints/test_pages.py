import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Contact
from surveys.complaints.domain.cases import change_status, find_case, reply_as_staff
from surveys.complaints.domain.codes import grouped
from surveys.complaints.models import Case, CaseMessage, CaseStatus
from tests.factories.complaints import CategoryFactory
from tests.factories.members import UserFactory
from tests.factories.surveys import ServiceFactory

pytestmark = pytest.mark.django_db
WORDS = "Three hours in the queue."


@pytest.fixture
def box():
    return reverse("complaints:file")


@pytest.fixture
def follow():
    return reverse("complaints:follow")


def filled_in(client, box, **changed):
    token = client.get(box).context["form"].signed_token
    typed = {"kind": "complaint", "category": "", "service": "", "body": WORDS}
    return {"token": token, **typed, "given_name": "", "family_name": "", "email": "", **changed}


def filed(client, box, **changed):
    """A case put in through the page, with the code it showed."""
    code = client.post(box, filled_in(client, box, **changed)).context["code"]
    return find_case(code), code


def test_a_complaint_without_a_name_shows_its_code_and_is_followed_with_it(client, box, follow):
    category, service = CategoryFactory(), ServiceFactory()
    page = client.post(box, filled_in(client, box, category=category.pk, service=service.pk))
    code = page.context["code"]
    assert code in page.text
    assert [len(group) for group in code.split()] == [4] * 5

    case = Case.objects.get()
    assert (case.category, case.service, case.contact, case.language) == (category, service, None, "en")
    reply_as_staff(case, body="We are sorry.", staff=UserFactory(), token="t", on=case.received_on)

    page = client.post(follow, {"code": code})
    assert "We are sorry." in page.text
    assert WORDS in page.text
    assert "Answered" in page.text


def test_the_complainant_replies_with_the_code_once_for_one_form(client, box, follow):
    case, code = filed(client, box)
    token = client.post(follow, {"code": code}).context["form"].signed_token

    pages = [client.post(follow, {"code": code, "token": token, "body": "There is more."}) for _time in range(2)]

    assert "Your reply has arrived" in pages[1].text
    assert [message.body for message in case.messages.all()] == [WORDS, "There is more."]


def test_a_form_sent_twice_is_one_case_and_shows_the_same_code(client, box):
    data = filled_in(client, box)

    codes = [client.post(box, data).context["code"] for _time in range(2)]

    assert codes[0] == codes[1]
    assert (Case.objects.count(), CaseMessage.objects.count()) == (1, 1)


def test_no_page_sets_a_cookie_is_kept_or_tells_where_one_came_from(strict_client, box, follow):
    data = filled_in(strict_client, box)
    filed_page = strict_client.post(box, data)
    pages = [
        strict_client.get(box),
        strict_client.get(follow),
        filed_page,
        strict_client.post(follow, {"code": filed_page.context["code"]}),
        strict_client.post(follow, {"code": "0" * 20}),
        strict_client.post(box, {**data, "body": ""}),
    ]

    for page in pages:
        assert not page.cookies
        assert "Cookie" not in page.headers.get("Vary", "")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_code_stands_in_no_address(client, box, follow):
    page = client.post(box, filled_in(client, box))
    code = page.context["code"]
    opened = client.post(follow, {"code": code})

    for text in (page.text, opened.text):
        links = [part.split('"')[0] for part in text.split('href="')[1:] + text.split('action="')[1:]]
        assert not [link for link in links if code in link or code.replace(" ", "") in link]


def test_who_is_logged_in_is_not_looked_up(client, box, follow):
    client.force_login(UserFactory())

    with CaptureQueriesContext(connection) as queries:
        _case, code = filed(client, box)
        client.post(follow, {"code": code})

    assert not [query for query in queries if "session" in query["sql"] or "members_user" in query["sql"]]


def test_each_page_stays_within_its_queries_whatever_the_number_of_messages(client, box, follow):
    case, code = filed(client, box)
    client.get(box)
    with CaptureQueriesContext(connection) as for_the_box:
        client.get(box)
    with CaptureQueriesContext(connection) as for_one:
        client.post(follow, {"code": code})
    for number in range(3):
        reply_as_staff(case, body=f"Answer {number}", staff=UserFactory(), token=str(number), on=case.received_on)
    with CaptureQueriesContext(connection) as for_four:
        client.post(follow, {"code": code})

    assert len(for_the_box) <= 12
    assert len(for_four) == len(for_one) <= 12


def test_who_gives_a_name_is_written_down(client, box):
    case, _code = filed(client, box, given_name="Layla", family_name="Haddad", email="layla@people.example")

    assert (case.contact.name, case.contact.email) == ("Layla Haddad", "layla@people.example")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("kind", "", id="no kind"),
        pytest.param("kind", "riddle", id="unknown kind"),
        pytest.param("category", "999999", id="unknown category"),
        pytest.param("category", "-1", id="negative category"),
        pytest.param("service", "everything", id="service that is no number"),
        pytest.param("body", "", id="nothing said"),
        pytest.param("body", " \n ", id="only blanks"),
        pytest.param("body", "x" * 5001, id="over-long"),
        pytest.param("body", "x" * 2_000_000, id="two megabytes"),
        pytest.param("given_name", "x" * 151, id="over-long name"),
        pytest.param("email", "layla", id="no address"),
    ],
)
def test_bad_input_is_named_at_its_field_and_kept(client, box, field, typed):
    name = {"given_name": "Layla"} if field == "email" else {}

    page = client.post(box, filled_in(client, box, **{**name, field: typed}))

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"][field].value() == typed
    assert (Case.objects.count(), Contact.objects.count()) == (0, 0)


def test_an_address_without_a_name_asks_for_the_name(client, box):
    page = client.post(box, filled_in(client, box, email="layla@people.example"))

    assert list(page.context["form"].errors) == ["given_name"]


def test_ten_megabytes_get_a_sentence_at_the_field_and_are_kept(client, box, follow):
    typed = "1" * 10_000_000
    for field, address, data in (
        ("body", box, filled_in(client, box, body=typed)),
        ("code", follow, {"code": typed}),
    ):
        page = client.post(address, data)
        assert list(page.context["form"].errors) == [field]
        assert typed in page.text
    assert not Case.objects.exists()


def test_more_than_a_form_can_take_gets_a_sentence_and_writes_nothing(client, box, follow):
    for address, data in ((box, filled_in(client, box, body="x" * 20_000_000)), (follow, {"code": "1" * 20_000_000})):
        page = client.post(address, data)
        assert page.status_code == 413
        assert "more than this form can take" in page.text
    assert not Case.objects.exists()


@pytest.mark.parametrize("token", ["", "made-up", "made-up:signature"])
def test_a_form_that_we_did_not_hand_out_is_refused_and_can_be_sent_again(client, box, token):
    page = client.post(box, filled_in(client, box, token=token))
    assert "Please send it once more" in page.text
    assert WORDS in page.text
    assert not Case.objects.exists()

    client.post(box, filled_in(client, box, token=page.context["form"].signed_token))
    assert Case.objects.count() == 1


def test_emoji_scripts_and_direction_overrides_stay_text(client, box, follow):
    words = "<script>alert(1)</script> \u202eنص 🌿"

    _case, code = filed(client, box, body=words)

    page = client.post(follow, {"code": code})
    assert "<script>alert" not in page.text
    assert "🌿" in page.text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        pytest.param("", "Please enter the follow-up code.", id="missing"),
        pytest.param("1234", "A follow-up code has 20 digits.", id="short"),
        pytest.param("9" * 61, "at most 60 characters", id="over-long"),
        pytest.param("0000 0000 0000 0000 0000", "We know no case with this code.", id="unknown"),
    ],
)
def test_a_wrong_code_gets_a_sentence(client, follow, code, sentence):
    page = client.post(follow, {"code": code})

    assert page.status_code == 200
    assert sentence in page.text


def test_wrong_codes_from_one_address_come_to_an_end(client, box, follow):
    _case, code = filed(client, box)
    for _number in range(10):
        client.post(follow, {"code": "0" * 20})

    page = client.post(follow, {"code": code})

    assert page.status_code == 429
    assert "Too many wrong codes" in page.text
    assert client.post(follow, {"code": code}, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_a_bad_reply_is_named_and_writes_nothing(client, box, follow):
    case, code = filed(client, box)
    token = client.post(follow, {"code": code}).context["form"].signed_token

    for body in ("", "x" * 5001):
        page = client.post(follow, {"code": code, "token": token, "body": body})
        assert list(page.context["form"].errors) == ["body"]
    assert case.messages.count() == 1


def test_a_closed_case_is_read_but_not_written_to(client, box, follow):
    case, code = filed(client, box)
    token = client.post(follow, {"code": code}).context["form"].signed_token
    change_status(case, CaseStatus.CLOSED)

    page = client.post(follow, {"code": code, "token": token, "body": "And yet."})

    assert "This case is closed" in page.text
    assert case.messages.count() == 1


def test_a_code_typed_in_arabic_digits_opens_the_case(client, box, follow):
    _case, code = filed(client, box)

    typed = grouped(code.replace(" ", "")).translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
    assert WORDS in client.post(follow, {"code": typed}).text
