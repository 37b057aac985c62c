"""Two colleagues renew the same member at the same moment."""

import threading
from datetime import date

import pytest
import time_machine
from django.db import connection
from djmoney.money import Money

from checkout.domain.bulk_dues import Kind, Way, Wish
from checkout.domain.bulk_runs import start_dues
from members.domain.bulk import carry_out
from members.models import BulkRun, Term
from tests.factories.members import TermFactory, TierFactory, UserFactory

GIVE = Wish(Kind.RENEW, None, Way.FREE, "Board, 1 December")


@pytest.mark.django_db(transaction=True)
def test_two_who_renew_the_same_at_once_make_one_term():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite writes one by one anyhow.")
    tier = TierFactory(price=Money(25, "JOD"), renewal_window_days=60)
    clerk = UserFactory(is_superuser=True)
    with time_machine.travel(date(2026, 12, 10)):
        member = TermFactory(tier=tier, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).membership
        runs = [start_dues(GIVE, memberships=[member], by=clerk, language="en") for _number in range(2)]
        threads = [threading.Thread(target=work, args=[run.pk]) for run in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    terms = Term.objects.filter(membership=member).order_by("starts_on")
    assert [term.starts_on for term in terms] == [date(2026, 1, 1), date(2027, 1, 1)]
    assert sorted(len(run.refusals) for run in BulkRun.objects.all()) == [0, 1]


def work(run_pk):
    try:
        carry_out(run_pk)
    finally:
        connection.close()
