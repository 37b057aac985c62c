"""Two who click at once. Each thread has a connection of its own, as each web process has."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connections

from tests.factories.members import ContactFactory
from tests.factories.volunteers import ShiftFactory
from volunteers.domain.signups import sign_up
from volunteers.exceptions import ShiftFullError
from volunteers.models import SignUp, SignUpStatus

NOW = datetime(2030, 3, 1, 8, tzinfo=UTC)


def at_once(*calls):
    """Run `calls` in threads that start together, and return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return call()
        except ShiftFullError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_exactly_one_of_two_who_click_at_once():
    shift = ShiftFactory(capacity=2)
    sign_up(shift, contact=ContactFactory(), at=NOW)
    rivals = [ContactFactory(), ContactFactory()]

    results = at_once(*(lambda contact=contact: sign_up(shift, contact=contact, at=NOW) for contact in rivals))

    assert sorted(type(result).__name__ for result in results) == ["ShiftFullError", "SignUp"]
    assert sorted(SignUp.objects.values_list("place", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_takes_one_place():
    shift, contact = ShiftFactory(capacity=5), ContactFactory()

    results = at_once(*[lambda: sign_up(shift, contact=contact, at=NOW)] * 2)

    assert len({result.pk for result in results}) == 1
    assert SignUp.objects.get().place == 1


@pytest.mark.django_db(transaction=True)
def test_ten_who_click_at_once_fill_three_places_and_the_waiting_list():
    shift = ShiftFactory(capacity=3)
    contacts = ContactFactory.create_batch(10)

    at_once(*(lambda contact=contact: sign_up(shift, contact=contact, at=NOW, may_wait=True) for contact in contacts))

    assert sorted(SignUp.objects.filter(status=SignUpStatus.CONFIRMED).values_list("place", flat=True)) == [1, 2, 3]
    assert SignUp.objects.filter(status=SignUpStatus.WAITING).count() == 7
