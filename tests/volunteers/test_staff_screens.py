from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.members import ContactFactory, EmailFactory, UserFactory
from tests.factories.volunteers import HoursEntryFactory, OpportunityFactory, ShiftFactory, SignUpFactory
from volunteers.domain.signups import sign_up
from volunteers.models import HoursEntry, HoursStatus, Shift, SignUp, SignUpStatus

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 1, 8, tzinfo=UTC)
LISTS = {
    "shift": SignUpFactory,
    "signup": SignUpFactory,
    "hoursentry": HoursEntryFactory,
    "opportunity": OpportunityFactory,
}


def address(model, page, *arguments):
    return reverse(f"wagtailsnippets_volunteers_{model}:{page}", args=arguments)


def staff_with(*names):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
    return user


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


def test_the_roster_shows_who_comes_who_waits_and_how_to_reach_them(admin_client):
    shift = ShiftFactory(capacity=1)
    coming, waiting, gone = (ContactFactory(given_name=name) for name in ("Amal", "Badr", "Carim"))
    EmailFactory(contact=coming, address="amal@people.example")
    SignUpFactory(shift=shift, contact=coming)
    SignUpFactory(shift=shift, contact=waiting, status=SignUpStatus.WAITING)
    SignUpFactory(shift=shift, contact=gone, status=SignUpStatus.CANCELLED)
    url = reverse("volunteers_roster", args=[shift.pk])
    admin_client.get(url)

    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(url)

    assert [row.contact for row in page.context["confirmed"]] == [coming]
    assert [row.contact for row in page.context["waiting"]] == [waiting]
    assert "amal@people.example" in page.text
    assert len(queries) <= 25


def test_staff_give_a_place_back_and_the_next_moves_up(admin_client):
    shift = ShiftFactory(capacity=1)
    first = sign_up(shift, contact=ContactFactory(), at=NOW)
    second = sign_up(shift, contact=ContactFactory(), at=NOW, may_wait=True)

    admin_client.post(reverse("volunteers_cancel_sign_up", args=[first.pk]))

    assert list(SignUp.objects.order_by("pk").values_list("status", "place")) == [("cancelled", None), ("confirmed", 1)]
    assert SignUp.objects.get(status=SignUpStatus.CONFIRMED) == second


@pytest.mark.parametrize("permissions", [[], ["view_shift"], ["view_signup"], ["view_contact", "view_gift"]])
def test_the_roster_is_for_those_who_may_see_sign_ups(client, permissions):
    client.force_login(staff_with(*permissions))

    assert client.get(reverse("volunteers_roster", args=[ShiftFactory().pk])).status_code in {302, 403}


def test_who_may_only_look_takes_nobody_off_a_shift(client):
    client.force_login(staff_with("view_shift", "view_signup"))
    row = SignUpFactory()

    assert client.get(reverse("volunteers_roster", args=[row.shift_id])).status_code == 200
    assert client.post(reverse("volunteers_cancel_sign_up", args=[row.pk])).status_code in {302, 403}
    assert SignUp.objects.get().status == SignUpStatus.CONFIRMED


def test_nobody_adds_edits_or_deletes_a_sign_up_by_form(admin_client):
    row = SignUpFactory()

    for page, arguments in (("add", []), ("edit", [row.pk]), ("delete", [row.pk])):
        assert admin_client.get(address("signup", page, *arguments)).status_code in {302, 403, 404}


def shift_form(shift, **changed):
    return {
        "opportunity": shift.opportunity_id,
        "starts_at": "2030-04-05 09:00",
        "ends_at": "2030-04-05 12:00",
        "capacity": shift.capacity,
        **changed,
    }


def test_a_shift_with_more_places_takes_those_who_wait(admin_client):
    shift = ShiftFactory(capacity=1)
    for _number in range(2):
        sign_up(shift, contact=ContactFactory(), at=NOW, may_wait=True)

    admin_client.post(address("shift", "edit", shift.pk), shift_form(shift, capacity=2))

    assert SignUp.objects.filter(status=SignUpStatus.CONFIRMED).count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"capacity": 0}, "capacity", id="no place"),
        pytest.param({"capacity": -1}, "capacity", id="negative"),
        pytest.param({"capacity": 99999999}, "capacity", id="huge"),
        pytest.param({"capacity": 1}, "capacity", id="fewer than confirmed"),
        pytest.param({"ends_at": "2030-04-05 08:00"}, "__all__", id="ends before it starts"),
        pytest.param({"starts_at": "tomorrow"}, "starts_at", id="no moment"),
        pytest.param({"opportunity": 999999}, "opportunity", id="unknown opportunity"),
    ],
)
def test_a_bad_shift_is_refused_at_its_field(admin_client, changed, field):
    shift = ShiftFactory(capacity=2)
    for _number in range(2):
        sign_up(shift, contact=ContactFactory(), at=NOW)

    page = admin_client.post(address("shift", "edit", shift.pk), shift_form(shift, **changed))

    assert field in page.context["form"].errors
    assert Shift.objects.get().capacity == 2


def approve(client, *entries):
    url = reverse("wagtail_bulk_action", args=["volunteers", "hoursentry", "approve"])
    query = "&".join(f"id={entry.pk}" for entry in entries)
    return client.post(f"{url}?{query}&next=/admin/", {})


def test_staff_approve_several_hours_at_once(admin_client):
    entries = [HoursEntryFactory(), HoursEntryFactory()]

    approve(admin_client, *entries)

    assert set(HoursEntry.objects.values_list("status", flat=True)) == {HoursStatus.APPROVED}


def test_only_those_with_the_right_approve_hours(client):
    client.force_login(staff_with("view_hoursentry", "change_hoursentry"))

    approve(client, HoursEntryFactory())

    assert HoursEntry.objects.get().status == HoursStatus.REPORTED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"hours": "0"}, "__all__", id="zero"),
        pytest.param({"hours": "-3"}, "__all__", id="negative"),
        pytest.param({"hours": "25"}, "__all__", id="more than a day"),
        pytest.param({"hours": "1.234"}, "hours", id="too many decimals"),
        pytest.param({"hours": "99999999999999"}, "hours", id="huge"),
        pytest.param({"worked_on": "2999-01-01"}, "worked_on", id="a day to come"),
        pytest.param({"contact": ""}, "contact", id="nobody"),
    ],
)
def test_bad_hours_are_refused_at_their_field(admin_client, changed, field):
    typed = {
        "contact": ContactFactory().pk,
        "opportunity": OpportunityFactory().pk,
        "worked_on": "2026-03-01",
        "hours": "3",
        **changed,
    }

    page = admin_client.post(address("hoursentry", "add"), typed)

    assert field in page.context["form"].errors
    assert not HoursEntry.objects.exists()
