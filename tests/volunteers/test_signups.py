from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.factories.members import ContactFactory, UserFactory
from tests.factories.volunteers import HoursEntryFactory, OpportunityFactory, ShiftFactory, SignUpFactory
from volunteers.domain.hours import approve_hours, approved_hours, report_hours
from volunteers.domain.signups import cancel, change_capacity, sign_up
from volunteers.exceptions import CapacityTooSmallError, InvalidHoursError, ShiftFullError, ShiftNotOpenError
from volunteers.models import HoursEntry, HoursStatus, Shift, SignUp, SignUpStatus
from volunteers.signals import sign_up_cancelled, sign_up_promoted, signed_up

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def news():
    """What was told to the others, in order."""
    told = []
    signals = {"signed up": signed_up, "cancelled": sign_up_cancelled, "promoted": sign_up_promoted}
    listeners = []
    for word, signal in signals.items():

        def listen(sender, sign_up, word=word, **kwargs):
            told.append((word, sign_up.contact.given_name))

        signal.connect(listen)
        listeners.append((signal, listen))
    yield told
    for signal, listen in listeners:
        signal.disconnect(listen)


def names(shift, status):
    return list(shift.sign_ups.filter(status=status).order_by("pk").values_list("contact__given_name", flat=True))


def test_places_are_given_out_from_the_first(django_capture_on_commit_callbacks, news):
    shift = ShiftFactory(capacity=2)

    with django_capture_on_commit_callbacks(execute=True):
        first = sign_up(shift, contact=ContactFactory(given_name="Amal"), at=NOW)
        second = sign_up(shift, contact=ContactFactory(given_name="Badr"), at=NOW)

    assert [(row.place, row.status, row.signed_up_at) for row in (first, second)] == [
        (1, SignUpStatus.CONFIRMED, NOW),
        (2, SignUpStatus.CONFIRMED, NOW),
    ]
    assert news == [("signed up", "Amal"), ("signed up", "Badr")]


def test_a_full_shift_refuses_and_writes_nothing():
    shift = ShiftFactory(capacity=1)
    sign_up(shift, contact=ContactFactory(), at=NOW)

    with pytest.raises(ShiftFullError):
        sign_up(shift, contact=ContactFactory(), at=NOW)

    assert SignUp.objects.count() == 1


def test_a_full_shift_has_a_waiting_list_for_whoever_wants_it():
    shift = ShiftFactory(capacity=1)
    sign_up(shift, contact=ContactFactory(), at=NOW)

    waiting = sign_up(shift, contact=ContactFactory(), at=NOW, may_wait=True)

    assert (waiting.status, waiting.place) == (SignUpStatus.WAITING, None)


def test_signing_up_twice_keeps_the_first_place():
    shift, contact = ShiftFactory(capacity=2), ContactFactory()

    assert sign_up(shift, contact=contact, at=NOW) == sign_up(shift, contact=contact, at=NOW)

    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    ("shift", "at"),
    [
        pytest.param({"opportunity__is_open": False}, NOW, id="opportunity closed"),
        pytest.param({"starts_at": NOW}, NOW, id="begun this moment"),
    ],
)
def test_a_shift_that_has_begun_or_is_closed_takes_nobody(shift, at):
    with pytest.raises(ShiftNotOpenError):
        sign_up(ShiftFactory(**shift), contact=ContactFactory(), at=at)


def test_a_place_given_back_goes_to_whoever_waited_longest(django_capture_on_commit_callbacks, news):
    shift = ShiftFactory(capacity=2)
    amal = sign_up(shift, contact=ContactFactory(given_name="Amal"), at=NOW)
    for name in ("Badr", "Carim", "Dana"):
        sign_up(shift, contact=ContactFactory(given_name=name), at=NOW, may_wait=True)

    with django_capture_on_commit_callbacks(execute=True):
        cancel(amal)
        cancel(amal)

    assert names(shift, SignUpStatus.CONFIRMED) == ["Badr", "Carim"]
    assert names(shift, SignUpStatus.WAITING) == ["Dana"]
    assert sorted(SignUp.objects.exclude(place=None).values_list("place", flat=True)) == [1, 2]
    assert news == [("cancelled", "Amal"), ("promoted", "Carim")]


def test_whoever_gave_the_place_back_may_sign_up_again():
    shift, contact = ShiftFactory(capacity=1), ContactFactory()
    cancel(sign_up(shift, contact=contact, at=NOW))

    assert sign_up(shift, contact=contact, at=NOW).place == 1


def test_new_places_are_filled_from_the_waiting_list():
    shift = ShiftFactory(capacity=1)
    for name in ("Amal", "Badr", "Carim", "Dana"):
        sign_up(shift, contact=ContactFactory(given_name=name), at=NOW, may_wait=True)

    promoted = change_capacity(shift, capacity=3)

    assert [row.contact.given_name for row in promoted] == ["Badr", "Carim"]
    assert names(shift, SignUpStatus.WAITING) == ["Dana"]


def test_places_move_together_when_there_are_fewer():
    shift = ShiftFactory(capacity=4)
    rows = [sign_up(shift, contact=ContactFactory(), at=NOW) for _number in range(4)]
    cancel(rows[0])
    cancel(rows[2])

    change_capacity(shift, capacity=2)

    assert list(SignUp.objects.exclude(place=None).order_by("pk").values_list("pk", "place")) == [
        (rows[1].pk, 1),
        (rows[3].pk, 2),
    ]


def test_places_that_volunteers_hold_cannot_be_taken_away():
    shift = ShiftFactory(capacity=2)
    for _number in range(2):
        sign_up(shift, contact=ContactFactory(), at=NOW)

    with pytest.raises(CapacityTooSmallError):
        change_capacity(shift, capacity=1)

    assert Shift.objects.get().capacity == 2


def test_the_database_itself_lets_nobody_share_a_place():
    first = SignUpFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SignUpFactory(shift=first.shift, place=first.place)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"status": SignUpStatus.CONFIRMED, "place": None}, id="confirmed without a place"),
        pytest.param({"status": SignUpStatus.WAITING, "place": 1}, id="waiting on a place"),
        pytest.param({"status": SignUpStatus.CONFIRMED, "place": 0}, id="place zero"),
    ],
)
def test_only_the_confirmed_have_a_place(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUpFactory(**row)


def test_places_left_are_counted_without_the_waiting_and_the_cancelled():
    shift = ShiftFactory(capacity=2)
    SignUpFactory(shift=shift)
    SignUpFactory(shift=shift, status=SignUpStatus.CANCELLED, place=None)
    SignUpFactory(shift=shift, status=SignUpStatus.WAITING, place=None)

    found = Shift.objects.with_places().get()

    assert (found.taken, found.waiting, found.places_left) == (1, 1, 1)


@pytest.mark.parametrize("hours", [Decimal("0"), Decimal("-1"), Decimal("24.01"), Decimal("1000000")])
def test_hours_that_fit_into_no_day_are_refused(hours):
    with pytest.raises(InvalidHoursError):
        report_hours(
            ContactFactory(),
            opportunity=OpportunityFactory(),
            hours=hours,
            worked_on=date(2026, 3, 1),
            today=date(2026, 3, 2),
        )

    assert not HoursEntry.objects.exists()


def test_hours_of_a_day_to_come_are_refused():
    with pytest.raises(InvalidHoursError):
        report_hours(
            ContactFactory(),
            opportunity=OpportunityFactory(),
            hours=Decimal(3),
            worked_on=date(2026, 3, 3),
            today=date(2026, 3, 2),
        )


def test_a_second_report_of_a_shift_corrects_the_first_until_it_is_approved():
    contact, shift = ContactFactory(), ShiftFactory()
    facts = {"opportunity": shift.opportunity, "shift": shift, "worked_on": date(2026, 3, 1), "today": date(2026, 3, 2)}
    report_hours(contact, hours=Decimal(3), **facts)

    entry = report_hours(contact, hours=Decimal("3.5"), **facts)
    assert [row.hours for row in HoursEntry.objects.all()] == [Decimal("3.5")]

    approve_hours([entry], by=UserFactory())
    with pytest.raises(InvalidHoursError):
        report_hours(contact, hours=Decimal(9), **facts)


def test_only_approved_hours_count_and_approving_twice_changes_nothing():
    contact, staff = ContactFactory(), UserFactory()
    entry = HoursEntryFactory(contact=contact, hours=Decimal("2.50"))
    HoursEntryFactory(contact=contact, hours=Decimal("4.00"))
    HoursEntryFactory(hours=Decimal("1.00"), status=HoursStatus.APPROVED)
    assert approved_hours(contact) == 0

    assert [approve_hours([entry], by=staff), approve_hours([entry], by=UserFactory())] == [1, 0]

    entry.refresh_from_db()
    assert (entry.status, entry.approved_by, approved_hours(contact)) == (HoursStatus.APPROVED, staff, Decimal("2.50"))
