from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.models import Contact
from surveys.complaints.domain.cases import (
    Complainant,
    change_status,
    file_case,
    find_case,
    reply_as_complainant,
    reply_as_staff,
)
from surveys.complaints.domain.codes import check_tries, code_for, digest_of, grouped, note_wrong_try, read_code
from surveys.complaints.exceptions import CaseClosedError, TooManyTriesError, UnknownCodeError
from surveys.complaints.models import Author, Case, CaseKind, CaseMessage, CaseStatus
from surveys.complaints.signals import case_answered, case_filed
from tests.factories.complaints import CaseFactory
from tests.factories.members import UserFactory

DAY = date(2026, 3, 1)


def file(token="one form", body="Three hours in the queue.", **changed):
    return file_case(
        **{"kind": CaseKind.COMPLAINT, "body": body, "token": token, "language": "ar", "on": DAY, **changed}
    )


@given(st.text(max_size=40))
def test_a_code_is_20_digits_and_the_same_for_the_same_form(token):
    assert code_for(token) == code_for(token)
    assert len(code_for(token)) == 20
    assert code_for(token).isdecimal()


def test_codes_do_not_follow_from_each_other():
    codes = {code_for(str(number)) for number in range(2000)}

    assert len(codes) == 2000
    assert {code[0] for code in codes} == set("0123456789")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("12345678901234567890", id="as it is"),
        pytest.param("1234 5678 9012 3456 7890", id="in groups"),
        pytest.param(" 1234-5678–9012—3456−7890 ", id="with dashes"),
        pytest.param("١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ ٧٨٩٠", id="Arabic-Indic digits"),
        pytest.param("۱۲۳۴ ۵۶۷۸ ۹۰۱۲ ۳۴۵۶ ۷۸۹۰", id="Persian digits"),
        pytest.param(
            "\u200e1234\u00a05678\u202f9012\u20603456 7890\u200f".replace("\u2060", ""), id="marks that came along"
        ),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == "12345678901234567890"


@pytest.mark.parametrize(
    "typed", ["", "1234", "1" * 21, "1234 5678 9012 3456 789O", "²" * 20, "12345678901234567890\x00", "x" * 1000]
)
def test_what_is_no_code_is_read_as_none(typed):
    assert read_code(typed) == ""


@given(st.integers(0, 10**20 - 1))
def test_a_code_shown_is_a_code_read(number):
    assert read_code(grouped(f"{number:020d}")) == f"{number:020d}"


@pytest.mark.django_db
def test_a_case_is_filed_and_found_with_its_code(django_capture_on_commit_callbacks):
    told = []

    def listen(sender, case, **kwargs):
        told.append(case)

    case_filed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        case, code = file()
    case_filed.disconnect(listen)

    assert find_case(grouped(code)) == case
    assert told == [case]
    assert (case.status, case.contact, case.received_on) == (CaseStatus.RECEIVED, None, DAY)
    assert [(m.author, m.body, m.staff) for m in case.messages.all()] == [
        (Author.COMPLAINANT, "Three hours in the queue.", None)
    ]


@pytest.mark.django_db
def test_the_code_stands_nowhere_in_the_database():
    case, code = file()

    stored = [str(value) for row in (*Case.objects.values(), *CaseMessage.objects.values()) for value in row.values()]
    assert not [value for value in stored if code in value or grouped(code) in value]
    assert case.code_digest == digest_of(code)


@pytest.mark.django_db
def test_a_form_sent_twice_is_one_case_with_one_code():
    assert file() == file()
    assert (Case.objects.count(), CaseMessage.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_form_sent_again_with_other_words_loses_none():
    case, code = file()

    assert file(body="And nobody said sorry.") == (case, code)

    assert [m.body for m in case.messages.all()] == ["Three hours in the queue.", "And nobody said sorry."]


@pytest.mark.django_db
def test_only_whoever_says_who_they_are_is_written_down():
    file(token="a")
    assert not Contact.objects.exists()

    named, _code = file(token="b", complainant=Complainant("Layla", "Haddad", ""))
    file(token="b", complainant=Complainant("Layla", "Haddad", ""))

    assert named.contact == Contact.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "0" * 20, "1234", "the one I had"])
def test_a_wrong_code_opens_nothing(code):
    file()
    CaseFactory(code_digest=digest_of(""))

    with pytest.raises(UnknownCodeError):
        find_case(code)


@pytest.mark.django_db
def test_an_answer_is_told_and_a_reply_to_it_reopens_the_case(django_capture_on_commit_callbacks):
    case, _code = file()
    staff, told = UserFactory(), []

    def listen(sender, case, message, **kwargs):
        told.append(message.body)

    case_answered.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            reply_as_staff(case, body="We are sorry.", staff=staff, token="answer", on=DAY)
    case_answered.disconnect(listen)
    case.refresh_from_db()
    assert case.status == CaseStatus.ANSWERED
    assert told == ["We are sorry."]

    for _time in range(2):
        reply_as_complainant(case, body="Thank you.", token="reply", on=DAY)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS
    assert [(m.author, m.body) for m in case.messages.all()] == [
        (Author.COMPLAINANT, "Three hours in the queue."),
        (Author.STAFF, "We are sorry."),
        (Author.COMPLAINANT, "Thank you."),
    ]


@pytest.mark.django_db
def test_a_closed_case_takes_no_more_words_until_it_is_opened_again():
    case, _code = file()
    change_status(case, CaseStatus.CLOSED)

    with pytest.raises(CaseClosedError):
        reply_as_complainant(case, body="And yet.", token="t", on=DAY)
    with pytest.raises(CaseClosedError):
        reply_as_staff(case, body="And yet.", staff=UserFactory(), token="t", on=DAY)

    change_status(case, CaseStatus.IN_PROGRESS)
    assert reply_as_complainant(case, body="And yet.", token="t", on=DAY).pk


@pytest.mark.django_db
def test_a_status_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError):
        change_status(CaseFactory(), "forgotten")


def test_ten_wrong_codes_from_one_address_are_enough():
    for _number in range(10):
        check_tries("192.0.2.1")
        note_wrong_try("192.0.2.1")

    with pytest.raises(TooManyTriesError):
        check_tries("192.0.2.1")
    check_tries("192.0.2.2")


def test_when_many_addresses_guess_each_gets_one_try():
    for number in range(500):
        note_wrong_try(f"198.51.100.{number}")
    check_tries("192.0.2.1")
    note_wrong_try("192.0.2.1")

    with pytest.raises(TooManyTriesError):
        check_tries("192.0.2.1")


@pytest.mark.django_db
def test_nothing_of_a_case_tells_the_hour_or_the_address():
    columns = {field.column for model in (Case, CaseMessage) for field in model._meta.concrete_fields}

    assert columns == {
        "id", "code_digest", "kind", "category_id", "service_id", "status", "contact_id", "language", "received_on",
        "case_id", "author", "staff_id", "body", "written_on", "form_key",
    }  # fmt: skip
