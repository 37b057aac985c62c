"""Two desks at once. Each thread has a connection of its own, as each web process has."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from members.domain.assemblies.attendance import check_in
from members.domain.assemblies.listing import freeze
from members.domain.assemblies.proxies import give_proxy
from members.domain.assemblies.quorum import tally
from members.exceptions import AlreadyFrozenError, ProxyRefusedError
from members.models import Attendance, Proxy, Voter
from tests.factories.assemblies import AssemblyFactory
from tests.factories.members import TermFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run `calls` in threads that start together, and return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return call()
        except (AlreadyFrozenError, ProxyRefusedError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_desks_that_check_the_same_person_in_give_one_attendance(hall, clerk):
    _assembly, amal = hall("Amal")
    results = at_once(*[lambda: check_in(Voter.objects.get(pk=amal.pk), by=clerk)] * 4)
    assert sorted(result.is_new for result in results) == [False, False, False, True]
    assert Attendance.objects.count() == 1


def test_the_last_proxy_that_one_may_hold_goes_to_one_of_two(hall, clerk):
    _assembly, amal, basma, careem = hall("Amal", "Basma", "Careem", proxies_per_holder=1)
    check_in(amal, by=clerk)
    results = at_once(*(lambda giver=giver: give_proxy(giver, amal, by=clerk) for giver in (basma, careem)))
    assert sorted(type(result).__name__ for result in results) == ["Proxy", "ProxyRefusedError"]
    assert Proxy.objects.count() == 1


def test_who_comes_in_while_their_proxy_is_noted_is_counted_once(hall, clerk):
    assembly, amal, basma = hall("Amal", "Basma", proxies_per_holder=1)
    check_in(amal, by=clerk)

    def note():
        try:
            return give_proxy(basma, amal, by=clerk)
        except Exception as refusal:  # whichever came first
            return refusal

    at_once(note, lambda: check_in(basma, by=clerk))
    now = tally(assembly)
    assert (now.present, now.by_proxy) == (2, 0)


def test_of_two_who_freeze_at_once_one_does(clerk):
    TermFactory()
    assembly = AssemblyFactory()
    results = at_once(*[lambda: freeze(assembly, by=clerk)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyFrozenError", "Assembly"]
    assert assembly.voters.count() == 1
