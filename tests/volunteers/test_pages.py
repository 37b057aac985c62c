from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Contact
from tests.factories.members import ContactFactory, UserFactory
from tests.factories.volunteers import ShiftFactory, SignUpFactory
from volunteers.models import SignUp, SignUpStatus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march_2030")]
NOW = datetime(2030, 3, 1, 8, tzinfo=UTC)
TYPED = {"given_name": "Layla", "family_name": "Haddad", "email": "layla@people.example", "phone": ""}


@pytest.fixture
def _in_march_2030():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(shift):
    return reverse("volunteers:sign_up", args=[shift.pk])


def test_the_list_shows_shifts_to_come_with_their_places(client):
    ShiftFactory(capacity=3)
    ShiftFactory(starts_at=datetime(2030, 2, 28, 9, tzinfo=UTC))
    ShiftFactory(opportunity__is_open=False)
    full = ShiftFactory(capacity=1)
    SignUpFactory(shift=full)

    page = client.get(reverse("volunteers:shifts"))

    assert [(shift.capacity, shift.places_left) for shift in page.context["shifts"]] == [(3, 3), (1, 0)]
    assert "3 places left" in page.text
    assert "All places are taken" in page.text


def test_the_list_asks_no_more_for_three_shifts_than_for_one(client):
    SignUpFactory()
    client.get(reverse("volunteers:shifts"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(reverse("volunteers:shifts"))
    SignUpFactory()
    SignUpFactory()
    with CaptureQueriesContext(connection) as for_three:
        client.get(reverse("volunteers:shifts"))

    assert len(for_three) == len(for_one) <= 12


def test_a_visitor_takes_a_place_without_an_account(client):
    shift = ShiftFactory()

    answer = client.post(page_of(shift), TYPED)

    sign_up = SignUp.objects.get()
    assert answer.url == reverse("volunteers:signed_up", args=[sign_up.reference])
    assert (sign_up.contact.name, sign_up.contact.email, sign_up.place) == ("Layla Haddad", "layla@people.example", 1)
    assert "Your place is kept" in client.get(answer.url).text


def test_the_sign_up_page_and_its_answer_stay_within_their_queries(client):
    shift = ShiftFactory()
    client.get(page_of(shift))
    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(shift))

    assert len(queries) <= 12


def test_a_form_sent_twice_takes_one_place(client):
    shift = ShiftFactory(capacity=5)

    answers = [client.post(page_of(shift), TYPED) for _time in range(2)]

    assert answers[0].url == answers[1].url
    assert (SignUp.objects.count(), Contact.objects.count()) == (1, 1)


def test_who_is_logged_in_types_nothing(client):
    user = UserFactory()
    contact = ContactFactory(user=user)
    client.force_login(user)
    shift = ShiftFactory()
    assert "given_name" not in client.get(page_of(shift)).text

    client.post(page_of(shift), {})

    assert SignUp.objects.get().contact == contact


def test_a_full_shift_says_so_keeps_what_was_typed_and_offers_the_waiting_list(client):
    shift = ShiftFactory(capacity=1)
    SignUpFactory(shift=shift)

    page = client.post(page_of(shift), TYPED)

    assert "All places of this shift are taken. You can join the waiting list instead." in page.text
    assert 'value="layla@people.example"' in page.text
    assert 'name="may_wait" value="on"' in page.text
    assert SignUp.objects.count() == 1

    client.post(page_of(shift), {**TYPED, "may_wait": "on"})
    assert SignUp.objects.filter(status=SignUpStatus.WAITING).count() == 1


@pytest.mark.parametrize(
    "shift",
    [
        pytest.param({"starts_at": datetime(2030, 3, 1, 7, tzinfo=UTC)}, id="begun"),
        pytest.param({"opportunity__is_open": False}, id="closed"),
    ],
)
def test_a_shift_that_takes_nobody_says_so(client, shift):
    shift = ShiftFactory(**shift)

    assert "no longer open for sign-up" in client.get(page_of(shift)).text
    assert "no longer open for sign-up" in client.post(page_of(shift), TYPED).text
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("number", [0, 999999, 99999999999999999999999])
def test_an_unknown_shift_is_not_found(client, number):
    assert client.get(f"/en/volunteer/shift/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        pytest.param("given_name", "", id="missing"),
        pytest.param("given_name", "\u202e\u200f \x07", id="only characters one cannot see"),
        pytest.param("given_name", "L" * 151, id="over-long"),
        pytest.param("family_name", "x" * 2_000_000, id="two megabytes"),
        pytest.param("email", "layla", id="no address"),
        pytest.param("email", "layla@" + "x" * 300 + ".example", id="over-long address"),
        pytest.param("phone", "call me", id="no number"),
        pytest.param("phone", "0" * 60, id="over-long number"),
    ],
)
def test_bad_input_is_named_at_its_field_and_kept(client, field, typed):
    shift = ShiftFactory()

    page = client.post(page_of(shift), {**TYPED, field: typed})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"][field].value() == typed
    assert (SignUp.objects.count(), Contact.objects.count()) == (0, 0)


def test_emoji_stay_in_a_name_and_direction_overrides_do_not(client):
    client.post(page_of(ShiftFactory()), {**TYPED, "given_name": "\u202eLayla 🌿"})

    assert Contact.objects.get().given_name == "Layla 🌿"


def test_an_expired_token_writes_nothing(strict_client):
    shift = ShiftFactory()

    assert strict_client.post(page_of(shift), TYPED).status_code == 403
    assert not SignUp.objects.exists()


def test_ten_megabytes_get_a_sentence_at_the_field_and_are_kept(client):
    typed = "x" * 10_000_000
    page = client.post(page_of(ShiftFactory()), {**TYPED, "given_name": typed})

    assert list(page.context["form"].errors) == ["given_name"]
    assert typed in page.text
    assert not SignUp.objects.exists()


def test_a_place_is_given_back_by_post_only(client):
    sign_up = SignUpFactory()
    page = reverse("volunteers:signed_up", args=[sign_up.reference])

    client.get(page)
    assert SignUp.objects.get().status == SignUpStatus.CONFIRMED

    client.post(page)
    client.post(page)
    assert SignUp.objects.get().status == SignUpStatus.CANCELLED
    assert "Your place has been given back" in client.get(page).text


def test_a_place_of_a_shift_that_has_begun_is_not_given_back(client):
    sign_up = SignUpFactory(shift__starts_at=datetime(2030, 3, 1, 7, tzinfo=UTC))

    client.post(reverse("volunteers:signed_up", args=[sign_up.reference]))

    assert SignUp.objects.get().status == SignUpStatus.CONFIRMED


def test_the_page_of_a_sign_up_names_nobody(client):
    sign_up = SignUpFactory(contact__given_name="Zahra")

    assert "Zahra" not in client.get(reverse("volunteers:signed_up", args=[sign_up.reference])).text
